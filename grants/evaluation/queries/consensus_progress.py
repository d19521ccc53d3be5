"""Where consensus reports of a stage stand, and which proposals still need one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.access import Access
from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment, Mark, Review
from grants.evaluation.models.consensus import ConsensusReport
from grants.evaluation.queries.counted_scores import live_report, marks_of
from grants.proposals.models import Proposal
from grants.rules.errors import Refused
from grants.rules.scoring import ConsensusRule
from grants.rules.scoring.consensus import is_needed
from grants.rules.words import N_
from grants.rules.workflow import (
    OUTSTANDING,
    SUBMITTED_REVIEWS,
    AssignmentStatus,
    ConsensusStatus,
    ProposalStatus,
    StageStatus,
)

AWAITED = (*OUTSTANDING, AssignmentStatus.REOPENED)
"""Where a review may still come: a report that began before it would have to begin again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsensusProgress:
    """Where the report of one proposal stands; `report` is None before it began."""

    proposal: Proposal
    report: ConsensusReport | None
    reviewers: int
    is_current: bool
    """Whether the reviews are still those that the report began with."""
    is_ready: bool
    """Whether enough reviews are in and none is waited for, so that it can begin."""

    @property
    def is_settled(self) -> bool:
        """Whether the report is final, of the reviews as they are."""
        final = self.report is not None and self.report.status is ConsensusStatus.FINAL
        return final and self.is_current


def needing(
    db: Session, stage: Stage, proposals: Collection[int] | None = None
) -> tuple[ConsensusProgress, ...]:
    """List the proposals of a stage for which the call asks for a report, by reference.

    Three queries, and none where the call asks for no report.
    """
    rules = frozen_rules(stage)
    if rules.consensus is None:
        return ()
    is_open = stage.status is StageStatus.OPEN
    there = select(Proposal).where(Proposal.stage_id == stage.id)
    if is_open:
        there = there.where(Proposal.status == ProposalStatus.IN_STAGE)
    if proposals is not None:
        there = there.where(Proposal.id.in_(proposals))
    reports = {
        it.proposal_id: it
        for it in db.scalars(
            live_report(stage).options(
                joinedload(ConsensusReport.rapporteur), selectinload(ConsensusReport.views)
            )
        )
    }
    revisions, marks, coming_in = _reviews(db, stage)
    found = []
    for proposal in db.scalars(there.order_by(Proposal.reference)):
        report, given = reports.get(proposal.id), list(marks.get(proposal.id, {}).values())
        coming = not given and rules.consensus is ConsensusRule.ALL
        if report is None and not (is_open and (coming or is_needed(rules, given))):
            continue
        kept = [
            {"review": number, "revision": revision}
            for number, revision in sorted(revisions.get(proposal.id, {}).items())
        ]
        found.append(
            ConsensusProgress(
                proposal=proposal,
                report=report,
                reviewers=len(kept),
                is_current=report is None or _sorted(report.reviews) == kept,
                is_ready=len(kept) >= stage.minimum_reviews and proposal.id not in coming_in,
            )
        )
    return tuple(found)


def require_agreed(db: Session, stage: Stage) -> None:
    """Refuse while a proposal lacks the final report that its call asks for."""
    for each in needing(db, stage):
        if not each.is_settled:
            raise Refused(
                N_("{reference} needs a final consensus report."),
                reference=each.proposal.reference,
            )


def require_reviews(
    db: Session, stage: Stage, proposal: Proposal, reviewed: Sequence[Assignment]
) -> None:
    """Refuse to begin a report before its reviews are in, or by reviewers with an interest."""
    if len(reviewed) < stage.minimum_reviews:
        raise Refused(
            N_("{reference} has {done} reviews and needs {needed}."),
            reference=proposal.reference,
            done=len(reviewed),
            needed=stage.minimum_reviews,
        )
    if count := awaited(db, stage, proposal):
        raise Refused(
            N_(
                "Reviews of {reference} that have not come in: {count}. The report begins when"
                " they have, or when you have removed them."
            ),
            reference=proposal.reference,
            count=count,
        )
    if not is_needed(frozen_rules(stage), [marks_of(it.review) for it in reviewed]):
        raise Refused(N_("The call asks for no consensus report on this proposal."))
    conflicts = Access(db).conflicts([proposal], [it.reviewer_id for it in reviewed])
    for it in reviewed:
        if (it.reviewer_id, proposal.id) in conflicts:
            raise Refused(
                N_("{name} now has an interest in {reference}. Remove the review first."),
                name=it.reviewer.name,
                reference=proposal.reference,
            )


def awaited(db: Session, stage: Stage, proposal: Proposal) -> int:
    """Count the reviews of a proposal that may still come."""
    query = select(func.count(Assignment.id)).where(
        Assignment.stage_id == stage.id,
        Assignment.proposal_id == proposal.id,
        Assignment.status.in_(AWAITED),
    )
    return db.scalar(query) or 0


_Marks = Mapping[int, Mapping[int, Mapping[str, int]]]


def _reviews(db: Session, stage: Stage) -> tuple[dict[int, dict[int, int]], _Marks, set[int]]:
    """Read the reviews of a stage by proposal.

    The submitted ones: their revisions, and their scores; then the proposals that wait for one.
    """
    query = (
        select(
            Assignment.proposal_id,
            Assignment.status,
            Review.id,
            Review.revision,
            Mark.code,
            Mark.halves,
        )
        .join(Review, Review.assignment_id == Assignment.id)
        .outerjoin(Mark, Mark.review_id == Review.id)
        .where(
            Assignment.stage_id == stage.id, Assignment.status.in_((*SUBMITTED_REVIEWS, *AWAITED))
        )
    )
    revisions: dict[int, dict[int, int]] = {}
    marks: dict[int, dict[int, dict[str, int]]] = {}
    coming_in: set[int] = set()
    for proposal, status, review, revision, code, halves in db.execute(query):
        if status in AWAITED:
            coming_in.add(proposal)
            continue
        revisions.setdefault(proposal, {})[review] = revision
        given = marks.setdefault(proposal, {}).setdefault(review, {})
        if halves is not None:
            given[code] = halves
    return revisions, marks, coming_in


def _sorted(kept: list[dict[str, int]]) -> list[dict[str, int]]:
    return sorted(kept, key=lambda it: it["review"])
