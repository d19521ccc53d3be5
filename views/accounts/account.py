"""One's own account, and invitations."""

from typing import Any

from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from grants.accounts.models import Invitation
from grants.accounts.service.people import WrongPassword
from grants.evaluation.queries.affiliations import Affiliated
from grants.roles.service.invitations import NotInvited
from grants.rules.errors import TooManyTries
from grants.rules.workflow import Role
from schemas.accounts.people import ChangePasswordSchema, DetailsSchema, WelcomeSchema
from schemas.directory.organisation import AwareInviteSchema, FundInviteSchema, InviteSchema
from schemas.forms.base import _
from views.accounts.signing_in import address, let_in
from views.web import language, resources
from views.web.forms.form_errors import answers, complain, refuse
from views.web.request import Request
from views.web.session import agents
from views.web.session.security import lifetime

ACCOUNT = "templates:accounts/account.jinja2"
INVITATION = "templates:roles/invitation.jinja2"
INVITE = "templates:roles/invite.jinja2"


@view_config(route_name="account", request_method="GET", permission="account", renderer=ACCOUNT)
def account(request: Request) -> dict[str, Any]:
    """Show what we know of somebody, and where they are signed in."""
    return _account(request)


@view_config(
    route_name="account",
    request_method="POST",
    request_param="save_details",
    permission="account",
    renderer=ACCOUNT,
)
def change_details(request: Request) -> Any:
    """Change a name and a language."""
    form = _details(request)
    typed, page = answers(request, form, _known(request))
    if typed is None:
        return _account(request, details=page)
    request.services.people.change(request.person, **typed)
    request.flash(_("Your details are saved."))
    answer = HTTPSeeOther(request.route_path("account"))
    answer.delete_cookie(language.COOKIE)  # what the account says counts again
    return answer


@view_config(
    route_name="account",
    request_method="POST",
    request_param="save_password",
    permission="account",
    renderer=ACCOUNT,
)
def change_password(request: Request) -> Any:
    """Change a password; other browsers are signed out."""
    form = _password(request)
    typed, page = answers(request, form)
    if typed is None:
        return _account(request, password=page)
    try:
        request.services.people.change_password(
            request.person,
            old=typed["old"],
            new=typed["password"],
            address=address(request),
            keep=request.web_session,
        )
    except (WrongPassword, TooManyTries) as refusal:
        # Although the page reports an error, the wrong password is remembered.
        request.response.headers["X-Tm"] = "commit"
        return _account(request, password=complain(request, form, "old", request.said(refusal)))
    request.flash(_("Your new password is set. Other browsers are signed out."))
    return HTTPSeeOther(request.route_path("account"))


@view_config(
    route_name="invitation",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    renderer=INVITATION,
)
def invitation(request: Request) -> dict[str, Any]:
    """Show an invitation to whoever holds the link."""
    found = _invitation(request)
    return _shown(request, found) if found else _gone(request)


@view_config(
    route_name="invitation",
    request_method="POST",
    permission=NO_PERMISSION_REQUIRED,
    renderer=INVITATION,
)
def accept(request: Request) -> Any:
    """Take up an invitation, with the account one has or with a new one."""
    found = _invitation(request)
    if found is None:
        return _gone(request)
    if request.identity is None:
        return _welcome(request, found)
    try:
        request.services.invitations.accept(found, request.identity)
    except NotInvited as refusal:
        request.response.status = 409
        return _shown(request, found) | {"refused": request.said(refusal)}
    return _there(request, found)


@view_config(route_name="manage.invite", permission="invite", renderer=INVITE)
def invite_to_fund(context: resources.FundContext, request: Request) -> Any:
    """Ask somebody to manage or to audit a fund."""
    form = request.form(FundInviteSchema(), {"invite": _("Send the invitation")}, formid="invite")
    typed, page = answers(request, form, {"role": request.GET.get("role", Role.AUDITOR.value)})
    back = request.route_path("manage.fund", fund=context.fund.code)
    shown = {"place": context.fund.name, "back": back}
    if typed is None:
        return {"form": page, **shown}
    request.services.invitations.to_fund(
        context.fund, role=Role(typed["role"]), email=typed["email"], by=request.person
    )
    return _sent(request, typed["email"], back)


