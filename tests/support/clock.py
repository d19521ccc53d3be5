"""A clock that tests move."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Clock:
    """Tells the moment it was set to; it never runs by itself."""

    moment: datetime = datetime(2020, 2, 3, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.moment

    def move_to(self, moment: datetime) -> None:
        """Make it be that moment."""
        self.moment = moment

    def advance(self, **by: float) -> None:
        """Let time pass: `clock.advance(minutes=5)`."""
        self.moment += timedelta(**by)
