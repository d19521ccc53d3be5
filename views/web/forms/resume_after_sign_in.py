"""What somebody typed under a session that had ended: carried through signing in, never lost."""

import json
from typing import Any
from urllib.parse import urlsplit

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.renderers import render_to_response
from pyramid.response import Response
from pyramid.view import view_config

from grants.calls.queries.definitions import definition_of
from grants.rules.forms import formtext
from grants.rules.workflow import Role
from schemas.accounts.people import LONGEST_KEPT
from schemas.forms.base import CARRIED, _
from schemas.forms.titles import all_titles
from views.web.request import Request
from views.web.safe_redirect import local_path

PAGE = "templates:accounts/resume.jinja2"

_UNSEEN = (*CARRIED, "base", "revision", "tab", "key", "code", "next", "resume")
"""What forms carry that nobody types."""

Words = dict[str, Any]
"""`path`, where it was sent, and `fields`, pairs of name and text."""


def typed(request: Request) -> Words | None:
    """Collect the text of a form from one of our own pages; no passwords, no files."""
    if request.method != "POST" or not is_ours(request):
        return None
    fields = [
        [name, value.replace("\0", "")]  # which no database keeps
        for name, value in request.POST.items()
        if isinstance(value, str) and name != "csrf_token" and not _is_secret(name)
    ]
    words = {"path": request.path_qs, "fields": fields}
    return words if _shown(fields) and len(packed(words)) <= LONGEST_KEPT else None


def packed(words: Words) -> str:
    """Write it into a hidden field."""
    return json.dumps(words, ensure_ascii=False)


def unpacked(text: str) -> Words | None:
    """Read it from a hidden field; nothing, if it is not what we wrote."""
    try:
        words = json.loads(text)
        path, fields = local_path(words["path"]), words["fields"]
        pairs = [[str(name), str(value)] for name, value in fields]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return {"path": path, "fields": pairs} if path else None


@view_config(
    route_name="resume",
    request_method="GET",
    permission="account",
    renderer=PAGE,
)
def offer(request: Request) -> Any:
    """Show what was typed, and offer to send it again."""
    words = request.web_session.kept if request.web_session else None
    if not words:
        return HTTPSeeOther(request.route_path("work"))
    return {**words, "shown": named(request, words), "is_kept": True}


def show_again(request: Request) -> Response | None:
    """Offer the text of a form whose page is from another session; nothing if it was not ours."""
    words = typed(request)
    if words is None:
        return None
    values = {**words, "shown": named(request, words), "is_kept": False}
    page: Response = render_to_response(PAGE, values, request=request)
    page.status = 400
    return page


@view_config(route_name="resume", request_method="POST", permission="account")
def throw_away(request: Request) -> HTTPSeeOther:
    """Forget what was typed, when its owner says so."""
    if request.web_session:
        request.services.sessions.forget_kept(request.web_session)
    request.flash(_("What you had typed is discarded."))
    return HTTPSeeOther(request.route_path("work"))


def _shown(fields: list[list[str]]) -> list[list[str]]:
    """Leave out buttons, what forms add by themselves, and what is empty."""
    return [
        [name, text]
        for name, text in fields
        if not name.startswith("_") and name not in _UNSEEN and name != text and text.strip()
    ]


def named(request: Request, words: Words) -> list[list[str]]:
    """Call what was typed by what its form asked, never by the name inside the form."""
    say = request.localizer.translate
    asked = _section_asked(request, words["path"]) or all_titles()
    answer = say(_("Your answer"))
    return [
        [formtext.said(asked[name], request.language, say) if name in asked else answer, text]
        for name, text in _shown(words["fields"])
    ]


def _section_asked(request: Request, path: str) -> dict[str, str]:
    """Return the labels of a proposal's section, if that is what was written in."""
    parts = urlsplit(path).path.strip("/").split("/")
    if len(parts) != 4 or (parts[0], parts[2]) != ("proposals", "sections"):
        return {}
    proposal = request.services.proposals.get(parts[1])
    if proposal is None:
        return {}
    roles = request.services.access.roles_in_proposal(request.identity, proposal)
    if Role.APPLICANT not in roles:
        return {}
    sections = {it.code: it for it in definition_of(proposal.form).sections}
    fields = sections[parts[3]].fields if parts[3] in sections else ()
    own = {it.code: it.label for it in fields}
    return {part.code: part.label for it in fields for part in it.parts} | own


def _is_secret(name: str) -> bool:
    return "password" in name or name == "old"


def is_ours(request: Request) -> bool:
    """Return whether the form was on one of our pages: others put no words in anybody's mouth."""
    origin = request.headers.get("Origin")
    if origin is None:
        sent_from = urlsplit(request.referer or "")
        origin = f"{sent_from.scheme}://{sent_from.netloc}"
    return bool(origin == request.host_url)
