"""The door: signing in and out, and going on with what was typed before."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

import deform
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.renderers import render_to_response
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from grants.accounts.models import Person
from grants.rules.errors import TooManyTries
from schemas.accounts.people import SignInSchema
from schemas.forms.base import _
from views.web.forms import resume_after_sign_in
from views.web.forms.form_errors import answers, complain
from views.web.request import Request
from views.web.safe_redirect import local_path
from views.web.session import cookies, csrf, devices
from views.web.session.security import lifetime

PAGE = "templates:accounts/sign_in.jinja2"


def ask_to_sign_in(request: Request) -> Response:
    """Send a stranger to the door, with where they wanted to go or what they had typed."""
    if request.method in ("GET", "HEAD") and not _is_script(request):
        query = urlencode({"next": request.path_qs})
        return HTTPSeeOther(f"{request.route_path('sign_in')}?{query}")
    if _is_script(request):
        return Response(status=401, content_type="text/plain")
    typed = resume_after_sign_in.typed(request)
    if typed is None:
        return HTTPSeeOther(request.route_path("sign_in"))
    form = _form(request).render({"resume": resume_after_sign_in.packed(typed)})
    page: Response = render_to_response(PAGE, {"form": form, "interrupted": True}, request=request)
    page.status = 401
    return page


def ask_again(request: Request) -> Response | None:
    """Answer a form of ours whose token is from another session; nothing to one from elsewhere.

    It was for a page that whoever asks may see: `ask_to_sign_in` has answered the others.
    """
    if _is_script(request) or not resume_after_sign_in.is_ours(request):
        return None
    if request.path == request.route_path("sign_in"):
        typed = {name: request.POST.get(name, "") for name in ("email", "next", "resume")}
        page: Response = render_to_response(
            PAGE, {"form": _form(request).render(typed), "interrupted": False}, request=request
        )
        page.status = 400
        return page
    return resume_after_sign_in.show_again(request) or _back(request)


@view_config(
    route_name="sign_in", request_method="GET", renderer=PAGE, permission=NO_PERMISSION_REQUIRED
)
def ask(request: Request) -> Any:
    """Ask who it is."""
    wanted = local_path(request.GET.get("next"))
    if request.identity:
        return HTTPSeeOther(wanted or request.route_path("work"))
    return {"form": _form(request).render({"next": wanted or ""}), "interrupted": False}


@view_config(
    route_name="sign_in", request_method="POST", renderer=PAGE, permission=NO_PERMISSION_REQUIRED
)
def sign_in(request: Request) -> Any:
    """Let in who knows the password."""
    form = _form(request)
    typed, page = answers(request, form)
    if typed is None:
        return {"form": page, "interrupted": False}
    try:
        person = request.services.people.recognise(
            email=typed["email"],
            password=typed["password"],
            address=address(request),
            device=devices.known(request, typed["email"]),
        )
    except TooManyTries as refusal:
        page = complain(request, form, "password", request.said(refusal))
        request.response.status = 429
        return {"form": page, "interrupted": False, "by_mail": True}
    if person is None:
        # Although the page reports an error, the wrong password is remembered.
        request.response.headers["X-Tm"] = "commit"
        sentence = _("This email address and password do not belong together.")
        return {"form": complain(request, form, "password", sentence), "interrupted": False}
    if person.blocked_at is not None:
        sentence = _("This account is blocked. Please write to the fund.")
        return {"form": complain(request, form, "password", sentence), "interrupted": False}
    words = resume_after_sign_in.unpacked(typed["resume"])
    wanted = local_path(typed["next"]) or request.route_path("work")
    there = HTTPSeeOther(request.route_path("resume") if words else wanted)
    return let_in(request, person, there, words)


@view_config(route_name="sign_out", request_method="POST", permission=NO_PERMISSION_REQUIRED)
def sign_out(request: Request) -> Response:
    """End this browser's session."""
    if request.web_session:
        request.services.sessions.end(request.web_session)
    request.flash(_("You are signed out."))
    return _out(request)


@view_config(route_name="sign_out.everywhere", request_method="POST", permission="account")
def sign_out_everywhere(request: Request) -> Response:
    """End all sessions of whoever asks, in this browser and elsewhere."""
    request.services.sessions.end_all(request.person)
    request.flash(_("You are signed out everywhere."))
    return _out(request)


def let_in(
    request: Request,
    person: Person,
    there: Response,
    words: resume_after_sign_in.Words | None = None,
) -> Response:
    """Begin a new session for somebody who proved to be themselves, and send them on."""
    sessions = request.services.sessions
    if request.web_session:
        sessions.end(request.web_session)
    token = sessions.open(
        person, lifetime=lifetime(request), agent=request.user_agent or "", kept=words
    )
    cookies.write(request, there, cookies.SESSION, token)
    cookies.remove(request, there, csrf.COOKIE)
    devices.remember(request, there, person)
    return there


def _back(request: Request) -> Response:
    """Go back to a button whose page has grown old."""
    request.flash(_("Please try again: the page was from an earlier session."), "warning")
    page = local_path(urlsplit(request.referer or "").path)
    return HTTPSeeOther(page or request.route_path("home"))


def address(request: Request) -> str:
    """Name the network address that somebody asks from, as the first of our proxies heard it.

    What stands before it in the header is what anybody may have written there.
    """
    near = request.remote_addr or ""
    proxies = request.registry["portal"].settings.proxies
    passed_on = request.headers.get("X-Forwarded-For", "").split(",")
    if not 1 <= proxies <= len(passed_on):
        return near
    try:
        return str(ip_address(passed_on[-proxies].strip()))
    except ValueError:
        return near


def _out(request: Request) -> Response:
    answer = HTTPSeeOther(request.route_path("sign_in"))
    cookies.remove(request, answer, cookies.SESSION)
    return answer


def _form(request: Request) -> deform.Form:
    return request.form(
        SignInSchema(),
        {"sign_in": _("Sign in")},
        formid="sign_in",
        action=request.route_path("sign_in"),
    )


def _is_script(request: Request) -> bool:
    """Return whether a script asks, which would take a page for an answer."""
    accepted = request.headers.get("Accept", "*/*")
    wants_page = "text/html" in accepted or "*/*" in accepted
    return request.headers.get("HX-Request") == "true" or not wants_page
