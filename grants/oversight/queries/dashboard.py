"""Everybody's own work: what waits for them, in every role they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from grants.access import Access
from grants.accounts.models import Invitation, Person
from grants.calls.models import Call, Fund
from grants.calls.service.calls import Calls
from grants.decisions.models import Decision
from grants.decisions.queries.current import NOTIFIED
from grants.evaluation.queries.review_list import ReviewList, ReviewPage
from grants.kit.service import Service
from grants.oversight.queries.waiting.waits import Waiting, Waits
from grants.projects.models import Deliverable, Project
from grants.proposals.models import Proposal
from grants.rules import timezones
from grants.rules.workflow import CallStatus, DeliverableStatus, ProjectStatus, ProposalStatus, Role
from grants.rules.workflow.applicant_status import ApplicantStatus, applicant_status

FEW = 20
_ENDED = (ProjectStatus.CLOSED, ProjectStatus.FAILED, ProjectStatus.TERMINATED)
_OWED = (DeliverableStatus.PLANNED, DeliverableStatus.RETURNED)


@dataclass(frozen=True, kw_only=True)
class OwnProposal:
    """A proposal that somebody writes at, and what its applicant was told of it."""

    proposal: Proposal
    status: ApplicantStatus


@dataclass(frozen=True, kw_only=True)
class OwnProject:
    """A project that somebody runs: how many deliverables it still owes, and of these overdue."""

    project: Project
    owed: int
    overdue: int
    due_on: date | None
    """When the first of what it owes is due."""


@dataclass(frozen=True, kw_only=True)
class ManagedCall:
    """A call that somebody manages or audits: how many proposals stand where."""

    call: Call
    counts: Mapping[ProposalStatus, int]

    def count(self, *statuses: str) -> int:
        """Count the proposals that stand at any of these."""
        return sum(self.counts.get(ProposalStatus(status), 0) for status in statuses)


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """What lies on somebody's desk."""

    proposals: Sequence[OwnProposal] = ()
    projects: Sequence[OwnProject] = ()
    reviews: ReviewPage | None = None
    """The first of them, what is to be done first; none for who reviews nothing."""
    managed: Sequence[ManagedCall] = ()
    funds: Sequence[Fund] = ()
    """Those that the person manages or audits."""
    open_calls: Sequence[Call] = ()
    invitations: Sequence[Invitation] = ()
    waiting: Sequence[Waiting] = ()
    """What is to be done, the most pressing first."""
    roles: frozenset[Role] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Dashboards(Service):
    """Who has what to do."""

    def desk(self, person: Person) -> Dashboard:
        """Gather all that waits for somebody; roles they do not hold cost no query."""
        roles = frozenset(appointment.role for appointment in person.appointments)
        proposals = self._proposals(person)
        awarded = any(it.status is ApplicantStatus.AWARDED for it in proposals)
        reviews = ReviewList(self.db)
        return Dashboard(
            proposals=proposals,
            projects=self._projects(person) if awarded else (),
            reviews=reviews.page(person, size=FEW, brief=True) if Role.REVIEWER in roles else None,
            managed=self._managed(person) if roles & {Role.MANAGER, Role.AUDITOR} else (),
            funds=self._funds(person) if roles & {Role.MANAGER, Role.AUDITOR} else (),
            open_calls=Calls(self.db, self.publish, self.clock).open_now(),
            invitations=self._invitations(person),
            waiting=Waits(self.db, self.publish, self.clock).of(person),
            roles=roles,
        )

    def _proposals(self, person: Person) -> list[OwnProposal]:
        own = Access(self.db).proposals_for(person, Role.APPLICANT)
        rows: Any = self.db.execute(
            own.outerjoin(Decision, NOTIFIED)
            .add_columns(Decision.kind)
            .options(joinedload(Proposal.call), joinedload(Proposal.organisation))
            .order_by(Proposal.saved_at.desc(), Proposal.id.desc())
        )
        return [
            OwnProposal(proposal=proposal, status=applicant_status(proposal.status, kind))
            for proposal, kind in rows
        ]

    def _projects(self, person: Person) -> list[OwnProject]:
        own = Access(self.db).proposals_for(person, Role.APPLICANT).with_only_columns(Proposal.id)
        rows = self.db.execute(
            select(Project, Call.zone, Deliverable)
            .join(Project.proposal)
            .join(Proposal.call)
            .outerjoin(
                Deliverable,
                sa.and_(Deliverable.project_id == Project.id, Deliverable.status.in_(_OWED)),
            )
            .where(Project.proposal_id.in_(own), Project.status.not_in(_ENDED))
            .order_by(Project.reference)
        )
        found = []
        for project, group in groupby(rows, key=lambda row: row[0]):
            due = [(it, zone) for _project, zone, it in group if it is not None]
            late = [it for it, zone in due if it.is_overdue(timezones.day(self.clock(), zone))]
            first = min((it.planned.due_on for it, _zone in due), default=None)
            found.append(
                OwnProject(project=project, owed=len(due), overdue=len(late), due_on=first)
            )
        return found

    def _managed(self, person: Person) -> list[ManagedCall]:
        held = [it for it in person.appointments if it.role in (Role.MANAGER, Role.AUDITOR)]
        calls = self.db.scalars(
            Access(self.db)
            .calls_for(person)
            .where(Call.status != CallStatus.CONCLUDED)
            .join(Call.fund)
            .options(contains_eager(Call.fund))
            .order_by(Call.closes_at.desc())
        ).all()
        # Calls that somebody manages are not those that they audit: each role counts its own.
        counts: dict[int, Mapping[ProposalStatus, int]] = {}
        for role in sorted({it.role for it in held}):
            counts |= self._counts(person, role)
        return [ManagedCall(call=call, counts=counts.get(call.id, {})) for call in calls]

    def _funds(self, person: Person) -> Sequence[Fund]:
        ids = {it.fund_id for it in person.appointments if it.fund_id}
        return self.db.scalars(select(Fund).where(Fund.id.in_(ids)).order_by(Fund.name)).all()

    def _counts(self, person: Person, role: Role) -> Mapping[int, Mapping[ProposalStatus, int]]:
        rows: Any = self.db.execute(
            Access(self.db)
            .proposals_for(person, role)
            .with_only_columns(Proposal.call_id, Proposal.status, sa.func.count())
            .group_by(Proposal.call_id, Proposal.status)
        )
        found: dict[int, dict[ProposalStatus, int]] = {}
        for call_id, status, count in rows:
            found.setdefault(call_id, {})[status] = count
        return found

    def _invitations(self, person: Person) -> Sequence[Invitation]:
        return self.db.scalars(
            select(Invitation)
            .where(
                Invitation.email == person.email,
                Invitation.accepted_at.is_(None),
                Invitation.expires_at > self.clock(),
            )
            .options(joinedload(Invitation.invited_by))
            .order_by(Invitation.invited_at)
        ).all()
