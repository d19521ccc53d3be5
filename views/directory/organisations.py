"""Organisations, for those who belong to them."""

from typing import Any

from markupsafe import Markup
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from grants.directory.models import OrganisationKind
from grants.directory.service.organisations import NameTaken
from schemas.directory.organisation import InviteSchema, OrganisationSchema
from schemas.forms.base import _
from views.web import resources
from views.web.forms.form_errors import answers, complain
from views.web.request import Request
from views.web.safe_redirect import local_path

PAGE = "templates:directory/organisation.jinja2"


@view_config(
    route_name="organisations.new",
    permission="account",
    renderer="templates:directory/new_organisation.jinja2",
)
def register(request: Request) -> Any:
    """Enter an organisation that is not here yet."""
    form = request.form(
        OrganisationSchema(),
        {"register": _("Register the organisation")},
        formid="organisation",
        language=request.language,
        countries=request.formats.countries(),
    )
    typed, page = answers(request, form)
    if typed is None:
        return {"form": page}
    try:
        made = request.services.organisations.register(
            **{**typed, "kind": OrganisationKind(typed["kind"])}, by=request.person
        )
    except NameTaken as refusal:
        return {"form": complain(request, form, "name", request.said(refusal))}
    request.flash(_("Your organisation is registered. Invite the colleagues who write with you."))
    # Whoever came from a call goes on with it.
    onward = local_path(request.GET.get("next"))
    return HTTPSeeOther(onward or request.route_path("organisation", number=made.id))


@view_config(route_name="organisation", request_method="GET", permission="view", renderer=PAGE)
def organisation(context: resources.OrganisationContext, request: Request) -> dict[str, Any]:
    """Show an organisation and who belongs to it."""
    return _page(context, request, _form(context, request).render())


@view_config(
    route_name="organisation.invite", request_method="POST", permission="invite", renderer=PAGE
)
def invite(context: resources.OrganisationContext, request: Request) -> Any:
    """Ask a colleague to join."""
    typed, page = answers(request, _form(context, request))
    if typed is None:
        return _page(context, request, page)
    request.services.invitations.to_organisation(
        context.organisation, email=typed["email"], by=request.person
    )
    request.flash(_("The invitation to ${email} is on its way.", mapping=typed))
    return HTTPSeeOther(request.route_path("organisation", number=context.organisation.id))


def _form(context: resources.OrganisationContext, request: Request) -> Any:
    return request.form(
        InviteSchema(),
        {"invite": _("Send the invitation")},
        formid="invite",
        action=request.route_path("organisation.invite", number=context.organisation.id),
    )


def _page(context: resources.OrganisationContext, request: Request, form: Markup) -> dict[str, Any]:
    it, services = context.organisation, request.services
    members = services.organisations.members(it)
    return {
        "organisation": it,
        "members": members,
        "needed": services.holdings.last_members(members),
        # Decided by the rows that are shown anyway: whoever asks is one of the members.
        "is_officer": any(it.authorised_at and it.person_id == request.person.id for it in members),
        "invitations": services.invitations.waiting(it),
        "ended": services.holdings.ended_at(it),
        "form": form,
    }
