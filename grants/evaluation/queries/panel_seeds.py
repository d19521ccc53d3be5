"""What the reviews of one proposal, or its consensus report, come to before a panel."""

from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment, Review
from grants.evaluation.queries.counted_scores import counted, final_reports
from grants.rules.scoring import combine
from grants.rules.workflow import SUBMITTED_REVIEWS


def panel_seeds(db: Session, stage: Stage, proposal: int) -> dict[str, Fraction]:
    """Return what a proposal comes to on each criterion, exactly, in points; two queries."""
    reviews = db.scalars(
        select(Review)
        .join(Review.assignment)
        .where(
            Assignment.stage_id == stage.id,
            Assignment.proposal_id == proposal,
            Assignment.status.in_(SUBMITTED_REVIEWS),
        )
        .options(selectinload(Review.marks))
    ).all()
    scores = counted({proposal: reviews}, final_reports(db, stage, [proposal]), {})[proposal]
    return combine(frozen_rules(stage), scores) if scores else {}