@view_config(route_name="manage.call.invite", permission="evaluate", renderer=INVITE)
def invite_to_call(context: resources.CallContext, request: Request) -> Any:
    """Ask somebody to review proposals of a call."""
    form = _inviting(request, InviteSchema())
    typed, page = answers(request, form)
    back = request.route_path("manage.call", code=context.call.code)
    shown = {"place": context.call.title, "back": back}
    if typed is None:
        return {"form": page, **shown}
    try:
        request.services.invitations.to_call(
            context.call, email=typed["email"], by=request.person, aware="aware" in request.POST
        )
    except Affiliated as found:
        again = refuse(request, _filled(request, AwareInviteSchema(), typed), found)
        return {"form": again, "shared": found.shared, "email": typed["email"], **shown}
    return _sent(request, typed["email"], back)


def _inviting(request: Request, schema: Any) -> Any:
    return request.form(schema, {"invite": _("Send the invitation")}, formid="invite")


def _filled(request: Request, schema: Any, typed: dict[str, Any]) -> Any:
    """Return a form in which what was typed in another one stands already."""
    form = _inviting(request, schema)
    form.set_appstruct(typed)
    return form


def _account(
    request: Request, *, details: Markup | None = None, password: Markup | None = None
) -> dict[str, Any]:
    person = request.person
    return {
        "person": person,
        "details": details or _details(request).render(_known(request)),
        "password": password or _password(request).render(),
        "sessions": request.services.sessions.of(person, lifetime=lifetime(request)),
        "browser": agents.named,
    }


def _known(request: Request) -> dict[str, Any]:
    person = request.person
    return {"name": person.name, "language": person.language, "digest": person.digest}


def _details(request: Request) -> Any:
    version = request.services.versions.person(request.person)
    buttons = {"save_details": _("Save")}
    return request.form(DetailsSchema(), buttons, formid="details", version=version)


def _password(request: Request) -> Any:
    return request.form(
        ChangePasswordSchema(),
        {"save_password": _("Change the password")},
        formid="password",
        email=request.person.email,
        name=request.person.name,
    )


def _invitation(request: Request) -> Invitation | None:
    return request.services.invitations.find(request.matchdict["token"])


def _shown(request: Request, found: Invitation, form: Markup | None = None) -> dict[str, Any]:
    has_account = _has_account(request, found)
    if not form and not has_account:
        form = _welcoming(request, found).render({"language": request.language})
    return {"invitation": found, "has_account": has_account, "form": form}


def _has_account(request: Request, found: Invitation) -> bool:
    """Tell whether the address has an account that its owner confirmed; others opened the rest."""
    person = request.services.people.by_email(found.email)
    return person is not None and person.confirmed_at is not None


def _welcoming(request: Request, found: Invitation) -> Any:
    return request.form(
        WelcomeSchema(),
        {"accept": _("Create the account and accept")},
        formid="welcome",
        email=found.email,
    )


def _welcome(request: Request, found: Invitation) -> Any:
    if _has_account(request, found):
        raise HTTPNotFound  # such people sign in first; this page showed them no form
    typed, page = answers(request, _welcoming(request, found))
    if typed is None:
        return _shown(request, found, page)
    person = request.services.people.welcome(email=found.email, **typed)
    request.services.invitations.accept(found, person)
    return let_in(request, person, _there(request, found))


def _there(request: Request, found: Invitation) -> Response:
    """Go to what the invitation opened."""
    request.flash(_("You have accepted the invitation. Welcome!"))
    if found.organisation:
        address = request.route_path("organisation", number=found.organisation.id)
    elif found.proposal:
        address = request.route_path("proposal", reference=found.proposal.reference)
    elif found.fund:
        address = request.route_path("manage.fund", fund=found.fund.code)
    else:
        address = request.route_path("reviews")
    return HTTPSeeOther(address)


def _sent(request: Request, email: str, back: str) -> Response:
    request.flash(_("The invitation to ${email} is on its way.", mapping={"email": email}))
    return HTTPSeeOther(back)


def _gone(request: Request) -> dict[str, Any]:
    request.response.status = 404
    return {"invitation": None, "has_account": False, "form": None}
