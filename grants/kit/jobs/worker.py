"""The worker process: which queue it serves, when it stops, and how the server starts one."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from grants.kit import logs
from grants.kit.database import db
from grants.kit.jobs.embedded import Worker
from grants.kit.jobs.queue import ASKED, defer
from grants.kit.jobs.tasks import Context, Registry

log = logs.get(__name__)

_GRACE = 5.0
"""Seconds that a job gets to end once its server has gone."""
_PAUSE = 1.0
"""Seconds until a worker that died is replaced."""


def run_worker(context: Context, tasks: Registry, *, follow_stdin: bool = False) -> None:
    """Run jobs until SIGTERM or SIGINT; a job that runs then is finished first.

    With `follow_stdin` the worker also ends when its standard input does, which is when the server
    that started it ends, however that happens; a line on it wakes the worker.
    """
    _ask_for_what_comes_first(context, tasks)
    if context.settings.jobs.backend == "procrastinate":
        from grants.kit.jobs import production_worker  # the embedded queue starts sooner without

        production_worker.run(context, tasks)
    else:
        _run_embedded(context, tasks, follow_stdin=follow_stdin)


def _ask_for_what_comes_first(context: Context, tasks: Registry) -> None:
    with db.writing(context.sessions) as session:
        for task in tasks.tasks.values():
            if task.at_start:
                defer(session, task.name, key=f"at_start/{task.name}")


def _run_embedded(context: Context, tasks: Registry, *, follow_stdin: bool) -> None:
    worker = Worker(
        context=context, registry=tasks, stopping=threading.Event(), woken=threading.Event()
    )
    if follow_stdin:
        threading.Thread(target=_follow_stdin, args=(worker,), daemon=True).start()
    with _stopped_by_signals(worker):
        log.info("worker started")
        worker.work()
        log.info("worker stopped")


class Spawned:
    """A worker process that lives as long as this one, or until `stop`; replaced if it dies."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._stopping = threading.Event()
        self._changing = threading.Lock()
        self.process = self._started()
        threading.Thread(target=self._watch, daemon=True).start()

    def wake(self) -> None:
        """Have it look for jobs now and not at its next poll."""
        with self._changing, suppress(OSError, ValueError):  # one that died is being replaced
            self._pipe.write(b"\n")
            self._pipe.flush()

    def stop(self) -> None:
        """End it, after the job it is running."""
        with self._changing:
            self._stopping.set()
            with suppress(OSError):
                self._pipe.close()
        self.process.wait(_GRACE * 2)

    @property
    def _pipe(self) -> IO[bytes]:
        assert self.process.stdin  # noqa: S101  -- for the type checker
        return self.process.stdin

    def _started(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self.process.wait()
            # Not at once, lest one that cannot start keeps the machine busy.
            if not self._stopping.wait(_PAUSE):
                self._replace()

    def _replace(self) -> None:
        with self._changing:
            if not self._stopping.is_set():
                log.warning("the worker died and is replaced")
                with suppress(OSError):
                    self._pipe.close()
                self.process = self._started()


def spawn_worker(ini: str) -> Spawned:
    """Start a worker process for the embedded queue, which ends with this process."""
    return Spawned([sys.executable, "-m", "grants.cli", "worker", ini, "--follow-stdin"])


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
