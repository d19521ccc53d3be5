"""The scores that count: of a final consensus report or the reviews, as a panel moved them."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Review
from grants.evaluation.models.consensus import ConsensusReport
from grants.rules.scoring import with_panel_scores
from grants.rules.workflow import ConsensusStatus


def marks_of(review: Review) -> dict[str, int]:
    """Return a review's scores in halves by criterion, as the evaluation reads them."""
    return {mark.code: mark.halves for mark in review.marks if mark.halves is not None}


def live_report(stage: Stage) -> Select[ConsensusReport]:
    """Select the reports of a stage that were not withdrawn: one for a proposal at most."""
    return select(ConsensusReport).where(
        ConsensusReport.stage_id == stage.id,
        ConsensusReport.status != ConsensusStatus.WITHDRAWN,
    )


def final_reports(
    db: Session, stage: Stage, proposals: Collection[int] | None = None
) -> dict[int, ConsensusReport]:
    """Return the final reports of a stage with their scores, by the number of the proposal.

    No query where the call asks for no such report.
    """
    if frozen_rules(stage).consensus is None:
        return {}
    query = live_report(stage).where(ConsensusReport.status == ConsensusStatus.FINAL)
    if proposals is not None:
        query = query.where(ConsensusReport.proposal_id.in_(proposals))
    loaded = query.options(selectinload(ConsensusReport.scores))
    return {it.proposal_id: it for it in db.scalars(loaded)}


def counted(
    reviews: Mapping[int, Sequence[Review]],
    agreed: Mapping[int, ConsensusReport],
    decided: Mapping[int, Mapping[str, int]],
) -> Mapping[int, tuple[dict[str, int], ...]]:
    """Return by the number of the proposal the scores that are combined, in halves.

    `decided` are those that a panel moved.
    """
    return {
        number: with_panel_scores(
            (agreed[number].halves,) if number in agreed else [marks_of(it) for it in given],
            decided.get(number, {}),
        )
        for number, given in reviews.items()
    }
