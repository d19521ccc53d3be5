"""Naming authorised officers, and ending that: by an officer who is there, or for the fund."""

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.accounts.models import Membership
from grants.directory.models import Organisation
from schemas.forms.base import _
from views.web import resources
from views.web.request import Request


@view_config(
    route_name="organisation.officer",
    request_method="POST",
    request_param="name",
    permission="authorise",
)
def name(context: resources.OrganisationContext, request: Request) -> HTTPSeeOther:
    """Make a colleague an authorised officer."""
    it = context.organisation
    member = _member(it, request)
    request.services.officers.name(member, by=request.person)
    return _done(request, member, request.route_path("organisation", number=it.id))


@view_config(
    route_name="organisation.officer",
    request_method="POST",
    request_param="end",
    permission="authorise",
)
def end(context: resources.OrganisationContext, request: Request) -> HTTPSeeOther:
    """Let a colleague, or oneself, be an authorised officer no more."""
    it = context.organisation
    member = _member(it, request)
    request.services.officers.end(member, by=request.person)
    return _done(request, member, request.route_path("organisation", number=it.id))


@view_config(
    route_name="manage.organisation.officer",
    request_method="POST",
    request_param="name",
    permission="keep_register",
)
def name_for_fund(context: resources.FundContext, request: Request) -> HTTPSeeOther:
    """Make a member of an organisation its authorised officer."""
    it = _organisation(request)
    member = _member(it, request)
    request.services.officers.name(member, by=request.person, fund=context.fund)
    return _done(request, member, _register(context, request, it))


@view_config(
    route_name="manage.organisation.officer",
    request_method="POST",
    request_param="end",
    permission="keep_register",
)
def end_for_fund(context: resources.FundContext, request: Request) -> HTTPSeeOther:
    """Let a member of an organisation be its authorised officer no more."""
    it = _organisation(request)
    member = _member(it, request)
    request.services.officers.end(member, by=request.person, fund=context.fund)
    return _done(request, member, _register(context, request, it))


def _organisation(request: Request) -> Organisation:
    found = request.services.organisations.get(int(request.matchdict["number"]))
    if found is None:
        raise HTTPNotFound
    return found


def _member(organisation: Organisation, request: Request) -> Membership:
    number = int(request.matchdict["member"])
    found = request.services.holdings.membership(organisation, number)
    if found is None:
        raise HTTPNotFound
    return found


def _register(context: resources.FundContext, request: Request, it: Organisation) -> str:
    fund = context.fund.code
    return str(request.route_path("manage.organisation", fund=fund, number=it.id))


def _done(request: Request, member: Membership, back: str) -> HTTPSeeOther:
    who = {"name": member.person.name}
    if member.authorised_at:
        said = _("${name} is now an authorised officer. All members are notified.", mapping=who)
    else:
        said = _(
            "${name} is no longer an authorised officer. All members are notified.", mapping=who
        )
    request.flash(said, "good")
    return HTTPSeeOther(back)
