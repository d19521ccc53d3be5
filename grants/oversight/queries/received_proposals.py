"""The proposals that a call received, as those who manage it list them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, select
from sqlalchemy.orm import Session

from grants.access import Access, is_reviewer
from grants.accounts.models import Person
from grants.calls.models import Call, Stage, Topic
from grants.decisions.models import Decision
from grants.decisions.queries.awarded_money import TAKEN
from grants.directory.models import Organisation
from grants.evaluation.models import Assignment, Declaration
from grants.kit import paging
from grants.projects.models import Project
from grants.proposals.models import Proposal, ProposalWords
from grants.proposals.queries.search import found_by
from grants.rules.workflow import (
    OUTSTANDING,
    SUBMITTED_REVIEWS,
    AssignmentStatus,
    DecisionKind,
    Interest,
    ProposalStatus,
    Role,
    StageStatus,
)

_STANDING = (*SUBMITTED_REVIEWS, *OUTSTANDING, AssignmentStatus.REOPENED)

Counted = tuple[int, int | None, bool]
"""Reviews asked for, submitted if that may be told, and whether one is late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One proposal in a manager's list."""

    id: int
    reference: str
    title: str
    status: ProposalStatus
    requested_cents: int | None
    total_cents: int | None
    submitted_at: datetime | None
    organisation: str
    country: str
    topic: str
    decision: DecisionKind | None
    awarded_cents: int | None
    """What it takes of the envelope: less what its project gave back."""
    reviews_done: int | None = 0
    """None before somebody's own review is in: they learn nothing of the others' until then."""
    reviews_asked: int = 0
    late: bool = False
    """Whether a review is overdue."""
    conflict: bool = False
    """Whether a declared interest waits for a ruling."""
    departs: bool = False
    """Whether its decision departs from the ranking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a manager looks for: words, statuses, an order, a page counted from 1."""

    words: str = ""
    statuses: frozenset[ProposalStatus] = frozenset()
    order: str = "reference"
    descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """A page of what was found, and how much there is of everything."""

    rows: Sequence[Received]
    found: int
    all: int
    by_status: Mapping[ProposalStatus, int] = field(default_factory=dict)
    number: int = 1

    @property
    def pages(self) -> int:
        """How many pages what was found fills."""
        return paging.pages(self.found)


@dataclass(frozen=True, slots=True)
class Listing:
    """Lists of what a call received. Whoever may not see a proposal finds and counts none of it."""

    db: Session

    def all(self, call: Call, person: Person, role: Role, *, now: datetime) -> list[Received]:
        """List everything somebody sees of a call, by reference; three queries however many."""
        visible = Access(self.db).proposals_in(call, person, role)
        numbers = visible.with_only_columns(Proposal.id)
        return self._rows(_columns(visible).order_by(Proposal.reference), numbers, now, person)

    def page(
        self, call: Call, person: Person, role: Role, query: Query, *, now: datetime
    ) -> ListingPage:
        """Find, order and cut out one page; the rows that are not shown are not read."""
        visible = Access(self.db).proposals_in(call, person, role)
        by_status = self._counted(visible)
        matching = visible.where(found_by(self.db, query.words))
        worded = self._counted(matching) if query.words.strip() else by_status
        found = sum(worded[each] for each in worded if each in (query.statuses or worded))
        number = paging.within(query.page, found)
        if query.statuses:
            matching = matching.where(Proposal.status.in_(query.statuses))
        untold = Access(self.db).reviewing(person) if is_reviewer(person) else false()
        ordered = ordered_by(matching, query.order, untold, descending=query.descending)
        cut = paging.cut(ordered, number)
        # Cut first: what is not shown is ordered, and nothing more is made of it.
        shown = select(Proposal).where(Proposal.id.in_(cut.with_only_columns(Proposal.id)))
        columns = ordered_by(_columns(shown), query.order, untold, descending=query.descending)
        return ListingPage(
            rows=self._rows(columns, None, now, person),
            found=found,
            all=sum(by_status.values()),
            by_status=by_status,
            number=number,
        )

    def _counted(self, visible: Select[Proposal]) -> dict[ProposalStatus, int]:
        counts = visible.with_only_columns(Proposal.status, func.count()).group_by(Proposal.status)
        rows: Any = self.db.execute(counts)
        return dict(rows.all())

    def _rows(
        self, columns: Select[*tuple[object, ...]], numbers: Any, now: datetime, person: Person
    ) -> list[Received]:
        """Read rows, with what is said of their reviews; `numbers` None: of these rows alone."""
        rows = self.db.execute(columns).mappings().all()
        numbers = [row["id"] for row in rows] if numbers is None else numbers
        reviews, conflicts = self._reviews(numbers, now), self._conflicts(numbers)
        reviews |= self._untold(numbers, person, reviews)
        none = (0, 0, False)
        return [
            Received(
                **row,
                reviews_asked=reviews.get(row["id"], none)[0],
                reviews_done=reviews.get(row["id"], none)[1],
                late=reviews.get(row["id"], none)[2],
                conflict=row["id"] in conflicts,
            )
            for row in rows
        ]

    def _untold(
        self, numbers: Any, person: Person, reviews: Mapping[int, Counted]
    ) -> dict[int, Counted]:
        """Leave out how far the others are where somebody still owes a review of their own."""
        if not is_reviewer(person):
            return {}
        owed = select(Proposal.id).where(
            Proposal.id.in_(numbers), Access(self.db).reviewing(person)
        )
        return {number: (reviews[number][0], None, False) for number in self.db.scalars(owed)}

    def _reviews(self, numbers: Any, now: datetime) -> dict[int, Counted]:
        done = case((Assignment.status.in_(SUBMITTED_REVIEWS), 1), else_=0)
        late = case(
            (
                Assignment.status.not_in(SUBMITTED_REVIEWS)
                & (Stage.status == StageStatus.OPEN)
                & (Stage.due_at < now),
                1,
            ),
            else_=0,
        )
        query = (
            select(Assignment.proposal_id, func.count(), func.sum(done), func.max(late))
            .join(Stage, Stage.id == Assignment.stage_id)
            .where(
                Assignment.status.in_(_STANDING),
                Assignment.proposal_id.in_(numbers),
            )
            .group_by(Assignment.proposal_id)
        )
        rows = self.db.execute(query)
        return {number: (asked, given, bool(late)) for number, asked, given, late in rows}

    def _conflicts(self, numbers: Any) -> set[int]:
        query = select(Declaration.proposal_id).where(
            Declaration.interest == Interest.POTENTIAL,
            Declaration.ruling.is_(None),
            Declaration.proposal_id.in_(numbers),
        )
        return set(self.db.scalars(query))


