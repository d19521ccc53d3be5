"""Whether the portal is well."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grants.kit.jobs import QueueHealth, queue_health
from grants.kit.storage import Storage
from grants.oversight.service.undelivered_mail import Stuck, UndeliveredMail

_PATIENCE = timedelta(minutes=5)
"""How long a due job may wait before the queue counts as ill."""


@dataclass(frozen=True, kw_only=True)
class HealthFinding:
    """What a check found, each part by itself."""

    database: bool
    storage: bool
    queue: bool
    waiting: int = 0
    failed: int = 0
    oldest_seconds: int = 0
    letters: bool = True
    """Whether mail leaves."""
    letters_failed: int = 0
    letters_late: int = 0

    @property
    def well(self) -> bool:
        """Return whether the portal can serve: all that it stands on is well."""
        return self.database and self.storage and self.queue

    @property
    def status(self) -> str:
        """Say it in a word. Degraded: it serves, and somebody has to look after it."""
        if not self.well:
            return "ill"
        return "well" if self.letters and not self.failed else "degraded"


@dataclass(frozen=True, slots=True)
class Health:
    """Checks of what the portal stands on."""

    db: Session
    storage: Storage

    def check(self) -> HealthFinding:
        """Ask the database, the storage and the queue."""
        stored = self.storage.healthy()
        try:
            self.db.execute(select(1))
            queue = queue_health(self.db)
            stuck = UndeliveredMail(self.db, lambda _event: None).stuck()
        except SQLAlchemyError:
            return HealthFinding(database=False, storage=stored, queue=False)
        return self._found(stored, queue, stuck)

    def _found(self, stored: bool, queue: QueueHealth, stuck: Stuck) -> HealthFinding:
        return HealthFinding(
            database=True,
            storage=stored,
            queue=queue.oldest_waiting < _PATIENCE,
            waiting=queue.waiting,
            failed=queue.failed,
            oldest_seconds=int(queue.oldest_waiting.total_seconds()),
            letters=not (stuck.failed or stuck.late),
            letters_failed=stuck.failed,
            letters_late=stuck.late,
        )
