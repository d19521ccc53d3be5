"""What waits after the awards: agreements, what projects deliver, and money that comes free."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, case, func, select

from grants.calls.models import Call
from grants.decisions.models import Decision
from grants.decisions.queries.awarded_money import awarded_in
from grants.kit.service import Service
from grants.oversight.queries.waiting.award_answers import unanswered
from grants.oversight.queries.waiting.kinds import WaitingKind
from grants.projects.models import Agreement, Deliverable, PlannedDeliverable, Project
from grants.proposals.models import Proposal
from grants.rules import timezones
from grants.rules.workflow import DeliverableStatus, ProjectStatus, ProposalStatus

OWED = (DeliverableStatus.PLANNED, DeliverableStatus.RETURNED)


@dataclass(frozen=True, slots=True)
class AfterAwards(Service):
    """All that waits for managers once awards are made, counted by call."""

    def projects(
        self, seen: ColumnElement[bool], calls: Mapping[int, Call]
    ) -> Iterator[tuple[int, WaitingKind, int]]:
        """Tell of conditions and agreements, of what was delivered or is late, of what to close."""
        owed = Deliverable.status.in_(OWED)
        # Nothing is signed while a condition of the award is open.
        unmet = sa.and_(Agreement.conditions != "", Agreement.conditions_met_at.is_(None))

        def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
            return func.sum(case((condition, 1), else_=0))

        # Beginning with the projects: a call has few beside its proposals.
        its = select(Proposal.call_id).where(Proposal.id == Project.proposal_id)
        its = its.correlate(Project)
        open_ones = (
            select(
                Project.id,
                Project.status,
                case((unmet, 1), else_=0).label("unmet"),
                case((unanswered(calls, self.clock()), 1), else_=0).label("unanswered"),
                its.scalar_subquery().label("call_id"),
            )
            .join(Agreement, Agreement.id == Project.agreement_id)
            .where(
                Project.status.in_((ProjectStatus.RUNNING, ProjectStatus.PREPARATION)),
                its.where(Proposal.call_id.in_(list(calls)), seen).exists(),
            )
            .subquery()
        )
        there = open_ones.c
        late = sa.or_(
            sa.false(),
            *(
                sa.and_(
                    there.call_id.in_([number for number, it in calls.items() if it.zone == zone]),
                    PlannedDeliverable.due_on < timezones.day(self.clock(), zone),
                )
                for zone in sorted({call.zone for call in calls.values()})
            ),
        )
        each = (
            select(
                there.call_id,
                there.status,
                there.unmet,
                there.unanswered,
                count(Deliverable.status == DeliverableStatus.DELIVERED).label("delivered"),
                count(sa.and_(owed, late)).label("late"),
                count(Deliverable.status != DeliverableStatus.ACCEPTED).label("left"),
            )
            .select_from(open_ones)
            .outerjoin(Deliverable, Deliverable.project_id == there.id)
            .outerjoin(PlannedDeliverable, PlannedDeliverable.id == Deliverable.planned_id)
            .group_by(there.call_id, there.id, there.status, there.unmet, there.unanswered)
            .subquery()
        )
        it = each.c
        in_work = it.status == ProjectStatus.RUNNING
        prepared = it.status == ProjectStatus.PREPARATION
        rows = self.db.execute(
            select(
                it.call_id,
                count(sa.and_(prepared, it.unmet == 1)),
                count(it.unanswered == 1),
                count(sa.and_(prepared, it.unmet == 0)),
                func.sum(case((in_work, it.delivered), else_=0)),
                func.sum(case((in_work, it.late), else_=0)),
                count(sa.and_(in_work, it.left == 0)),
            ).group_by(it.call_id)
        )
        kinds = (
            WaitingKind.CONDITIONS,
            WaitingKind.AWARDS_UNANSWERED,
            WaitingKind.AGREE,
            WaitingKind.ACCEPT,
            WaitingKind.OVERDUE_DELIVERABLES,
            WaitingKind.CLOSE_PROJECT,
        )
        for number, *counts in rows:
            for kind, found in zip(kinds, counts, strict=True):
                if found:
                    yield number, kind, found

    def money(
        self, calls: Mapping[int, Call], whole: Sequence[int]
    ) -> Iterator[tuple[int, WaitingKind, int]]:
        """Return where money came free after letters had left, and somebody waits for it."""
        notified = (
            select(Proposal.call_id)
            .join(Decision, Decision.proposal_id == Proposal.id)
            .where(Proposal.call_id.in_(whole), Decision.notified_at.is_not(None))
        )
        given_back = select(Project.proposal_id).where(
            sa.or_(Project.status == ProjectStatus.FAILED, Project.freed_cents > 0)
        )
        back = notified.where(
            Decision.awarded_cents.is_not(None),
            sa.or_(Proposal.status == ProposalStatus.WITHDRAWN, Proposal.id.in_(given_back)),
        )
        waiting = notified.where(Proposal.status == ProposalStatus.RESERVE)
        # Few calls are so: only of these the money is added up.
        where = self.db.scalars(back.intersect(waiting)).all()
        spent = dict(self.db.execute(awarded_in(where)).all()) if where else {}
        for number in sorted(where):
            call = calls[number]
            if call.envelope_cents - (spent.get(number) or 0) >= (call.smallest_cents or 1):
                yield number, WaitingKind.MONEY_FREE, 1
