"""What waits after the awards: agreements, what projects deliver, and money that comes free."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, case, func, select

from grants import moments
from grants.models import Call, Decision, Deliverable, Project, Proposal
from grants.services.base import Service
from grants.services.waiting_kinds import Kind
from grants.workflow import DeliverableStatus, ProjectStatus, ProposalStatus

OWED = (DeliverableStatus.PLANNED, DeliverableStatus.RETURNED)


@dataclass(frozen=True, slots=True)
class AfterAwards(Service):
    """All that waits for managers once awards are made, counted by call."""

    def projects(
        self, seen: ColumnElement[bool], calls: Mapping[int, Call]
    ) -> Iterator[tuple[int, Kind, int]]:
        """Tell of conditions and agreements, of what was delivered or is late, of what to close."""
        running = Project.status == ProjectStatus.RUNNING
        late = sa.or_(
            sa.false(),
            *(
                sa.and_(Call.zone == zone, Deliverable.due_on < moments.day(self.clock(), zone))
                for zone in sorted({call.zone for call in calls.values()})
            ),
        )
        owed = Deliverable.status.in_(OWED)
        # Nothing is signed while a condition of the award is open.
        unmet = sa.and_(Project.conditions != "", Project.conditions_met_at.is_(None))

        def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
            return func.sum(case((condition, 1), else_=0))

        each = (
            select(
                Proposal.call_id,
                Project.status,
                case((unmet, 1), else_=0).label("unmet"),
                count(Deliverable.status == DeliverableStatus.DELIVERED).label("delivered"),
                count(sa.and_(owed, late)).label("late"),
                count(Deliverable.status != DeliverableStatus.ACCEPTED).label("left"),
            )
            .join(Proposal, Proposal.id == Project.proposal_id)
            .join(Call, Call.id == Proposal.call_id)
            .outerjoin(Deliverable, Deliverable.project_id == Project.id)
            .where(
                Proposal.call_id.in_(list(calls)),
                sa.or_(running, Project.status == ProjectStatus.PREPARATION),
                seen,
            )
            .group_by(Proposal.call_id, Project.id)
            .subquery()
        )
        it = each.c
        in_work = it.status == ProjectStatus.RUNNING
        prepared = it.status == ProjectStatus.PREPARATION
        rows = self.db.execute(
            select(
                it.call_id,
                count(sa.and_(prepared, it.unmet == 1)),
                count(sa.and_(prepared, it.unmet == 0)),
                func.sum(case((in_work, it.delivered), else_=0)),
                func.sum(case((in_work, it.late), else_=0)),
                count(sa.and_(in_work, it.left == 0)),
            ).group_by(it.call_id)
        )
        kinds = (
            Kind.CONDITIONS,
            Kind.AGREE,
            Kind.ACCEPT,
            Kind.OVERDUE_DELIVERABLES,
            Kind.CLOSE_PROJECT,
        )
        for number, *counts in rows:
            for kind, found in zip(kinds, counts, strict=True):
                if found:
                    yield number, kind, found

    def money(
        self, calls: Mapping[int, Call], whole: Sequence[int]
    ) -> Iterator[tuple[int, Kind, int]]:
        """Tell where money came free after letters had left, and somebody waits for it."""
        gone = select(Project.proposal_id).where(Project.status == ProjectStatus.FAILED)
        free = sa.or_(Proposal.status == ProposalStatus.WITHDRAWN, Proposal.id.in_(gone))
        back = func.coalesce(Project.freed_cents, 0)
        kept = func.coalesce(Decision.awarded_cents, 0) - back
        awarded = func.coalesce(func.sum(case((free, 0), else_=kept)), 0)
        told = Decision.told_at.is_not(None)
        lost = func.sum(
            case(
                (sa.and_(sa.or_(free, back > 0), told, Decision.awarded_cents.is_not(None)), 1),
                else_=0,
            )
        )
        reserve = func.sum(
            case((sa.and_(Proposal.status == ProposalStatus.RESERVE, told), 1), else_=0)
        )
        rows = self.db.execute(
            select(Proposal.call_id, awarded, lost, reserve)
            .join(Decision, Decision.proposal_id == Proposal.id)
            .outerjoin(Project, Project.proposal_id == Proposal.id)
            .where(Proposal.call_id.in_(whole))
            .group_by(Proposal.call_id)
        )
        for number, spent, freed, waiting in rows:
            call = calls[number]
            if freed and waiting and call.envelope_cents - spent >= (call.smallest_cents or 1):
                yield number, Kind.MONEY_FREE, 1
