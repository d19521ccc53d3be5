"""Ending what people hold: memberships, places in teams, roles and invitations."""

from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.roles.queries.last_holders import last_managers
from schemas.forms.base import _
from views.web import resources
from views.web.request import Request


@view_config(route_name="organisation.member.remove", request_method="POST", permission="end")
def end_membership(context: resources.OrganisationContext, request: Request) -> HTTPSeeOther:
    """Take a colleague out of an organisation, or leave it."""
    places, it = request.services.holdings, context.organisation
    membership = places.membership(it, int(request.matchdict["member"]))
    if membership is None:
        raise HTTPNotFound
    own = membership.person_id == request.person.id
    places.end_membership(membership, by=request.person)
    request.flash(_("You have left the organisation.") if own else _ended())
    if own:
        return HTTPSeeOther(request.route_path("work"))
    return HTTPSeeOther(request.route_path("organisation", number=it.id))


@view_config(route_name="organisation.invitation.withdraw", request_method="POST", permission="end")
def withdraw_from_organisation(
    context: resources.OrganisationContext, request: Request
) -> HTTPSeeOther:
    """Withdraw an invitation to an organisation."""
    _withdraw(context.organisation, request)
    return HTTPSeeOther(request.route_path("organisation", number=context.organisation.id))


@view_config(route_name="proposal.guest.remove", request_method="POST", permission="team")
def end_team_place(context: resources.ProposalContext, request: Request) -> HTTPSeeOther:
    """Take a guest out of a proposal's team, or leave it."""
    places, proposal, person = request.services.holdings, context.proposal, request.person
    guest = places.guest(proposal, int(request.matchdict["member"]))
    own = guest is not None and guest.person_id == person.id
    if guest is None or not (own or _is_member(context, request)):
        raise HTTPNotFound
    places.end_team_place(guest, by=person)
    request.flash(_("You have left the team.") if own else _ended())
    if own:
        return HTTPSeeOther(request.route_path("work"))
    return HTTPSeeOther(request.route_path("proposal", reference=proposal.reference))


@view_config(route_name="proposal.invitation.withdraw", request_method="POST", permission="team")
def withdraw_from_proposal(context: resources.ProposalContext, request: Request) -> HTTPSeeOther:
    """Withdraw an invitation to a proposal's team."""
    if not _is_member(context, request):
        raise HTTPNotFound
    _withdraw(context.proposal, request)
    return HTTPSeeOther(request.route_path("proposal", reference=context.proposal.reference))


@view_config(
    route_name="manage.people",
    request_method="GET",
    permission="view",
    renderer="templates:roles/fund_people.jinja2",
)
def of_fund(context: resources.FundContext, request: Request) -> dict[str, Any]:
    """Show who holds a role in a fund and its calls, who was invited, and who held one before."""
    places, fund = request.services.holdings, context.fund
    holding = places.of_fund(fund)
    return {
        "fund_shown": fund,
        "holding": holding,
        "needed": last_managers(fund, holding),
        "invitations": places.open_invitations(fund),
        "ended": places.ended_in_fund(fund),
    }


@view_config(route_name="manage.people.end", request_method="POST", permission="invite")
def end_role(context: resources.FundContext, request: Request) -> HTTPSeeOther:
    """End somebody's role in a fund or in one of its calls, or one's own."""
    places, fund = request.services.holdings, context.fund
    held = places.role(fund, int(request.matchdict["number"]))
    if held is None:
        raise HTTPNotFound
    own = held.person_id == request.person.id
    places.end_role(held, by=request.person)
    request.flash(_ended())
    if own:
        return HTTPSeeOther(request.route_path("work"))
    return HTTPSeeOther(request.route_path("manage.people", fund=fund.code))


@view_config(route_name="manage.invitation.withdraw", request_method="POST", permission="invite")
def withdraw_from_fund(context: resources.FundContext, request: Request) -> HTTPSeeOther:
    """Withdraw an invitation to a fund or to one of its calls."""
    _withdraw(context.fund, request)
    return HTTPSeeOther(request.route_path("manage.people", fund=context.fund.code))


def _withdraw(place: Any, request: Request) -> None:
    places = request.services.holdings
    found = places.invitation(place, int(request.matchdict["invitation"]))
    if found is None:
        raise HTTPNotFound
    places.withdraw(found, by=request.person)
    request.flash(_("The invitation is withdrawn. Its link is no longer valid."))


def _is_member(context: resources.ProposalContext, request: Request) -> bool:
    ids = {it.organisation_id for it in request.person.memberships}
    return context.proposal.organisation_id in ids


def _ended() -> str:
    return str(_("Access has ended. The person is notified."))
