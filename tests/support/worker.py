"""A worker that knows the tasks of the tests alone: `python -m tests.support.worker portal.ini`.

Without the portal and all that it is made of, it starts in a fraction of the time.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from grants.kit import logs
from grants.kit.clock import Clock, now
from grants.kit.database import db
from grants.kit.jobs.queue import BACKEND
from grants.kit.jobs.tasks import registry
from grants.kit.jobs.worker import run_worker
from grants.kit.settings import Settings, load
from grants.kit.storage import Storage, make_storage

TASKS = registry.of(["tests.support.tasks"])


@dataclass(frozen=True)
class Alone:
    """What a task is given here: a database, and nothing that follows from anything."""

    settings: Settings
    sessions: sessionmaker[Session]
    storage: Storage
    clock: Clock = now

    def publisher(self, _session: Session) -> Callable[[object], None]:
        """Tell nobody."""
        return lambda _event: None


def main(arguments: list[str]) -> None:
    """Run jobs as `grants worker` does, until told to stop."""
    settings = load(arguments[0])
    logs.configure(settings.logs)
    run(settings, follow_stdin="--follow-stdin" in arguments)


def run(settings: Settings, *, follow_stdin: bool = False) -> None:
    """Run jobs, and close the database at the end."""
    engine = db.make_engine(settings.database_url)
    sessions = db.make_sessions(engine, **{BACKEND: settings.jobs.backend})
    alone = Alone(settings, sessions, make_storage(settings.storage_url))
    run_worker(alone, TASKS, follow_stdin=follow_stdin)
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])
