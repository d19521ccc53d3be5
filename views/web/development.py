"""Pages for trying out the portal: its mail, and its clock. They exist in development only."""

from datetime import datetime
from typing import Any

import deform
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from grants.kit.clock import Rehearsal
from grants.kit.mail import Folder, Kept, make_mailer
from schemas.forms.base import _
from schemas.web.simulated_clock import MoveClock
from views.web.request import Request


@view_config(
    route_name="dev.mail",
    request_method="GET",
    renderer="templates:web/development/mail.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def mail(request: Request) -> dict[str, Any]:
    """List the letters."""
    return {"letters": _folder(request).letters()}


@view_config(
    route_name="dev.letter",
    request_method="GET",
    renderer="templates:web/development/letter.jinja2",
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


@view_config(
    route_name="dev.clock",
    request_method="GET",
    renderer="templates:web/development/clock.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def clock(request: Request) -> dict[str, Any]:
    """Tell the time, and offer to put the clock forward."""
    at = _rehearsal(request)()
    return {"at": at, "form": _form(request, at).render()}


@view_config(
    route_name="dev.clock",
    request_method="POST",
    renderer="templates:web/development/clock.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def move_clock(request: Request) -> Any:
    """Put the clock forward."""
    rehearsal = _rehearsal(request)
    at = rehearsal()
    try:
        typed = _form(request, at).validate(request.POST.items())
    except deform.ValidationFailure as wrong:
        request.response.status = 422
        return {"at": at, "form": wrong.render()}
    rehearsal.move_to(typed["to"])
    request.flash(_("The clock is moved forward."))
    return HTTPSeeOther(request.route_path("dev.clock"))


def _rehearsal(request: Request) -> Rehearsal:
    clock = request.registry["clock"]
    if not isinstance(clock, Rehearsal):
        raise HTTPNotFound
    return clock


def _form(request: Request, at: datetime) -> deform.Form:
    return request.form(MoveClock(), {"move": _("Move the clock forward")}, at=at)


def _folder(request: Request) -> Folder:
    settings = request.registry["portal"].settings
    mailer = make_mailer(settings.mail_url)
    if not settings.development or not isinstance(mailer, Folder):
        raise HTTPNotFound
    return mailer


def _attached(found: Kept, number: int) -> Response:
    if number >= len(found.files):
        raise HTTPNotFound
    name, kind, content = found.files[number]
    return Response(content, content_type=kind, content_disposition=f'inline; filename="{name}"')
