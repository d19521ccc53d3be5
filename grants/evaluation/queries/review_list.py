"""A reviewer's list: what is to be done first, page by page, and how much there is in all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from grants.access import Access
from grants.accounts.models import Person
from grants.calls.models import Call, Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.directory.models import Organisation
from grants.evaluation.models import Assignment, Mark, Review
from grants.evaluation.models.consensus import ConsensusReport, ConsensusView
from grants.evaluation.queries.reviewed_texts import ReviewedHeading, headings
from grants.kit import paging
from grants.proposals.models import Proposal
from grants.rules.workflow import AssignmentStatus, ConsensusStatus, StageStatus

IN_HAND = (
    AssignmentStatus.OFFERED,
    AssignmentStatus.ACCEPTED,
    AssignmentStatus.DRAFT,
    AssignmentStatus.REOPENED,
    AssignmentStatus.SUBMITTED,
    AssignmentStatus.LOCKED,
)
"""What a reviewer's list shows, what is to be done first."""

FINISHED = (AssignmentStatus.SUBMITTED, AssignmentStatus.LOCKED)
_WRITTEN = (AssignmentStatus.DRAFT, AssignmentStatus.REOPENED)
_ORDER = (case({it: at for at, it in enumerate(IN_HAND)}, value=Assignment.status), Assignment.id)
_TO_DO = and_(Stage.status == StageStatus.OPEN, Assignment.status.not_in(FINISHED))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """A page of somebody's reviews, what is to be done first, and how many there are in all."""

    reviews: Sequence[Assignment]
    all: int
    done: int
    to_do: int
    first: Assignment | None
    """What is to be done first."""
    missing: Mapping[int, tuple[str, ...]]
    """The criteria that still lack something, of those that are being written."""
    consensus: Sequence[tuple[Assignment, bool]]
    """Reviews whose consensus report waits for them: to be written, or else to be answered."""
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class ReviewList:
    """What somebody is asked to review."""

    db: Session

    def page(
        self, person: Person, number: int = 1, *, size: int = paging.PAGE, brief: bool = False
    ) -> ReviewPage:
        """Return a page of somebody's reviews; what is written in them is not read.

        A `brief` one asks for consensus reports only where no review is to be written first.
        """
        found = self.db.execute(paging.cut(self._standing(person), number, size)).all()
        if not found and number > 1:  # beyond the last
            last = self.page(person, size=size, brief=True).pages
            return self.page(person, last, size=size, brief=brief)
        number = max(1, number)
        _first, _is_to_do, every, done, to_do = found[0] if found else (0, False, 0, 0, 0)
        shown = [it.id for it in found]
        first = next((it.id for it in found if it.to_do), None) if number == 1 else None
        if to_do and first is None:
            first = self.db.scalar(self._standing(person).where(_TO_DO).limit(1))
        read = self._read({*shown, *([first] if first else [])})
        return ReviewPage(
            reviews=[read[it] for it in shown],
            all=every,
            done=done,
            to_do=to_do,
            first=read[first] if first else None,
            missing=self._missing([read[it] for it in shown]),
            consensus=() if brief and first else self._to_agree(person),
            number=number,
            pages=paging.pages(every, size),
        )

    def headings(self, reviews: Sequence[Assignment], mask: str) -> Mapping[int, ReviewedHeading]:
        """Return how the proposals of these reviews are called before their reviewer."""
        return headings(self.db, reviews, mask)

    def _to_agree(self, person: Person) -> Sequence[tuple[Assignment, bool]]:
        """List the reports that somebody has to write, or to answer; one query."""
        answered = select(ConsensusView.id).where(
            ConsensusView.report_id == ConsensusReport.id,
            ConsensusView.round == ConsensusReport.round,
            ConsensusView.reviewer_id == person.id,
        )
        mine = ConsensusReport.rapporteur_id == person.id
        writes = and_(mine, ConsensusReport.status == ConsensusStatus.DRAFT)
        answers = and_(
            ~mine, ConsensusReport.status == ConsensusStatus.CIRCULATED, ~answered.exists()
        )
        query = (
            self.mine(person)
            .join(Assignment.stage)
            .join(
                ConsensusReport,
                and_(
                    ConsensusReport.stage_id == Assignment.stage_id,
                    ConsensusReport.proposal_id == Assignment.proposal_id,
                ),
            )
            .where(
                Stage.status == StageStatus.OPEN,
                Assignment.status == AssignmentStatus.SUBMITTED,
                or_(writes, answers),
            )
            .options(contains_eager(Assignment.proposal))
            .add_columns(mine)
            .order_by(Assignment.id)
        )
        return [(it, bool(writing)) for it, writing in self.db.execute(query)]

    def _standing(self, person: Person) -> Select[int, bool, int, int, int]:
        """Select the numbers of somebody's reviews, what is to be done first, each with the counts.

        Who may read a review is the dear part of the question: so it is asked once for all.
        """
        return (
            self.mine(person)
            .join(Assignment.stage)
            .with_only_columns(
                Assignment.id,
                _TO_DO.label("to_do"),
                func.count().over(),
                func.sum(case((Assignment.status.in_(FINISHED), 1), else_=0)).over(),
                func.sum(case((_TO_DO, 1), else_=0)).over(),
            )
            .order_by(*_ORDER)
        )

    def _read(self, numbers: Collection[int]) -> dict[int, Assignment]:
        query = select(Assignment).join(Assignment.proposal).where(Assignment.id.in_(numbers))
        return {it.id: it for it in self.db.scalars(_brief(query))} if numbers else {}

    def mine(self, person: Person) -> Select[Assignment]:
        """Select what somebody reviews, or is asked to, and may know of."""
        access = Access(self.db)
        return (
            select(Assignment)
            .join(Assignment.proposal)
            .where(
                Assignment.reviewer_id == person.id,
                Assignment.status.in_(IN_HAND),
                ~access.conflicted(person),
                ~access.own(person),
                ~access.applies(person),
                access.reviews(person),
            )
        )

    def _missing(self, shown: Sequence[Assignment]) -> dict[int, tuple[str, ...]]:
        """Name what still lacks a score or a comment, without reading the comments."""
        written = [it for it in shown if it.status in _WRITTEN]
        if not written:
            return {}
        criteria = {it.review.id: frozen_rules(it.stage).criteria for it in written}
        given = self.db.execute(
            select(
                Mark.review_id,
                Mark.code,
                Mark.halves,
                Mark.not_assessed,
                case((func.trim(Mark.comment, " \n\r\t") != "", "x"), else_=""),
            ).where(Mark.review_id.in_([it.review.id for it in written]))
        )
        there = {
            (number, each.code)
            for number, code, halves, left, comment in given
            for each in criteria[number]
            if each.code == code and not each.is_missing(halves, comment, not_assessed=left)
        }
        return {
            it.id: tuple(
                each.name
                for each in frozen_rules(it.stage).criteria
                if (it.review.id, each.code) not in there
            )
            for it in written
        }


def _brief(query: Select[Assignment]) -> Select[Assignment]:
    """Read with it what a list shows, and nothing that is written in reviews, calls or rules."""
    stage, proposal = joinedload(Assignment.stage), contains_eager(Assignment.proposal)
    return query.options(
        joinedload(Assignment.review).load_only(Review.first_submitted_at),
        stage.joinedload(Stage.call).load_only(Call.code, Call.title, Call.zone),
        proposal.load_only(Proposal.reference, Proposal.title, Proposal.status),
        proposal.joinedload(Proposal.organisation).load_only(
            Organisation.name, Organisation.country
        ),
    )
