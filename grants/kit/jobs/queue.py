"""Asking for a job, in the caller's transaction, whichever queue the portal runs on."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.kit import logs
from grants.kit.clock import now
from grants.kit.jobs import production
from grants.kit.jobs.models import Job, JobStatus
from grants.kit.jobs.tasks import asked_by, payload_of

BACKEND = "jobs.backend"
"""Where a session knows its queue: `make_sessions(engine, **{BACKEND: "procrastinate"})`."""

ASKED = "jobs.asked"
"""Where a session notes that its transaction asked for a job."""


def defer(
    session: Session,
    task_name: str,
    *,
    key: str | None = None,
    at: datetime | None = None,
    **payload: Any,
) -> None:
    """Have a task run once this transaction is committed, and not before `at`.

    While a job with the same `key` waits, asking again adds none.
    """
    arguments = asked_by(logs.request_id()) | payload_of(payload)
    session.info[ASKED] = True
    if session.info.get(BACKEND) == "procrastinate":
        production.defer(session, task_name, key=key, at=at, payload=arguments)
    elif key is None or not _waits(session, key):
        asked = now()
        session.add(
            Job(task=task_name, payload=arguments, key=key, created_at=asked, run_at=at or asked)
        )


def _waits(session: Session, key: str) -> bool:
    found = sa.select(Job.id).where(Job.key == key, Job.status == JobStatus.WAITING)
    return session.scalar(found) is not None
