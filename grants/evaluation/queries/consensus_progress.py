"""Where consensus reports of a stage stand, and which proposals still need one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment, Mark, Review
from grants.evaluation.models.consensus import ConsensusReport
from grants.evaluation.queries.counted_scores import live_report
from grants.proposals.models import Proposal
from grants.rules.errors import Refused
from grants.rules.scoring import ConsensusRule
from grants.rules.scoring.consensus import is_needed
from grants.rules.words import N_
from grants.rules.workflow import (
    SUBMITTED_REVIEWS,
    ConsensusStatus,
    ProposalStatus,
    StageStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsensusProgress:
    """Where the report of one proposal stands; `report` is None before it began."""

    proposal: Proposal
    report: ConsensusReport | None
    reviewers: int
    is_current: bool
    """Whether the reviews are still those that the report began with."""
    is_ready: bool
    """Whether enough reviews are in, so that it can begin."""

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
    revisions, marks = _reviews(db, stage)
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
                is_ready=len(kept) >= stage.minimum_reviews,
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


_Marks = Mapping[int, Mapping[int, Mapping[str, int]]]


def _reviews(db: Session, stage: Stage) -> tuple[dict[int, dict[int, int]], _Marks]:
    """Read the submitted reviews of a stage, by proposal and review: revisions, and scores."""
    query = (
        select(Assignment.proposal_id, Review.id, Review.revision, Mark.code, Mark.halves)
        .join(Review, Review.assignment_id == Assignment.id)
        .outerjoin(Mark, Mark.review_id == Review.id)
        .where(Assignment.stage_id == stage.id, Assignment.status.in_(SUBMITTED_REVIEWS))
    )
    revisions: dict[int, dict[int, int]] = {}
    marks: dict[int, dict[int, dict[str, int]]] = {}
    for proposal, review, revision, code, halves in db.execute(query):
        revisions.setdefault(proposal, {})[review] = revision
        given = marks.setdefault(proposal, {}).setdefault(review, {})
        if halves is not None:
            given[code] = halves
    return revisions, marks


def _sorted(kept: list[dict[str, int]]) -> list[dict[str, int]]:
    return sorted(kept, key=lambda it: it["review"])
