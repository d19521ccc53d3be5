"""The stages of the evaluation: opening one freezes its rules, closing it settles the reviews."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, subqueryload

from grants.access import Access
from grants.accounts.models import Person
from grants.calls.models import Call, Stage
from grants.calls.queries.facts import minimum_reviews
from grants.calls.queries.first_stages import LAST_REVIEWS
from grants.calls.queries.frozen_rules import frozen_rules
from grants.calls.queries.stage_rules import rules_of
from grants.calls.service.draw_seeds import DrawSeeds
from grants.calls.service.proposed_acts import Signatures
from grants.evaluation.models import Assignment, Review, StageResult
from grants.evaluation.queries import disagreements
from grants.evaluation.queries.consensus_progress import require_agreed
from grants.evaluation.queries.counted_scores import counted, final_reports
from grants.evaluation.queries.lateness import late
from grants.evaluation.queries.own_reviews import require_own_done
from grants.evaluation.queries.panel_scores import decided_scores, require_concluded
from grants.evaluation.queries.review_progress import Progress
from grants.evaluation.service.check_stages import UNCHECKED, CheckStages, is_checked
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules import canonical, scoring
from grants.rules.errors import NotAllowedNow, Refused
from grants.rules.words import N_
from grants.rules.workflow import (
    ASSIGNMENT_STEPS,
    OUTSTANDING,
    PROPOSAL_STEPS,
    STAGE_STEPS,
    SUBMITTED_REVIEWS,
    ActKind,
    ActStatus,
    AssignmentStatus,
    ProposalStatus,
    StageKind,
    StageOutcome,
    StageStatus,
)

NOT_SUBMITTED = N_("The stage was closed before this review was submitted.")


@dataclass(frozen=True, slots=True)
class Stages(Service):
    """All that happens to the stages in which proposals are reviewed."""

    def of(self, call: Call) -> Stage | None:
        """Find the last stage of reviews that has begun."""
        begun = review_stages(call).where(Stage.status != StageStatus.PLANNED)
        newest = begun.order_by(Stage.position.desc())
        return self.db.scalar(newest.options(joinedload(Stage.call)).limit(1))

    def standing(self, call: Call, *statuses: ProposalStatus) -> int:
        """Count the proposals of a call that stand at any of these."""
        here = (Proposal.call_id == call.id, Proposal.status.in_(statuses))
        return self.db.scalar(select(func.count()).where(*here)) or 0

    def open(
        self, call: Call, *, by: Person, due_at: datetime | None = None, name: str = ""
    ) -> Stage:
        """Freeze the rules and put every eligible proposal into the stage that was planned."""
        stage = self._require_ready(call)
        CheckStages(self.db, self.publish, self.clock).conclude_unlisted(stage, by=by)
        eligible = self._proposals(call, ProposalStatus.ELIGIBLE)
        if not eligible:
            raise Refused(N_("There is no eligible proposal to evaluate."))
        now = self.clock()
        if due_at is not None and due_at <= now:
            raise Refused(N_("The reviews must be due later than now."))
        DrawSeeds(self.db, self.publish, self.clock).commit(call, by=by)  # the last moment for it
        frozen = rules_of(call, stage).to_dict()
        stage.name, stage.opened_at, stage.due_at = name or stage.name, now, due_at
        stage.rules, stage.rules_sha256 = frozen, canonical.digest(frozen)
        stage.minimum_reviews = minimum_reviews(call, stage)
        facts = {"rules": stage.rules_sha256, "proposals": len(eligible)}
        self.move(STAGE_STEPS, stage, "open", by=by, reference=stage.reference, facts=facts)
        CheckStages(self.db, self.publish, self.clock).end(call, by=by)
        for proposal in eligible:
            proposal.stage = stage
            self._move(proposal, "evaluate", by)
        return stage

    def progress(self, stage: Stage, proposals: Sequence[Proposal]) -> tuple[Progress, ...]:
        """Count the reviews of these proposals; one query, two where reviews may disagree."""
        apart = disagreements.of_stage(self.db, stage)
        # Where reviewers have to agree, no further review is asked for.
        one_more = frozen_rules(stage).consensus is None
        late_ones = func.count().filter(late(stage, self.clock()))
        query = (
            select(Assignment.proposal_id, Assignment.status, func.count(), late_ones)
            .join(Assignment.review)
            .where(Assignment.stage_id == stage.id)
            .group_by(Assignment.proposal_id, Assignment.status)
        )
        counts: dict[int, dict[AssignmentStatus, int]] = {}
        belated: dict[int, int] = {}
        for proposal_id, status, count, after in self.db.execute(query):
            counts.setdefault(proposal_id, {})[status] = count
            belated[proposal_id] = belated.get(proposal_id, 0) + after
        return tuple(
            Progress(
                proposal=proposal,
                done=_sum(counts.get(proposal.id, {}), SUBMITTED_REVIEWS),
                outstanding=_sum(counts.get(proposal.id, {}), OUTSTANDING),
                reopened=_sum(counts.get(proposal.id, {}), (AssignmentStatus.REOPENED,)),
                needed=stage.minimum_reviews + (one_more and proposal.id in apart),
                late=belated.get(proposal.id, 0),
                disagreements=apart.get(proposal.id, ()),
            )
            for proposal in proposals
        )

    def in_evaluation(self, stage: Stage) -> tuple[Progress, ...]:
        """Count the reviews of everything that is in the stage."""
        return self.progress(stage, self._proposals(stage.call, ProposalStatus.IN_STAGE))

    def close(self, stage: Stage, *, by: Person) -> None:
        """Lock the reviews and hold every proposal against the thresholds, exactly.

        Refused while a proposal has too few reviews (one more where they disagree) or lacks the
        consensus or the panel's conclusion that its call asks for, one is reopened, or one is by
        somebody with an interest, or its exclusion waits for a second signature. Reviews not
        submitted are excluded.
        """
        lock_open(self.db, stage)
        require_own_done(self.db, stage.call, by)
        self._require_settled(stage)
        self._require_enough(stage)
        self._require_independent(stage)
        require_agreed(self.db, stage)
        require_concluded(self.db, stage)
        now = self.clock()
        reviews = self._settle(stage, by)
        rules, agreed = frozen_rules(stage), final_reports(self.db, stage)
        decided = decided_scores(self.db, stage)
        scores = counted(reviews, agreed, decided)
        for proposal in self._proposals(stage.call, ProposalStatus.IN_STAGE):
            result = scoring.evaluate(rules, scores[proposal.id])
            facts = {"total": str(result.total), "reviews": len(reviews[proposal.id])}
            self._move(proposal, "pass" if result.passed else "fail", by, facts=facts)
            numbers = [review.id for review in reviews[proposal.id]]
            self.db.add(
                StageResult(
                    stage=stage,
                    proposal=proposal,
                    outcome=StageOutcome.PASSED if result.passed else StageOutcome.FAILED,
                    reached_at=now,
                    evidence={"total": str(result.total), "reviews": numbers}
                    | ({"consensus": agreed[proposal.id].id} if proposal.id in agreed else {})
                    | ({"panel": dict(decided[proposal.id])} if proposal.id in decided else {}),
                )
            )
        stage.closed_at = now
        self.move(STAGE_STEPS, stage, "close", by=by, reference=stage.reference)

    def locked_reviews(self, stage: Stage) -> dict[int, list[Review]]:
        """Gather the final reviews with their marks, by the number of their proposal."""
        query = (
            select(Assignment.proposal_id, Review)
            .join(Review.assignment)
            .where(Assignment.stage_id == stage.id, Assignment.status == AssignmentStatus.LOCKED)
        )
        found: dict[int, list[Review]] = {}
        # Not selectinload, which asks once more for every five hundred.
        for number, review in self.db.execute(query.options(subqueryload(Review.marks))):
            found.setdefault(number, []).append(review)
        return found

    def _settle(self, stage: Stage, by: Person) -> dict[int, list[Review]]:
        """Lock what was submitted and exclude the rest; give back what counts."""
        query = (
            select(Assignment)
            .where(
                Assignment.stage_id == stage.id,
                Assignment.status.in_((AssignmentStatus.SUBMITTED, *OUTSTANDING)),
            )
            .options(
                joinedload(Assignment.proposal),
                joinedload(Assignment.review).subqueryload(Review.marks),
            )
            .order_by(Assignment.id)
        )
        counted: dict[int, list[Review]] = {}
        for assignment in self.db.scalars(query):
            submitted = assignment.status is AssignmentStatus.SUBMITTED
            reason = "" if submitted else NOT_SUBMITTED
            assignment.reason = assignment.reason if submitted else reason
            self.move(
                ASSIGNMENT_STEPS,
                assignment,
                "lock" if submitted else "exclude",
                by=by,
                reference=review_reference(assignment),
                reason=reason,
            )
            if submitted:
                counted.setdefault(assignment.proposal_id, []).append(assignment.review)
        return counted

    def _require_settled(self, stage: Stage) -> None:
        """Refuse while it is open whether a review counts."""
        signatures = Signatures(self.db, self.publish, self.clock)
        for act in signatures.in_call(stage.call, ActStatus.WAITING):
            if act.kind is ActKind.EXCLUDE_REVIEW and act.proposal:
                raise Refused(
                    N_(
                        "The exclusion of a review of {reference} awaits a second signature."
                        " It must first be signed, refused or withdrawn."
                    ),
                    reference=act.proposal.reference,
                )

    def _require_enough(self, stage: Stage) -> None:
        progress = self.in_evaluation(stage)
        if not progress:
            raise Refused(N_("There are no more proposals in this stage."))
        for each in progress:
            if each.reopened:
                raise Refused(
                    N_("A review of {reference} was reopened and has not been submitted again."),
                    reference=each.proposal.reference,
                )
            if each.missing and each.disagreements:
                first = each.disagreements[0]
                raise Refused(
                    N_(
                        "The reviews of {reference} disagree, so it needs {needed} reviews and has"
                        " {done}. {why}"
                    ),
                    reference=each.proposal.reference,
                    done=each.done,
                    needed=each.needed,
                    why=Refused(first.message, **first.values),
                )
            if each.missing:
                raise Refused(
                    N_("{reference} has {done} reviews and needs {needed}."),
                    reference=each.proposal.reference,
                    done=each.done,
                    needed=each.needed,
                )

    def _require_independent(self, stage: Stage) -> None:
        """Refuse reviews by people who came to have an interest after they submitted them."""
        reviews = self.db.scalars(
            select(Assignment)
            .join(Assignment.proposal)
            .where(
                Assignment.stage_id == stage.id,
                Assignment.status == AssignmentStatus.SUBMITTED,
                Proposal.status == ProposalStatus.IN_STAGE,
            )
            .options(contains_eager(Assignment.proposal), joinedload(Assignment.reviewer))
            .order_by(Assignment.id)
        ).all()
        conflicts = Access(self.db).conflicts(
            [it.proposal for it in reviews], [it.reviewer_id for it in reviews]
        )
        for it in reviews:
            if (it.reviewer_id, it.proposal_id) in conflicts:
                raise Refused(
                    N_("{name} now has an interest in {reference}. Remove the review first."),
                    name=it.reviewer.name,
                    reference=it.proposal.reference,
                )

    def _require_ready(self, call: Call) -> Stage:
        """Return the stage that is to be opened."""
        if self.clock() < call.closes_at:
            raise NotAllowedNow(N_("The evaluation begins after the call has closed."))
        stage = self.next(call)
        if stage is None:
            raise NotAllowedNow(N_("The evaluation of this call has begun already."))
        if stage.entry and stage.entered_at is None:
            raise NotAllowedNow(N_("Settle first which proposals go on to this stage."))
        if stage.writing_closes_at is not None and self.clock() < stage.writing_closes_at:
            raise NotAllowedNow(N_("The stage opens after its form has closed."))
        if not is_checked(stage):
            return stage
        unchecked = self._proposals(call, *UNCHECKED)
        if unchecked:
            raise Refused(
                N_("{count} proposals are not checked yet. The first is {reference}."),
                count=len(unchecked),
                reference=unchecked[0].reference,
            )
        return stage

    def next(self, call: Call) -> Stage | None:
        """Find the stage of reviews that is to be opened next."""
        planned = review_stages(call).where(Stage.status == StageStatus.PLANNED)
        return self.db.scalar(planned.order_by(Stage.position).limit(1))

    def begun(self, call: Call) -> Sequence[Stage]:
        """List the stages of reviews that have begun, in order."""
        begun = review_stages(call).where(Stage.status != StageStatus.PLANNED)
        return self.db.scalars(begun.order_by(Stage.position)).all()

    def _proposals(self, call: Call, *statuses: ProposalStatus) -> list[Proposal]:
        query = select(Proposal).where(Proposal.call_id == call.id, Proposal.status.in_(statuses))
        return list(self.db.scalars(query.order_by(Proposal.reference)))

    def _move(
        self, proposal: Proposal, action: str, by: Person, facts: dict[str, Any] | None = None
    ) -> None:
        reference = proposal.reference
        self.move(PROPOSAL_STEPS, proposal, action, by=by, reference=reference, facts=facts)


def review_stages(call: Call) -> Select[Stage]:
    """Select the stages of a call in which reviewers judge by themselves."""
    reviews = Stage.kind == StageKind.INDIVIDUAL_REVIEW
    return select(Stage).where(Stage.call_id == call.id, reviews)


def is_last(stage: Stage) -> bool:
    """Return whether no stage of reviews comes after: this is the one that is ranked."""
    return stage.number == LAST_REVIEWS


def lock_open(db: Session, stage: Stage) -> None:
    """Have others wait who close it or assign in it. Raises NotAllowedNow if it is closed."""
    db.flush()  # refreshing drops what is not written yet
    db.refresh(stage, ["status"], with_for_update={"key_share": True})
    require_open(stage)


def require_open(stage: Stage) -> None:
    """Raise NotAllowedNow once a stage is closed."""
    if stage.status is not StageStatus.OPEN:
        raise NotAllowedNow(N_("This stage of the evaluation is closed."))


def review_reference(assignment: Assignment) -> str:
    """Name a review in the ledger without naming its reviewer."""
    return f"{assignment.proposal.reference}/R{assignment.id}"


def _sum(counts: dict[AssignmentStatus, int], statuses: Sequence[AssignmentStatus]) -> int:
    return sum(counts.get(status, 0) for status in statuses)
