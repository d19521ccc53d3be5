"""Which reviews are late, for counting: the same as `Assignment.lateness` tells of one."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, literal, or_

from grants.calls.models import Stage
from grants.evaluation.models import Assignment, Review
from grants.rules.workflow import OUTSTANDING


def late(stage: Stage, now: datetime) -> ColumnElement[bool]:
    """Return the condition on Assignment, joined with Review, under which it is late."""
    if stage.due_at is None:
        return false()
    out = and_(Review.first_submitted_at.is_(None), Assignment.status.in_(OUTSTANDING))
    still_out = and_(out, literal(stage.due_at < now))
    return or_(Review.first_submitted_at > stage.due_at, still_out)
