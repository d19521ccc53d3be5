"""What looks up the things that addresses name: a route names one of these.

What does not exist, or is hidden from whoever asks, is a KeyError, which Pyramid turns into a 404
page: nobody learns which of the two it was. Strangers are sent to the door before anything is
looked up.
"""

from dataclasses import dataclass

from pyramid.httpexceptions import HTTPForbidden, HTTPSeeOther

from grants import models
from grants.rules.workflow import ProposalStatus, Role
from views.web.request import Request
from views.web.resources import (
    READING,
    AssignmentContext,
    CallContext,
    DeliverableContext,
    FundContext,
    OrganisationContext,
    PortalContext,
    ProjectContext,
    ProposalContext,
    PublicFundContext,
    PublishedCallContext,
    is_seen,
)


@dataclass(frozen=True)
class _Factory:
    """Looks up what an address names."""

    request: Request

    def __post_init__(self) -> None:
        if self.request.identity is None:
            raise HTTPForbidden  # a stranger learns nothing, not even what exists


class PortalFactory(_Factory):
    """The portal, under its one name, for its administrators; for all others there is none."""

    def __getitem__(self, name: str) -> PortalContext:
        if not self.request.person.administers_since:
            raise KeyError(name)
        return PortalContext(self.request)


class FundFactory(_Factory):
    """All funds, by code."""

    def __getitem__(self, code: str) -> FundContext:
        services = self.request.services
        fund = services.programmes.fund(code)
        roles = fund and services.access.roles_in_fund(self.request.identity, fund.id)
        if not fund or not roles:
            raise KeyError(code)
        return FundContext(fund, roles)


class OrganisationFactory(_Factory):
    """All organisations, by number."""

    def __getitem__(self, number: str) -> OrganisationContext:
        services = self.request.services
        found = services.organisations.of_member(self.request.person, int(number))
        if not found:
            raise KeyError(number)
        return OrganisationContext(found, frozenset({Role.MEMBER}))


class CallFactory(_Factory):
    """All calls, by code, for those who manage them."""

    def __getitem__(self, code: str) -> CallContext:
        services = self.request.services
        call, unsettled = services.deadlines.found(code)
        if call is None:
            raise KeyError(code)
        if unsettled:
            settle(self.request, call)
        found = CallContext(call, services.access.roles_in_call(self.request.identity, call))
        if not is_seen(found.__acl__(), found.roles):
            raise KeyError(code)
        return found


@dataclass(frozen=True)
class PublicFundFactory:
    """All funds as everybody knows them, by code."""

    request: Request

    def __getitem__(self, code: str) -> PublicFundContext:
        fund = self.request.services.programmes.fund(code)
        if fund is None:
            raise KeyError(code)
        return PublicFundContext(fund)


@dataclass(frozen=True)
class PublishedCallFactory:
    """The calls that everybody may see, by code."""

    request: Request

    def __getitem__(self, code: str) -> PublishedCallContext:
        call = self.request.services.calls.published(code)
        if call is None:
            raise KeyError(code)
        return PublishedCallContext(call)


def settle(request: Request, call: models.Call) -> None:
    """Settle what a call's end left open, where no worker did: who looks sees what counts.

    Pages are read without the right to write; they are asked for once more when it is done.
    """
    if request.method not in READING:
        request.services.deadlines.settle(call)
        return
    with request.registry["portal"].writing(lambda: request.arrived_at) as services:
        count = services.deadlines.settle(services.calls.get(call.code))
    if count:
        raise HTTPSeeOther(request.url)


class ProposalFactory(_Factory):
    """All proposals, by reference."""

    def __getitem__(self, reference: str) -> ProposalContext:
        services = self.request.services
        proposal = services.proposals.get(reference)
        if proposal is None:
            raise KeyError(reference)
        waits = proposal.status in (ProposalStatus.TAKEN_BACK, ProposalStatus.INVITED)
        if waits and services.deadlines.is_over(proposal):
            settle(self.request, proposal.call)
        roles = services.access.roles_in_proposal(self.request.identity, proposal)
        found = ProposalContext(proposal, roles)
        if not is_seen(found.__acl__(), roles):
            raise KeyError(reference)
        return found


class AssignmentFactory(_Factory):
    """A reviewer's own assignments, by number; nobody else's exist here."""

    def __getitem__(self, number: str) -> AssignmentContext:
        services = self.request.services
        assignment = services.reviews.own(self.request.person, int(number))
        if assignment is None:
            raise KeyError(number)
        roles = services.access.roles_in_proposal(self.request.identity, assignment.proposal)
        mine = roles & {Role.REVIEWER, Role.INVITED_REVIEWER}
        if not mine:
            raise KeyError(number)
        return AssignmentContext(assignment, mine)


class ProjectFactory(_Factory):
    """All projects, by reference; and below each its deliverables, by number."""

    def __getitem__(self, reference: str) -> ProjectContext:
        services = self.request.services
        project = services.projects.get(reference)
        if project is None:
            raise KeyError(reference)
        roles = services.access.roles_in_proposal(self.request.identity, project.proposal)
        found = ProjectContext(project, roles)
        if not is_seen(found.__acl__(), roles):
            raise KeyError(reference)
        return found


@dataclass(frozen=True)
class DeliverableFactory:
    """All deliverables, by their project's reference and then their number."""

    request: Request

    def __getitem__(self, reference: str) -> "_DeliverablesOf":
        return _DeliverablesOf(ProjectFactory(self.request)[reference])


@dataclass(frozen=True)
class _DeliverablesOf:
    project: ProjectContext

    def __getitem__(self, number: str) -> DeliverableContext:
        for deliverable in self.project.project.deliverables:
            if str(deliverable.number) == number:
                return DeliverableContext(deliverable, self.project)
        raise KeyError(number)
