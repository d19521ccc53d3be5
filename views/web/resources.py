"""What the addresses stand for, and who may do what with it.

No list of permissions is written here: each comes from a workflow table. How a thing is looked up
is in `views.web.factories`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pyramid.authorization import Allow, Authenticated

from grants import models
from grants.rules.workflow import (
    ASSIGNMENT_STEPS,
    CALL_STEPS,
    DELIVERABLE_STEPS,
    PROJECT_STEPS,
    PROPOSAL_STEPS,
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


def is_seen(acl: Acl, roles: Iterable[Role]) -> bool:
    """Return whether some of these roles may view what a list of permissions is of."""
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
