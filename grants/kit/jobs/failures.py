"""Jobs that were given up, on whichever queue the portal runs, and how they are tried again."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.kit.clock import now
from grants.kit.jobs import embedded, production
from grants.kit.jobs.models import Job, JobStatus
from grants.kit.jobs.queue import ASKED, BACKEND


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A job that was given up."""

    number: int
    task: str
    error: str = ""


def failed(session: Session) -> Sequence[Failed]:
    """List the jobs that were given up, the oldest first; what they were told stays unsaid."""
    if session.info.get(BACKEND) == "procrastinate":
        return [Failed(number=number, task=task) for number, task in production.failed(session)]
    found = sa.select(Job.id, Job.task, Job.last_error).where(Job.status == JobStatus.FAILED)
    rows = session.execute(found.order_by(Job.id))
    return [Failed(number=number, task=task, error=error) for number, task, error in rows]


def try_again(session: Session, number: int) -> bool:
    """Have one of them tried again, from its first attempt; False if it has not failed."""
    session.info[ASKED] = True
    if session.info.get(BACKEND) == "procrastinate":
        return production.try_again(session, number)
    return embedded.retry(session, number, at=now())
