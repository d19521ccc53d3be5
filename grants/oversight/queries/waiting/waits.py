"""What waits for whom, at every step: derived from how things stand, never stored.

The same list is on a person's first page and in their daily mail. It counts and names calls and
projects, and nothing of what is in them: a mail may be read over somebody's shoulder. Each role
costs a fixed number of queries, however many calls or proposals there are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from grants.access import Access
from grants.accounts.models import Person
from grants.calls.models import Call, Stage
from grants.decisions.models import Decision
from grants.evaluation.models import Assignment
from grants.kit.service import Service
from grants.oversight.queries.waiting.award_answers import TO_ANSWER, answer_asked, of_member
from grants.oversight.queries.waiting.fund_managers import OfManager
from grants.oversight.queries.waiting.kinds import ORDER, Waiting, WaitingKind
from grants.oversight.queries.waiting.officers import UNTIL, ready
from grants.oversight.queries.waiting.projects import OWED
from grants.oversight.queries.waiting.review_counts import TO_DO
from grants.projects.models import Deliverable, Project, due_on
from grants.proposals.models import Proposal
from grants.proposals.service.after_closing import WRITING
from grants.rules import timezones
from grants.rules.workflow import (
    AssignmentStatus,
    DeliverableStatus,
    ProjectStatus,
    ProposalStatus,
    Role,
    StageStatus,
)

__all__ = ["Waiting", "WaitingKind", "Waits"]

SOON = timedelta(days=14)
"""How long before its day a city is told of what it owes, and of a draft's deadline."""


@dataclass(frozen=True, slots=True)
class Waits(Service):
    """All that waits for people."""

    def of(self, person: Person) -> list[Waiting]:
        """List what waits for somebody, the most pressing first; roles not held cost no query."""
        roles = {it.role for it in person.appointments}
        waiting = ready(self.db, person, self.clock())
        found: list[Waiting] = [
            *(_to_submit(it, it.call, WaitingKind.READY) for it in waiting),
            *self._of_team(person, but={it.id for it in waiting}),
        ]
        if Role.REVIEWER in roles:
            found += self._of_reviewer(person)
        if Role.MANAGER in roles:
            found += OfManager(self.db, self.publish, self.clock).all(person)
        return sorted(found, key=lambda it: (ORDER[it.kind], it.where))

    def _of_team(self, person: Person, *, but: set[int]) -> Iterator[Waiting]:
        now = self.clock()
        own = Access(self.db).proposals_for(person, Role.APPLICANT)
        drafts = (
            own.join(Call, Call.id == Proposal.call_id)
            .outerjoin(Proposal.invited_to)
            .where(Proposal.status.in_(WRITING), now < UNTIL, now + SOON >= UNTIL)
            .options(contains_eager(Proposal.invited_to))
        )
        for proposal, call in self.db.execute(drafts.add_columns(Call)):
            if proposal.id not in but:
                yield _to_submit(proposal, call, WaitingKind.SUBMIT)
        yield from self._owed(person, own.with_only_columns(Proposal.id))

    def _owed(self, person: Person, own: sa.Select[Any]) -> Iterator[Waiting]:
        rows = self.db.execute(
            select(Project, Call.zone, Deliverable, Decision.answer_by)
            .join(Proposal, Proposal.id == Project.proposal_id)
            .join(Call, Call.id == Proposal.call_id)
            .outerjoin(Deliverable, Deliverable.project_id == Project.id)
            .outerjoin(Decision, sa.and_(TO_ANSWER, of_member(person)))
            .where(
                Project.proposal_id.in_(own),
                sa.or_(
                    Decision.id.is_not(None),
                    (Project.status == ProjectStatus.RUNNING) & Deliverable.status.in_(OWED),
                ),
            )
            .order_by(due_on(), Deliverable.id)
        )
        counted: dict[tuple[str, WaitingKind], list[date]] = {}
        titles = {}
        asked: dict[str, Waiting] = {}
        for project, zone, owed, answer_by in rows:
            titles[project.reference] = project.title
            if answer_by is not None:
                asked[project.reference] = answer_asked(project, answer_by)
                continue
            today = timezones.day(self.clock(), zone)
            kind = _how_owed(owed, today)
            if kind is not None:
                counted.setdefault((project.reference, kind), []).append(owed.planned.due_on)
        yield from asked.values()
        for (reference, kind), days in counted.items():
            path = f"/projects/{reference}"
            title, first = titles[reference], min(days)
            yield Waiting(kind=kind, path=path, where=title, count=len(days), day=first)

    def _of_reviewer(self, person: Person) -> Iterator[Waiting]:
        conflicted = Access(self.db).conflicted(person)
        rows = self.db.execute(
            select(Call.title, Call.zone, Stage.due_at, Assignment.status, func.count())
            .select_from(Assignment)
            .join(Stage, Stage.id == Assignment.stage_id)
            .join(Call, Call.id == Stage.call_id)
            .join(Proposal, Proposal.id == Assignment.proposal_id)
            .where(
                Assignment.reviewer_id == person.id,
                Assignment.status.in_(TO_DO),
                Stage.status == StageStatus.OPEN,
                Proposal.status == ProposalStatus.IN_STAGE,
                ~conflicted,
            )
            .group_by(Call.id, Call.title, Call.zone, Stage.id, Stage.due_at, Assignment.status)
        )
        sums: dict[tuple[str, str, datetime | None, WaitingKind], int] = {}
        for title, zone, due_at, status, count in rows:
            late = due_at is not None and due_at <= self.clock()
            kind = WaitingKind.REVIEWS_LATE if late else WaitingKind.REVIEW
            if status is AssignmentStatus.OFFERED:
                kind = WaitingKind.ANSWER_REQUESTS
            key = (title, zone, due_at, kind)
            sums[key] = sums.get(key, 0) + count
        for (title, zone, due_at, kind), count in sums.items():
            yield Waiting(
                kind=kind, path="/reviews", where=title, count=count, until=due_at, zone=zone
            )


def _to_submit(proposal: Proposal, call: Call, kind: WaitingKind) -> Waiting:
    path = f"/proposals/{proposal.reference}{'/submit' if kind is WaitingKind.READY else ''}"
    return Waiting(kind=kind, path=path, where=call.title, until=proposal.closes_at, zone=call.zone)


def _how_owed(owed: Deliverable, today: date) -> WaitingKind | None:
    due = owed.planned.due_on
    if due < today:
        return WaitingKind.OWED_LATE
    if owed.status is DeliverableStatus.RETURNED:
        return WaitingKind.RETURNED
    return WaitingKind.OWED_SOON if due <= today + SOON else None
