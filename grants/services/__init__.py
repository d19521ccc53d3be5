"""What people do with the portal: one class a noun, one method a thing that people do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grants.services.access import Access
from grants.services.base import now
from grants.services.proposals import Proposals
from grants.storage import Storage

__all__ = ["Access", "Services"]


@dataclass(frozen=True, slots=True)
class Services:
    """All services, over one session and one clock."""

    db: Session
    publish: Callable[[object], None]
    clock: Callable[[], datetime] = now
    storage: Storage | None = None

    @property
    def access(self) -> Access:
        """Who is what to what."""
        return Access(self.db)

    @property
    def proposals(self) -> Proposals:
        """Proposals, until they are judged."""
        return Proposals(self.db, self.publish, self.clock)
