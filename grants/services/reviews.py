"""Reviews: offered, accepted with a declaration of interests, written, handed in, reopened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import contains_eager, defer, joinedload, selectinload

from grants.events import ReviewReopened
from grants.kit import paging
from grants.models import Assignment, Call, Mark, Organisation, Person, Proposal, Stage
from grants.rules.errors import Incomplete, OutOfDate
from grants.rules.words import N_
from grants.rules.workflow import ASSIGNMENT_STEPS, AssignmentStatus, Interest, StageStatus
from grants.services.access import Access
from grants.services.base import Service
from grants.services.conflicts import Conflicts
from grants.services.frozen import frozen_rules
from grants.services.stages import require_open, review_reference

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
_TEXTS = (Assignment.overall_comment, Assignment.private_comment)
_SAVED = ("status", "revision", "tab", "overall_comment", "private_comment")
"""What another window may have changed since this one was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a reviewer says to one criterion: half points or nothing yet, and a comment."""

    halves: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A review as it is typed, complete or not: scores by the criterion's code."""

    scores: Mapping[str, Score] = field(default_factory=dict)
    overall_comment: str = ""
    """For the applicant."""
    private_comment: str = ""
    """For the fund only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of somebody's reviews, what is to be done first, and how many there are in all."""

    reviews: Sequence[Assignment]
    all: int
    done: int
    to_do: int
    first: Assignment | None
    """What is to be done first."""
    missing: Mapping[int, tuple[str, ...]]
    """The criteria that still lack something, of those that are being written."""
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Reviews(Service):
    """All that happens to reviews."""

    def own(self, person: Person, number: int) -> Assignment | None:
        """Find one of somebody's own assignments, with all that its page shows; two queries."""
        query = _whole(select(Assignment)).where(
            Assignment.id == number, Assignment.reviewer_id == person.id
        )
        return self.db.scalar(query)

    def page(self, person: Person, number: int = 1, *, size: int = paging.PAGE) -> Page:
        """Give a page of somebody's reviews; what is written in them is not read."""
        found = self.db.execute(paging.cut(self._standing(person), number, size)).all()
        if not found and number > 1:  # beyond the last
            return self.page(person, self.page(person, size=size).pages, size=size)
        number = max(1, number)
        _first, _is_to_do, every, done, to_do = found[0] if found else (0, False, 0, 0, 0)
        shown = [it.id for it in found]
        first = next((it.id for it in found if it.to_do), None) if number == 1 else None
        if to_do and first is None:
            first = self.db.scalar(self._standing(person).where(_TO_DO).limit(1))
        read = self._read({*shown, *([first] if first else [])})
        return Page(
            reviews=[read[it] for it in shown],
            all=every,
            done=done,
            to_do=to_do,
            first=read[first] if first else None,
            missing=self._missing([read[it] for it in shown]),
            number=number,
            pages=paging.pages(every, size),
        )

    def _standing(self, person: Person) -> Select[int, bool, int, int, int]:
        """Select the numbers of somebody's reviews, what is to be done first, each with the counts.

        Who may read a review is the dear part of the question: so it is asked once for all.
        """
        return (
            self._mine(person)
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

    def _mine(self, person: Person) -> Select[Assignment]:
        access = Access(self.db)
        return (
            select(Assignment)
            .join(Assignment.proposal)
            .where(
                Assignment.reviewer_id == person.id,
                Assignment.status.in_(IN_HAND),
                ~access.barred(person),
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
        given = self.db.execute(
            select(Mark.assignment_id, Mark.code).where(
                Mark.assignment_id.in_([it.id for it in written]),
                Mark.halves.is_not(None),
                func.trim(Mark.comment, " \n\r\t") != "",
            )
        ).all()
        there = {(number, code) for number, code in given}
        return {
            it.id: tuple(
                each.name
                for each in frozen_rules(it.stage).criteria
                if (it.id, each.code) not in there
            )
            for it in written
        }

    def in_hand(self, person: Person, *, texts: bool = True) -> list[Assignment]:
        """List somebody's reviews, what is to be done first; `texts`: with what is written in them.

        What they declined, and what an interest bars them from, is not there at all.
        """
        read = [selectinload(Assignment.marks)] if texts else [defer(it) for it in _TEXTS]
        query = (
            self._mine(person)
            .options(
                joinedload(Assignment.stage).joinedload(Stage.call),
                joinedload(Assignment.proposal).joinedload(Proposal.organisation),
                *read,
            )
            .order_by(Assignment.id)
        )
        return sorted(self.db.scalars(query), key=lambda each: IN_HAND.index(each.status))

    def of_proposal(self, proposal: Proposal, number: int) -> Assignment | None:
        """Find one assignment of a proposal, for whoever manages it."""
        query = _whole(select(Assignment)).where(
            Assignment.id == number, Assignment.proposal_id == proposal.id
        )
        return self.db.scalar(query)

    def declare(
        self, assignment: Assignment, interest: Interest, *, explanation: str = "", by: Person
    ) -> None:
        """Declare interests, which accepts the review or hides the proposal from its reviewer."""
        require_open(assignment.stage)
        ASSIGNMENT_STEPS.target("declare", assignment.status)
        conflicts = Conflicts(self.db, self.publish, self.clock)
        conflicts.declare(by, assignment.proposal, interest, explanation)
        if interest is Interest.NONE:
            self._step(assignment, "declare", by)

    def decline(self, assignment: Assignment, *, reason: str, by: Person) -> None:
        """Say no to a review, with a reason for the fund."""
        require_open(assignment.stage)
        if not reason.strip():
            raise Incomplete(N_("Say why you decline, so that the fund can ask somebody else."))
        self._step(assignment, "decline", by, reason=reason.strip())
        assignment.reason = reason.strip()

    def save(
        self, assignment: Assignment, draft: Draft, *, revision: int, tab: str, by: Person
    ) -> int:
        """Keep a review as far as it is written; give the new revision.

        Raises OutOfDate if another window than `tab` saved after `revision`, NotAScore
        for what is not on the scale.
        """
        require_open(assignment.stage)
        self._lock(assignment)
        ASSIGNMENT_STEPS.target("score", assignment.status)
        if not assignment.was_read(revision=revision, tab=tab):
            raise OutOfDate(N_("This review was saved in another window in the meantime."))
        if draft == draft_of(assignment) and assignment.status is not AssignmentStatus.ACCEPTED:
            return assignment.revision
        self._write(assignment, draft)
        assignment.is_saved(tab=tab, at=self.clock())
        if assignment.status is AssignmentStatus.ACCEPTED:
            self._step(assignment, "score", by)
        return assignment.revision

    def submit(self, assignment: Assignment, *, by: Person) -> None:
        """Hand a review in. Raises Incomplete while a score or a comment is missing."""
        self._lock(assignment)
        if assignment.status is AssignmentStatus.SUBMITTED:
            return  # a double click
        require_open(assignment.stage)
        if missing := missing_in(assignment):
            raise Incomplete(
                N_("Some scores or comments are missing: {names}."), names=", ".join(missing)
            )
        assignment.submitted_at = self.clock()
        assignment.first_submitted_at = assignment.first_submitted_at or assignment.submitted_at
        scores = {mark.code: mark.halves for mark in assignment.marks}
        self._step(assignment, "submit", by, facts={"halves": scores})

    def reopen(self, assignment: Assignment, *, reason: str, by: Person) -> None:
        """Let a reviewer change what was handed in; the reason is told to them."""
        require_open(assignment.stage)
        if not reason.strip():
            raise Incomplete(N_("Give the reason: the reviewer is told."))
        assignment.reason = reason.strip()
        self._step(assignment, "reopen", by, reason=assignment.reason)
        self.publish(ReviewReopened(assignment=assignment))

    def _lock(self, assignment: Assignment) -> None:
        """Have another window that saves at this moment wait, and see what it saved before."""
        read = assignment.revision
        self.db.flush()  # refreshing drops what is not written yet
        self.db.refresh(assignment, _SAVED, with_for_update=True)
        if assignment.revision != read:
            for mark in assignment.marks:
                self.db.expire(mark)
            self.db.expire(assignment, ["marks"])

    def _write(self, assignment: Assignment, draft: Draft) -> None:
        rules = frozen_rules(assignment.stage)
        written = {mark.code: mark for mark in assignment.marks}
        for code in rules.codes:
            score = draft.scores.get(code, Score())
            if score.halves is not None:
                rules.scale.check(score.halves)
            if code not in written:
                written[code] = Mark(code=code)
                assignment.marks.append(written[code])
            mark = written[code]
            mark.halves, mark.comment = score.halves, score.comment
        assignment.overall_comment = draft.overall_comment
        assignment.private_comment = draft.private_comment

    def _step(
        self,
        assignment: Assignment,
        action: str,
        by: Person,
        *,
        reason: str = "",
        facts: Mapping[str, object] | None = None,
    ) -> None:
        reference = review_reference(assignment)
        self.move(
            ASSIGNMENT_STEPS,
            assignment,
            action,
            by=by,
            reference=reference,
            reason=reason,
            facts=facts,
        )


def draft_of(assignment: Assignment) -> Draft:
    """Give a review as it was last saved."""
    codes = frozen_rules(assignment.stage).codes
    written = {mark.code: mark for mark in assignment.marks}
    return Draft(
        scores={code: _score(written.get(code)) for code in codes},
        overall_comment=assignment.overall_comment,
        private_comment=assignment.private_comment,
    )


def missing_in(assignment: Assignment) -> tuple[str, ...]:
    """Name the criteria that still lack a score or a comment."""
    rules = frozen_rules(assignment.stage)
    scores = draft_of(assignment).scores
    return tuple(
        each.name
        for each in rules.criteria
        if scores[each.code].halves is None or not scores[each.code].comment.strip()
    )


def _score(mark: Mark | None) -> Score:
    return Score(halves=mark.halves, comment=mark.comment) if mark else Score()


def _brief(query: Select[Assignment]) -> Select[Assignment]:
    """Read with it what a list shows, and nothing that is written in reviews, calls or rules."""
    stage, proposal = joinedload(Assignment.stage), contains_eager(Assignment.proposal)
    return query.options(
        *(defer(it) for it in _TEXTS),
        stage.joinedload(Stage.call).load_only(Call.code, Call.title, Call.zone),
        proposal.load_only(Proposal.reference, Proposal.title, Proposal.status),
        proposal.joinedload(Proposal.organisation).load_only(Organisation.name),
    )


def _whole(query: Select[Assignment]) -> Select[Assignment]:
    return query.options(
        joinedload(Assignment.stage).joinedload(Stage.call),
        joinedload(Assignment.proposal).joinedload(Proposal.organisation),
        joinedload(Assignment.proposal).joinedload(Proposal.form),
        joinedload(Assignment.proposal).joinedload(Proposal.call),
        joinedload(Assignment.version),
        joinedload(Assignment.reviewer),
        selectinload(Assignment.marks),
    )
