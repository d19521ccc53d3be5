"""The worker process: which queue it serves, when it stops, and how the server starts one."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from grants import db, logs
from grants.jobs.embedded import Worker
from grants.jobs.queue import ASKED, BACKEND
from grants.jobs.tasks import Context, Registry, registry
from grants.mail import make_mailer
from grants.settings import Settings
from grants.storage import make_storage

log = logs.get(__name__)

_GRACE = 5.0
"""Seconds that a job gets to end once its server has gone."""


def make_context(settings: Settings) -> Context:
    """Open what tasks need: database, storage, mail."""
    engine = db.make_engine(settings.database_url)
    return Context(
        sessions=db.make_sessions(engine, **{BACKEND: settings.jobs.backend}),
        storage=make_storage(settings.storage_url),
        mailer=make_mailer(settings.mail_url),
        settings=settings,
    )


def run_worker(
    settings: Settings, *, follow_stdin: bool = False, tasks: Registry = registry
) -> None:
    """Run jobs until SIGTERM or SIGINT; a job that runs then is finished first.

    With `follow_stdin` the worker also ends when its standard input does, which is when the server
    that started it ends, however that happens; a line on it wakes the worker.
    """
    tasks.load(settings.jobs.modules)
    context = make_context(settings)
    if settings.jobs.backend == "procrastinate":
        from grants.jobs import production_worker  # the embedded queue starts sooner without it

        production_worker.run(context, tasks)
        return
    worker = Worker(
        context=context, registry=tasks, stopping=threading.Event(), woken=threading.Event()
    )
    if follow_stdin:
        threading.Thread(target=_follow_stdin, args=(worker,), daemon=True).start()
    with _stopped_by_signals(worker):
        log.info("worker started")
        worker.work()
        log.info("worker stopped")


@dataclass(frozen=True, kw_only=True)
class Spawned:
    """A worker process that lives as long as this one, or until `stop`."""

    process: "subprocess.Popen[bytes]"

    def wake(self) -> None:
        """Have it look for jobs now and not at its next poll."""
        if self.process.stdin and not self.process.stdin.closed:
            try:
                self.process.stdin.write(b"\n")
                self.process.stdin.flush()
            except OSError:
                log.warning("the worker has gone")

    def stop(self) -> None:
        """End it, after the job it is running."""
        if self.process.stdin:
            try:
                self.process.stdin.close()
            except OSError:
                log.warning("the worker has gone")
        self.process.wait(_GRACE * 2)


def spawn_worker(ini: str) -> Spawned:
    """Start a worker process for the embedded queue, which ends with this process."""
    command = [sys.executable, "-m", "grants.jobs", ini, "--follow-stdin"]
    return Spawned(process=subprocess.Popen(command, stdin=subprocess.PIPE))  # noqa: S603


def wake_after_commits(sessions: sessionmaker[Session], wake: Callable[[], None]) -> None:
    """Call `wake` after each commit of a transaction that asked for a job."""

    def committed(session: Session) -> None:
        if session.info.pop(ASKED, False):
            wake()

    def rolled_back(session: Session) -> None:
        session.info.pop(ASKED, None)

    sa.event.listen(sessions, "after_commit", committed)
    sa.event.listen(sessions, "after_rollback", rolled_back)


@contextmanager
def _stopped_by_signals(worker: Worker) -> Iterator[None]:
    def stop(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)  # the second time means now
        # In a thread, since the signal may have come while the event's own lock was held.
        threading.Thread(target=worker.stop).start()

    before = [(number, signal.signal(number, stop)) for number in (signal.SIGTERM, signal.SIGINT)]
    yield
    for number, handler in before:
        signal.signal(number, handler)


def _follow_stdin(worker: Worker) -> None:
    # Not through sys.stdin, whose lock would be in the way at the interpreter's end.
    while os.read(0, 4096):
        worker.woken.set()
    worker.stop()
    time.sleep(_GRACE)
    os._exit(1)
