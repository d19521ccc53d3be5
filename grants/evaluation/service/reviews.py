"""Reviews: offered, accepted with a declaration of interests, written, submitted, reopened."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Person
from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment, Mark, Review
from grants.evaluation.queries.asked_pairs import knowing_applicants
from grants.evaluation.service.interests import Interests
from grants.evaluation.service.stages import require_open, review_reference
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate
from grants.rules.events import ReviewReopened
from grants.rules.scoring import NotAScore
from grants.rules.words import N_
from grants.rules.workflow import ASSIGNMENT_STEPS, AssignmentStatus, Interest

_SAVED = ("revision", "tab", "overall_comment", "private_comment")
"""What another window may have changed in a review since this one read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a reviewer says to one criterion: half points or nothing yet, and a comment.

    Or that it could not be assessed.
    """

    halves: int | None = None
    comment: str = ""
    not_assessed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A review as it is typed, complete or not: scores by the criterion's code."""

    scores: Mapping[str, Score] = field(default_factory=dict)
    overall_comment: str = ""
    """For the applicant."""
    private_comment: str = ""
    """For the fund only."""


@dataclass(frozen=True, slots=True)
class Reviews(Service):
    """All that happens to reviews."""

    def own(self, person: Person, number: int) -> Assignment | None:
        """Find one of somebody's own assignments, with all that its page shows; two queries."""
        query = _whole(select(Assignment)).where(
            Assignment.id == number, Assignment.reviewer_id == person.id
        )
        return self.db.scalar(query)

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
        conflicts = Interests(self.db, self.publish, self.clock)
        conflicts.declare(by, assignment.proposal, interest, explanation)
        if interest is Interest.NONE:
            self._require_unknowing(assignment)
            self._step(assignment, "declare", by)

    def decline(self, assignment: Assignment, *, reason: str, by: Person) -> None:
        """Say no to a review, with a reason for the fund."""
        require_open(assignment.stage)
        if not reason.strip():
            raise Incomplete(N_("State why you decline, so that the fund can assign someone else."))
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
        review = assignment.review
        if not review.was_read(revision=revision, tab=tab):
            raise OutOfDate(N_("This review was saved in another window in the meantime."))
        if draft == draft_of(assignment) and assignment.status is not AssignmentStatus.ACCEPTED:
            return review.revision
        self._write(assignment, draft)
        review.is_saved(tab=tab, at=self.clock())
        if assignment.status is AssignmentStatus.ACCEPTED:
            self._step(assignment, "score", by)
        return review.revision

    def submit(self, assignment: Assignment, *, by: Person) -> None:
        """Hand a review in. Raises Incomplete while a score or a comment is missing."""
        self._lock(assignment)
        if assignment.status is AssignmentStatus.SUBMITTED:
            return  # a double click
        require_open(assignment.stage)
        self._require_unknowing(assignment)
        if missing := missing_in(assignment):
            raise Incomplete(
                N_("Some scores or comments are missing: {names}."), names=", ".join(missing)
            )
        review = assignment.review
        review.submitted_at = self.clock()
        review.first_submitted_at = review.first_submitted_at or review.submitted_at
        scores = {mark.code: mark.halves for mark in review.marks}
        self._step(assignment, "submit", by, facts={"halves": scores})

    def reopen(self, assignment: Assignment, *, reason: str, by: Person) -> None:
        """Let a reviewer change what was submitted; the reason is told to them."""
        require_open(assignment.stage)
        if not reason.strip():
            raise Incomplete(N_("Give the reason: the reviewer is informed."))
        assignment.reason = reason.strip()
        self._step(assignment, "reopen", by, reason=assignment.reason)
        self.publish(ReviewReopened(assignment=assignment))

    def _require_unknowing(self, assignment: Assignment) -> None:
        """Refuse who learnt by another role, given since, what the stage hides from reviewers."""
        if knowing_applicants(self.db, assignment.stage, [assignment.reviewer_id]):
            raise NotAllowedNow(
                N_(
                    "You see who applies, as a manager or an auditor. This stage hides it from its"
                    " reviewers, so the fund has to ask somebody else. What you wrote is kept."
                )
            )

    def _lock(self, assignment: Assignment) -> None:
        """Have another window that saves at this moment wait, and see what it saved before."""
        review = assignment.review
        read = review.revision
        self.db.flush()  # refreshing drops what is not written yet
        self.db.refresh(assignment, ["status"], with_for_update=True)
        self.db.refresh(review, _SAVED)
        if review.revision != read:
            for mark in review.marks:
                self.db.expire(mark)
            self.db.expire(review, ["marks"])

    def _write(self, assignment: Assignment, draft: Draft) -> None:
        rules, review = frozen_rules(assignment.stage), assignment.review
        written = {mark.code: mark for mark in review.marks}
        for criterion in rules.criteria:
            code = criterion.code
            score = draft.scores.get(code, Score())
            if score.not_assessed and criterion.not_assessed is None:
                raise NotAScore(N_("Give a score."))
            if score.halves is not None:
                rules.scale_of(criterion).check(score.halves)
            if code not in written:
                written[code] = Mark(code=code)
                review.marks.append(written[code])
            mark = written[code]
            mark.halves = None if score.not_assessed else score.halves
            mark.not_assessed, mark.comment = score.not_assessed, score.comment
        review.overall_comment = draft.overall_comment
        review.private_comment = draft.private_comment

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
    """Return a review as it was last saved."""
    codes, review = frozen_rules(assignment.stage).codes, assignment.review
    written = {mark.code: mark for mark in review.marks}
    return Draft(
        scores={code: _score(written.get(code)) for code in codes},
        overall_comment=review.overall_comment,
        private_comment=review.private_comment,
    )


def missing_in(assignment: Assignment) -> tuple[str, ...]:
    """Name the criteria that still lack a score or a comment."""
    rules = frozen_rules(assignment.stage)
    scores = draft_of(assignment).scores
    return tuple(
        each.name
        for each, it in ((each, scores[each.code]) for each in rules.criteria)
        if each.is_missing(it.halves, it.comment, not_assessed=it.not_assessed)
    )


def _score(mark: Mark | None) -> Score:
    if mark is None:
        return Score()
    return Score(halves=mark.halves, comment=mark.comment, not_assessed=mark.not_assessed)


def _whole(query: Select[Assignment]) -> Select[Assignment]:
    review = joinedload(Assignment.review)
    return query.options(
        joinedload(Assignment.stage).joinedload(Stage.call),
        joinedload(Assignment.proposal).joinedload(Proposal.organisation),
        joinedload(Assignment.proposal).joinedload(Proposal.form),
        joinedload(Assignment.proposal).joinedload(Proposal.call),
        joinedload(Assignment.reviewer),
        review.joinedload(Review.version),
        review.selectinload(Review.marks),
    )