def _columns(visible: Select[Proposal]) -> Select[*tuple[object, ...]]:
    return (
        visible.join(Organisation, Organisation.id == Proposal.organisation_id)
        .outerjoin(Topic, Topic.id == Proposal.topic_id)
        .outerjoin(Decision, Decision.proposal_id == Proposal.id)
        .outerjoin(Project, Project.proposal_id == Proposal.id)
        .with_only_columns(
            Proposal.id,
            Proposal.reference,
            Proposal.title,
            Proposal.status,
            Proposal.requested_cents,
            Proposal.total_cents,
            Proposal.submitted_at,
            Organisation.name.label("organisation"),
            Organisation.country,
            func.coalesce(Topic.name, "").label("topic"),
            Decision.kind.label("decision"),
            TAKEN.label("awarded_cents"),
            func.coalesce(Decision.departs, False).label("departs"),
        )
    )


def ordered_by(found: Any, order: str, untold: ColumnElement[bool], *, descending: bool) -> Any:
    """Put what was found into an order that the database keeps an index of, where it can.

    Where the others' reviews are `untold`, their number does not order either.
    """
    keys = ORDERS.get(order, ())
    if order in ("title", "organisation"):
        found = found.outerjoin(ProposalWords, ProposalWords.proposal_id == Proposal.id)
    if order == "reviews":
        found = found.outerjoin(_PROGRESS, _PROGRESS.c.proposal_id == Proposal.id)
        keys = (case((untold, 0), else_=keys[0]), *keys[1:])
    every = (*keys, Proposal.reference)
    return found.order_by(*(key.desc() if descending else key.asc() for key in every))


_PROGRESS = (
    select(
        Assignment.proposal_id,
        func.sum(case((Assignment.status.in_(SUBMITTED_REVIEWS), 1), else_=0)).label("done"),
        func.count().label("asked"),
    )
    .where(Assignment.status.in_(_STANDING))
    .group_by(Assignment.proposal_id)
    .subquery()
)
ORDERS: Mapping[str, tuple[ColumnElement[Any], ...]] = {
    "reference": (),
    "title": (func.coalesce(ProposalWords.title_key, ""),),
    "organisation": (func.coalesce(ProposalWords.organisation_key, ""),),
    "requested": (func.coalesce(Proposal.requested_cents, 0),),
    "reviews": (func.coalesce(_PROGRESS.c.done, 0), func.coalesce(_PROGRESS.c.asked, 0)),
    "status": (case({each: at for at, each in enumerate(ProposalStatus)}, value=Proposal.status),),
}
"""By what the list can be ordered; then by reference."""
