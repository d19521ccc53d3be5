"""The proposals that a call received, as those who manage it list them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from grants.finding import folded
from grants.models import (
    Assignment,
    Call,
    Decision,
    Declaration,
    Organisation,
    Person,
    Project,
    Proposal,
    Stage,
    Topic,
)
from grants.services.access import Access, is_reviewer
from grants.workflow import (
    HANDED_IN,
    OUTSTANDING,
    AssignmentStatus,
    DecisionKind,
    Interest,
    ProjectStatus,
    ProposalStatus,
    Role,
    StageStatus,
)

PAGE = 60

Counted = tuple[int, int | None, bool]
"""Reviews asked for, handed in if that may be told, and whether one is late."""

_STANDING = (*HANDED_IN, *OUTSTANDING, AssignmentStatus.REOPENED)


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
class Page:
    """A page of what was found, and how much there is of everything."""

    rows: Sequence[Received]
    found: int
    all: int
    by_status: Mapping[ProposalStatus, int] = field(default_factory=dict)
    number: int = 1

    @property
    def pages(self) -> int:
        """How many pages what was found fills."""
        return max(1, -(-self.found // PAGE))


@dataclass(frozen=True, slots=True)
class Reception:
    """Lists of what a call received. Whoever may not see a proposal finds and counts none of it."""

    db: Session

    def all(self, call: Call, person: Person, role: Role, *, now: datetime) -> list[Received]:
        """List everything somebody sees of a call, by reference; three queries however many."""
        visible = Access(self.db).proposals_for(person, role).where(Proposal.call_id == call.id)
        reviews = self._reviews(visible, now)
        conflicts = self._conflicts(visible)
        reviews |= self._untold(visible, person, reviews)
        none = (0, 0, False)
        return [
            Received(
                **row,
                reviews_asked=reviews.get(row["id"], none)[0],
                reviews_done=reviews.get(row["id"], none)[1],
                late=reviews.get(row["id"], none)[2],
                conflict=row["id"] in conflicts,
            )
            for row in self.db.execute(_columns(visible)).mappings()
        ]

    def page(self, call: Call, person: Person, role: Role, query: Query, *, now: datetime) -> Page:
        """Find, order and cut out one page.

        A call has some hundreds of proposals: they are searched here, where accents
        and case fold alike on both databases, and not in SQL.
        """
        everything = self.all(call, person, role, now=now)
        words = folded(query.words).split()
        worded = [row for row in everything if _matches(row, words)]
        found = [row for row in worded if not query.statuses or row.status in query.statuses]
        found.sort(key=ORDERS.get(query.order, ORDERS["reference"]), reverse=query.descending)
        number = min(max(1, query.page), max(1, -(-len(found) // PAGE)))
        return Page(
            rows=found[(number - 1) * PAGE : number * PAGE],
            found=len(found),
            all=len(everything),
            by_status=Counter(row.status for row in everything),
            number=number,
        )

    def _untold(
        self, visible: Select[Proposal], person: Person, reviews: Mapping[int, Counted]
    ) -> dict[int, Counted]:
        """Leave out how far the others are where somebody still owes a review of their own."""
        if not is_reviewer(person):
            return {}
        owed = visible.where(Access(self.db).reviewing(person)).with_only_columns(Proposal.id)
        return {number: (reviews[number][0], None, False) for number in self.db.scalars(owed)}

    def _reviews(self, visible: Select[Proposal], now: datetime) -> dict[int, Counted]:
        done = case((Assignment.status.in_(HANDED_IN), 1), else_=0)
        late = case(
            (
                Assignment.status.not_in(HANDED_IN)
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
                Assignment.proposal_id.in_(visible.with_only_columns(Proposal.id)),
            )
            .group_by(Assignment.proposal_id)
        )
        rows = self.db.execute(query)
        return {number: (asked, given, bool(late)) for number, asked, given, late in rows}

    def _conflicts(self, visible: Select[Proposal]) -> set[int]:
        query = select(Declaration.proposal_id).where(
            Declaration.interest == Interest.POTENTIAL,
            Declaration.ruling.is_(None),
            Declaration.proposal_id.in_(visible.with_only_columns(Proposal.id)),
        )
        return set(self.db.scalars(query))


def _matches(row: Received, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = folded(f"{row.reference} {row.title} {row.organisation} {row.topic}")
    return all(word in text for word in words)


_GAVE_UP = select(Project.id).where(
    Project.proposal_id == Proposal.id, Project.status == ProjectStatus.FAILED
)
_AWARDED = case(
    (or_(Proposal.status == ProposalStatus.WITHDRAWN, _GAVE_UP.exists()), None),
    else_=Decision.awarded_cents,
)
"""What an award takes from the envelope: nothing any more once it is withdrawn or given up."""


def _columns(visible: Select[Proposal]) -> Select[*tuple[object, ...]]:
    return (
        visible.join(Organisation, Organisation.id == Proposal.organisation_id)
        .outerjoin(Topic, Topic.id == Proposal.topic_id)
        .outerjoin(Decision, Decision.proposal_id == Proposal.id)
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
            _AWARDED.label("awarded_cents"),
            func.coalesce(Decision.departs, False).label("departs"),
        )
        .order_by(Proposal.reference)
    )


ORDERS = {
    "reference": lambda row: row.reference,
    "title": lambda row: (folded(row.title), row.reference),
    "organisation": lambda row: (folded(row.organisation), row.reference),
    "requested": lambda row: (row.requested_cents or 0, row.reference),
    "reviews": lambda row: (row.reviews_done or 0, row.reviews_asked, row.reference),
    "status": lambda row: (tuple(ProposalStatus).index(row.status), row.reference),
}
"""By what the list can be ordered."""
