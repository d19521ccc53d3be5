"""The embedded queue: a table of jobs, and a worker that takes them one at a time.

A job is taken with a lease that a second thread renews. If the worker dies,
the lease runs out and another worker takes the job up.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.kit import logs
from grants.kit.database import db
from grants.kit.jobs.models import Job, JobStatus
from grants.kit.jobs.tasks import Context, Registry, Task, request_and_rest

log = logs.get(__name__)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A job that this worker holds."""

    id: int
    lease: str
    task: str
    payload: dict[str, Any]
    request_id: str | None
    """The request that asked for it."""
    attempts: int


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Runs the jobs of the embedded queue, one at a time."""

    context: Context
    registry: Registry
    stopping: threading.Event
    woken: threading.Event

    def work(self) -> None:
        """Run jobs until told to stop; look for new ones at each poll or when woken."""
        while not self.stopping.is_set():
            if not self._ran_one():
                self.woken.wait(self.context.settings.jobs.poll.total_seconds())
                self.woken.clear()

    def stop(self) -> None:
        """End `work` after the job that is running."""
        self.stopping.set()
        self.woken.set()

    def _ran_one(self) -> bool:
        try:
            return self.run_one()
        except sa.exc.DBAPIError:
            # The database restarts, or is busy for long: the lease brings the job back.
            log.exception("the queue cannot be reached")
            return False

    def run_one(self) -> bool:
        """Take and run one job that is due; False if there is none."""
        taken = self._take()
        if taken is None:
            return False
        about = {"request_id": taken.request_id} if taken.request_id else {}
        with logs.about(job=taken.id, task=taken.task, **about):
            self._run(taken)
        return True

    def _run(self, taken: Taken) -> None:
        task = self.registry.tasks.get(taken.task)
        if task is None:
            self._finish(taken, JobStatus.FAILED, error="there is no such task")
        elif taken.attempts > task.attempts:
            self._finish(taken, JobStatus.FAILED, error="every worker that tried it died")
        else:
            self._try(taken, task)

    def _try(self, taken: Taken, task: Task) -> None:
        try:
            with self._lease_renewed(taken):
                task.run(self.context, **taken.payload)
        except Exception as problem:
            log.exception("job failed", attempt=taken.attempts)
            self._again_or_never(taken, task, f"{type(problem).__name__}: {problem}"[:500])
        else:
            # What a job was told may be about people, and is of no more use.
            self._finish(taken, JobStatus.DONE, payload={})
            log.info("job done", attempt=taken.attempts)

    def _take(self) -> Taken | None:
        # A look first, because taking needs SQLite's one write lock.
        with self.context.sessions() as session:
            if session.scalar(_due(self.context.clock())) is None:
                return None
        with db.writing(self.context.sessions) as session:
            at = self.context.clock()
            job = session.scalar(_due(at).with_for_update(skip_locked=True))
            return self._leased(job, at) if job else None

    def _leased(self, job: Job, at: datetime) -> Taken:
        job.status = JobStatus.RUNNING
        job.attempts += 1
        job.lease = secrets.token_hex(16)
        job.leased_until = at + self.context.settings.jobs.lease
        request_id, payload = request_and_rest(job.payload)
        return Taken(
            id=job.id,
            lease=job.lease,
            task=job.task,
            payload=payload,
            request_id=request_id,
            attempts=job.attempts,
        )

    @contextmanager
    def _lease_renewed(self, taken: Taken) -> Iterator[None]:
        ended = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(taken, ended), daemon=True)
        renewing.start()
        try:
            yield
        finally:
            ended.set()
            renewing.join()

    def _renew(self, taken: Taken, ended: threading.Event) -> None:
        lease = self.context.settings.jobs.lease
        while not ended.wait(lease.total_seconds() / 3):
            try:
                self._update(taken, leased_until=self.context.clock() + lease)
            except sa.exc.DBAPIError:
                log.warning("lease not renewed", job=taken.id)

    def _again_or_never(self, taken: Taken, task: Task, error: str) -> None:
        if taken.attempts >= task.attempts:
            self._finish(taken, JobStatus.FAILED, error=error)
            return
        self._update(
            taken,
            status=JobStatus.WAITING,
            key=None,  # the same may have been asked for again meanwhile
            run_at=self.context.clock() + task.pause(taken.attempts),
            lease=None,
            leased_until=None,
            last_error=error,
        )

    def _finish(self, taken: Taken, status: JobStatus, *, error: str = "", **more: Any) -> None:
        self._update(
            taken,
            status=status,
            finished_at=self.context.clock(),
            lease=None,
            leased_until=None,
            last_error=error,
            **more,
        )

    def _update(self, taken: Taken, **values: Any) -> None:
        """Change the job if it is still ours: a lease that ran out may be another's now."""
        mine = sa.update(Job).where(Job.id == taken.id, Job.lease == taken.lease)
        with db.writing(self.context.sessions) as session:
            session.execute(mine.values(**values))


def retry(session: Session, job_id: int, *, at: datetime) -> bool:
    """Have a failed job tried again, from its first attempt; False if it has not failed."""
    failed = sa.update(Job).where(Job.id == job_id, Job.status == JobStatus.FAILED)
    values = {"status": JobStatus.WAITING, "attempts": 0, "run_at": at, "finished_at": None}
    changed = session.execute(failed.values(**values, key=None).returning(Job.id))
    return changed.first() is not None


def _due(at: datetime) -> sa.Select[Job]:
    waiting = sa.and_(Job.status == JobStatus.WAITING, Job.run_at <= at)
    abandoned = sa.and_(Job.status == JobStatus.RUNNING, Job.leased_until < at)
    return sa.select(Job).where(waiting | abandoned).order_by(Job.run_at, Job.id).limit(1)
