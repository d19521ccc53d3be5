"""What the addresses stand for, and who may do what with it.

A route names one of the factories below and the keys to look up in it. What
does not exist, or is hidden from whoever asks, is a KeyError, which Pyramid
turns into a 404 page: nobody learns which of the two it was. Strangers are
sent to the door before anything is looked up.

No list of permissions is written here: each comes from a workflow table.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pyramid.authorization import Allow, Authenticated
from pyramid.httpexceptions import HTTPForbidden, HTTPSeeOther

from grants import models
from grants.rules.workflow import (
    ASSIGNMENT_STEPS,
    CALL_STEPS,
    DELIVERABLE_STEPS,
    PROJECT_STEPS,
    PROPOSAL_STEPS,
    ProposalStatus,
    Role,
    Workflow,
)
from views.web.request import Request

Acl = list[tuple[Any, ...]]

READING = ("GET", "HEAD")


def _granted(workflow: Workflow[Any], status: Any, *also: str) -> Acl:
    """Write an ACL down from a workflow table: `also` goes to whoever may view."""
    granted = []
    for role in Role:
        actions = workflow.actions(status, role)
        granted.append((Allow, role, (*actions, *(also if "view" in actions else ()))))
    return granted


def _seen(acl: Acl, roles: Iterable[Role]) -> bool:
    return any("view" in actions for _allow, role, actions in acl if role in roles)


@dataclass(frozen=True)
class PublicContext:
    """Open to everyone; and to people with an account, their own things."""

    request: Request
    roles: frozenset[Role] = frozenset()

    def __acl__(self) -> Acl:
        return [(Allow, Authenticated, ("account", "work"))]


@dataclass(frozen=True)
class PortalContext:
    """The portal itself, to those who administer it; what is in it stays closed to them."""

    request: Request
    roles: frozenset[Role] = frozenset()

    def __acl__(self) -> Acl:
        return [(Allow, Authenticated, ("administer",))]


@dataclass(frozen=True)
class FundContext:
    """A fund, to those who manage or audit it."""

    fund: models.Fund
    roles: frozenset[Role]

    def __acl__(self) -> Acl:
        return [
            (
                Allow,
                Role.MANAGER,
                (
                    "view",
                    "create_call",
                    "invite",
                    "confirm",
                    "keep_register",
                    "send_again",
                    "set_up",
                ),
            ),
            (Allow, Role.AUDITOR, ("view",)),
        ]


@dataclass(frozen=True)
class PublicFundContext:
    """A fund as everybody knows it."""

    fund: models.Fund
    roles: frozenset[Role] = frozenset()

    def __acl__(self) -> Acl:
        return []


@dataclass(frozen=True)
class OrganisationContext:
    """An organisation, to its members."""

    organisation: models.Organisation
    roles: frozenset[Role]

    def __acl__(self) -> Acl:
        return [(Allow, Role.MEMBER, ("view", "edit", "invite", "end", "authorise"))]


@dataclass(frozen=True)
class CallContext:
    """A call as its managers and auditors know it."""

    call: models.Call
    roles: frozenset[Role]

    @property
    def fund(self) -> models.Fund:
        """The fund it belongs to."""
        return self.call.fund

    def __acl__(self) -> Acl:
        return _granted(CALL_STEPS, self.call.status)


@dataclass(frozen=True)
class PublishedCallContext:
    """A published call as everybody knows it; people with an account may start a proposal."""

    call: models.Call
    roles: frozenset[Role] = frozenset()

    @property
    def fund(self) -> models.Fund:
        """The fund it belongs to."""
        return self.call.fund

    def __acl__(self) -> Acl:
        return [(Allow, Authenticated, ("start",))]


@dataclass(frozen=True)
class ProposalContext:
    """A proposal, open to its team and to the fund as the workflow allows."""

    proposal: models.Proposal
    roles: frozenset[Role]

    @property
    def fund(self) -> models.Fund:
        """The fund it belongs to."""
        return self.proposal.call.fund

    def __acl__(self) -> Acl:
        return _granted(PROPOSAL_STEPS, self.proposal.status)


@dataclass(frozen=True)
class AssignmentContext:
    """A review to be done, open to its reviewer; without a clear declaration only that."""

    assignment: models.Assignment
    roles: frozenset[Role]

    @property
    def fund(self) -> models.Fund:
        """The fund it belongs to."""
        return self.assignment.proposal.call.fund

    def __acl__(self) -> Acl:
        acl = _granted(ASSIGNMENT_STEPS, self.assignment.status)
        return [
            *acl,
            (Allow, Role.INVITED_REVIEWER, ("offer",)),
            (Allow, Role.REVIEWER, ("offer", "read")),
        ]


@dataclass(frozen=True)
class ProjectContext:
    """An awarded project, open to its team and to the fund as the workflow allows."""

    project: models.Project
    roles: frozenset[Role]

    @property
    def fund(self) -> models.Fund:
        """The fund it belongs to."""
        return self.project.proposal.call.fund

    def __acl__(self) -> Acl:
        return _granted(PROJECT_STEPS, self.project.status)


@dataclass(frozen=True)
class DeliverableContext:
    """Something that a project owes; what may be done hangs on it and on its project."""

    deliverable: models.Deliverable
    project: ProjectContext = field(repr=False)

    @property
    def fund(self) -> models.Fund:
        """The fund it belongs to."""
        return self.project.fund

    @property
    def roles(self) -> frozenset[Role]:
        """Name the roles of whoever asks, which are those towards the project."""
        return self.project.roles

    def __acl__(self) -> Acl:
        status = self.deliverable.project.status
        viewed = [
            (Allow, role, "view") for role in Role if "view" in PROJECT_STEPS.actions(status, role)
        ]
        if not PROJECT_STEPS.actions(status, Role.APPLICANT).count("deliver"):
            return viewed
        return [*viewed, *_granted(DELIVERABLE_STEPS, self.deliverable.status)]


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
        if not _seen(found.__acl__(), found.roles):
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
        waits = proposal.status is ProposalStatus.TAKEN_BACK
        if waits and services.deadlines.is_over(proposal.call):
            settle(self.request, proposal.call)
        roles = services.access.roles_in_proposal(self.request.identity, proposal)
        found = ProposalContext(proposal, roles)
        if not _seen(found.__acl__(), roles):
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
        if not _seen(found.__acl__(), roles):
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
