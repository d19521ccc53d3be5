"""The public calendar: what projects held, and what the programme announces."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.projects.models import Event


@dataclass(frozen=True, slots=True)
class Calendar:
    """The entries of the public calendar."""

    db: Session

    def events(self) -> Sequence[Event]:
        """List the entries of the public calendar, the latest first."""
        found = self.db.scalars(select(Event).options(joinedload(Event.project))).all()
        return sorted(found, key=lambda event: (event.first_day, event.id), reverse=True)

    def event(self, token: str) -> Event | None:
        """Find an entry of the calendar."""
        return self.db.scalar(select(Event).where(Event.token == token))
