"""How many reviews are in, out and missing, by call: what waits for whoever manages it."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from grants.calls.models import Stage
from grants.evaluation.models import Assignment
from grants.proposals.models import Proposal
from grants.rules.workflow import SUBMITTED_REVIEWS, AssignmentStatus, ProposalStatus

TO_DO = (
    AssignmentStatus.OFFERED,
    AssignmentStatus.ACCEPTED,
    AssignmentStatus.DRAFT,
    AssignmentStatus.REOPENED,
)


def review_counts(db: Session, stages: Sequence[int]) -> Iterable[Any]:
    """Count by call: proposals with too few reviewers, reviews out, proposals not done."""

    def count(*statuses: AssignmentStatus) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((Assignment.status.in_(statuses), 1), else_=0)), 0)

    done, out = count(*SUBMITTED_REVIEWS).label("done"), count(*TO_DO).label("out")
    again = count(AssignmentStatus.REOPENED).label("again")
    each = (
        select(Stage.call_id, Stage.minimum_reviews.label("needed"), done, out, again)
        .join(Proposal, Proposal.call_id == Stage.call_id)
        .outerjoin(
            Assignment,
            sa.and_(Assignment.proposal_id == Proposal.id, Assignment.stage_id == Stage.id),
        )
        .where(Stage.id.in_(stages), Proposal.status == ProposalStatus.IN_STAGE)
        .group_by(Stage.call_id, Stage.minimum_reviews, Proposal.id)
        .subquery()
    )
    it = each.c
    return db.execute(
        select(
            it.call_id,
            func.sum(case((it.done + it.out < it.needed, 1), else_=0)),
            func.sum(it.out),
            func.sum(case((sa.or_(it.done < it.needed, it.again > 0), 1), else_=0)),
        ).group_by(it.call_id)
    )
