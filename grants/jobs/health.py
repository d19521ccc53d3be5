"""How the queue is doing, for /healthz and whoever watches it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.clocks import now
from grants.jobs import production
from grants.jobs.queue import BACKEND
from grants.models.job import Job, JobStatus


@dataclass(frozen=True, kw_only=True)
class QueueHealth:
    """How many jobs stand where, and for how long the oldest that is due has waited."""

    waiting: int
    running: int
    failed: int
    oldest_waiting: timedelta = timedelta(0)


def queue_health(session: Session, *, at: datetime | None = None) -> QueueHealth:
    """Count the jobs of whichever queue the portal runs on, in one query."""
    at = at or now()
    if session.info.get(BACKEND) == "procrastinate":
        waiting, running, failed, oldest = production.counts(session, at)
    else:
        waiting, running, failed, oldest = _embedded_counts(session, at)
    return QueueHealth(
        waiting=waiting,
        running=running,
        failed=failed,
        oldest_waiting=max(at - oldest, timedelta(0)) if oldest else timedelta(0),
    )


def _embedded_counts(session: Session, at: datetime) -> tuple[int, int, int, datetime | None]:
    def count(status: JobStatus) -> sa.ColumnElement[int]:
        return sa.func.count().filter(Job.status == status)

    due = sa.func.min(Job.run_at).filter(Job.status == JobStatus.WAITING, Job.run_at <= at)
    row = session.execute(
        sa.select(
            count(JobStatus.WAITING), count(JobStatus.RUNNING), count(JobStatus.FAILED), due
        ).where(Job.status != JobStatus.DONE)
    ).one()
    return row[0], row[1], row[2], row[3]
