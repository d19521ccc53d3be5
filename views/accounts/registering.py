"""Getting an account, and getting back into it."""

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from grants.accounts.models import OneTimeLink, Purpose
from schemas.accounts.people import EmailSchema, NewPasswordSchema, RegisterSchema, WelcomeSchema
from schemas.forms.base import _
from views.accounts.signing_in import address, let_in
from views.web.forms.form_errors import answers
from views.web.request import Request
from views.web.safe_redirect import local_path


@view_config(
    route_name="register",
    renderer="templates:accounts/register.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def register(request: Request) -> Any:
    """Open an account; whether the address has one already is told only by mail."""
    form = request.form(RegisterSchema(), {"register": _("Create the account")}, formid="register")
    shown = {"language": request.language, "next": local_path(request.GET.get("next")) or ""}
    typed, page = answers(request, form, shown)
    if typed is None:
        return {"form": page}
    onward = local_path(typed.pop("next")) or ""
    request.services.people.register(**typed, address=address(request), onward=onward)
    return HTTPSeeOther(request.route_path("confirm.again"))


@view_config(
    route_name="confirm.again",
    renderer="templates:accounts/confirm_again.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def confirm_again(request: Request) -> Any:
    """Tell that a link is on its way, and send it once more on request."""
    form = request.form(EmailSchema(), {"send": _("Send the link again")}, formid="confirm_again")
    typed, page = answers(request, form)
    if typed is None:
        return {"form": page}
    request.services.people.confirm_again(email=typed["email"], address=address(request))
    request.flash(_("If this address is not yet confirmed, a new link is on its way."))
    return HTTPSeeOther(request.route_path("confirm.again"))


@view_config(
    route_name="confirm",
    renderer="templates:accounts/confirm.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def confirm(request: Request) -> Any:
    """Confirm an address by a form: programs that look through mail only follow links.

    Whoever confirms sets the password: the account may have been opened by somebody else.
    """
    link = _link(request, Purpose.CONFIRM)
    if link is None:
        request.response.status = 404
        return {"link": None}
    form = request.form(
        WelcomeSchema(), {"confirm": _("Confirm")}, formid="confirm", email=link.person.email
    )
    known = {"name": link.person.name, "language": link.person.language}
    typed, page = answers(request, form, known)
    if typed is None:
        return {"link": link, "form": page}
    person = request.services.people.confirm(link, **typed)
    request.flash(_("Your email address is confirmed, and you are signed in."))
    onward = local_path(request.GET.get("next")) or request.route_path("work")
    return let_in(request, person, HTTPSeeOther(onward))


@view_config(
    route_name="forgot",
    renderer="templates:accounts/forgot.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def forgot(request: Request) -> Any:
    """Send a link for a new password, to an address that has an account."""
    form = request.form(EmailSchema(), {"send": _("Send me a link")}, formid="forgot")
    typed, page = answers(request, form)
    if typed is None:
        return {"form": page}
    request.services.people.forgot(email=typed["email"], address=address(request))
    request.flash(
        _("If there is an account for this address, a link is on its way. It works for one hour.")
    )
    return HTTPSeeOther(request.route_path("sign_in"))


@view_config(
    route_name="reset",
    renderer="templates:accounts/reset.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def reset(request: Request) -> Any:
    """Set a new password by a link from the mailbox."""
    link = _link(request, Purpose.RESET)
    if link is None:
        request.response.status = 404
        return {"form": None}
    person = link.person
    form = request.form(
        NewPasswordSchema(),
        {"save": _("Set the new password")},
        formid="reset",
        email=person.email,
        name=person.name,
    )
    typed, page = answers(request, form)
    if typed is None:
        return {"form": page}
    request.services.people.reset_password(link, typed["password"])
    request.flash(_("Your new password is set. You are signed in here, and nowhere else."))
    return let_in(request, person, HTTPSeeOther(request.route_path("work")))


def _link(request: Request, purpose: Purpose) -> OneTimeLink | None:
    return request.services.people.link(request.matchdict["token"], purpose)
