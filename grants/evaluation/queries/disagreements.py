"""In which proposals of a stage the reviews disagree, by the rule that was frozen with it."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment, Mark, Review
from grants.rules.scoring import Disagreement, disagreements
from grants.rules.workflow import SUBMITTED_REVIEWS


def of_stage(
    db: Session, stage: Stage, proposals: Collection[int] | None = None
) -> Mapping[int, Sequence[Disagreement]]:
    """Return what reviews disagree in, by the number of the proposal; only those that do.

    One query, and none where the stage has no such rule. Reviews count that are submitted.
    """
    rules = frozen_rules(stage)
    if rules.divergence is None:
        return {}
    found: dict[int, dict[int, dict[str, int]]] = {}
    for proposal, review, code, halves in db.execute(_marks(stage, proposals)):
        if halves is not None:
            found.setdefault(proposal, {}).setdefault(review, {})[code] = halves
    apart = {number: disagreements(rules, [*of.values()]) for number, of in found.items()}
    return {number: what for number, what in apart.items() if what}


def _marks(stage: Stage, proposals: Collection[int] | None) -> Select[int, int, str, int | None]:
    query = (
        select(Assignment.proposal_id, Review.id, Mark.code, Mark.halves)
        .join(Review, Review.assignment_id == Assignment.id)
        .join(Mark, Mark.review_id == Review.id)
        .where(
            Assignment.stage_id == stage.id,
            Assignment.status.in_(SUBMITTED_REVIEWS),
        )
    )
    return query if proposals is None else query.where(Assignment.proposal_id.in_(proposals))
