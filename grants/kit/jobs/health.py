"""How the queue is doing, for /healthz and whoever watches it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.kit.clock import now
from grants.kit.jobs import production
from grants.kit.jobs.models import Job, JobStatus
from grants.kit.jobs.queue import BACKEND


@dataclass(frozen=True, kw_only=True)
class QueueHealth:
    """How many jobs stand where, and for how long the oldest that is due has waited."""

    waiting: int
    """Due, and not begun."""
    later: int
    """Asked for a time that has not come."""
    running: int
    failed: int
    oldest_waiting: timedelta = timedelta(0)


def queue_health(session: Session, *, at: datetime | None = None) -> QueueHealth:
    """Count the jobs of whichever queue the portal runs on, in one query."""
    at = at or now()
    if session.info.get(BACKEND) == "procrastinate":
        waiting, later, running, failed, oldest = production.counts(session, at)
    else:
        waiting, later, running, failed, oldest = _embedded_counts(session, at)
    return QueueHealth(
        waiting=waiting,
        later=later,
        running=running,
        failed=failed,
        oldest_waiting=max(at - oldest, timedelta(0)) if oldest else timedelta(0),
    )


def _embedded_counts(session: Session, at: datetime) -> production.Counts:
    def count(status: JobStatus, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(Job.status == status, *more)

    waiting, due = JobStatus.WAITING, Job.run_at <= at
    oldest = sa.func.min(Job.run_at).filter(Job.status == waiting, due)
    row = session.execute(
        sa.select(
            count(waiting, due),
            count(waiting, ~due),
            count(JobStatus.RUNNING),
            count(JobStatus.FAILED),
            oldest,
        ).where(Job.status != JobStatus.DONE)
    ).one()
    return row[0], row[1], row[2], row[3], row[4]
