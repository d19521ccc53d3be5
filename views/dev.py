"""The page on which developers read the mail; it exists in development only."""

from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from grants.mail import Folder, Kept, make_mailer
from views.request import Request


@view_config(
    route_name="dev.mail",
    renderer="templates:dev/mail.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def mail(request: Request) -> dict[str, Any]:
    """List the letters."""
    return {"letters": _folder(request).letters()}


@view_config(
    route_name="dev.letter",
    renderer="templates:dev/letter.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def letter(request: Request) -> Any:
    """Show one letter, or a file that goes with it."""
    found = _folder(request).letter(request.matchdict["name"])
    if found is None:
        raise HTTPNotFound
    number = request.GET.get("file", "")
    if number.isdigit():
        return _attached(found, int(number))
    return {"it": found, "lines": found.body.splitlines()}


def _folder(request: Request) -> Folder:
    settings = request.registry["core"].settings
    mailer = make_mailer(settings.mail_url)
    if not settings.development or not isinstance(mailer, Folder):
        raise HTTPNotFound
    return mailer


def _attached(found: Kept, number: int) -> Response:
    if number >= len(found.files):
        raise HTTPNotFound
    name, kind, content = found.files[number]
    return Response(content, content_type=kind, content_disposition=f'inline; filename="{name}"')
