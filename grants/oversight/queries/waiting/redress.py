"""Requests for redress that wait for somebody who was not involved."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.calls.models import Call
from grants.decisions.models import Decision
from grants.decisions.queries.redress_days import redress_days
from grants.decisions.redress import RedressRequest
from grants.oversight.queries.waiting.kinds import WaitingKind
from grants.rules.workflow.redress import RedressStatus


def redress_asked(db: Session, calls: Sequence[Call]) -> Iterator[tuple[int, WaitingKind, int]]:
    """Count the requests of each call that wait; no query where no call offers redress."""
    offering = [it.id for it in calls if redress_days(it)]
    if not offering:
        return
    query = (
        select(Decision.call_id, func.count())
        .join(RedressRequest, RedressRequest.decision_id == Decision.id)
        .where(Decision.call_id.in_(offering), RedressRequest.status == RedressStatus.ASKED)
        .group_by(Decision.call_id)
    )
    for number, count in db.execute(query):
        yield number, WaitingKind.REDRESS, count
