"""What time it is: the server's clock, or that of a rehearsal."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from grants.kit.settings import Settings

Clock = Callable[[], datetime]
"""Tells the moment, in UTC."""


def now() -> datetime:
    """Tell the moment by the server's clock."""
    return datetime.now(UTC)


def clock_of(settings: Settings) -> Clock:
    """Return the clock by which a portal lives."""
    return Rehearsal(settings.rehearsal) if settings.rehearsal else now


class Rehearsal:
    """A clock that was put forward, so that a call can be tried out to its end in an afternoon.

    How far it is ahead is kept in a file that server and worker share. It never goes back: what
    has happened would lie in the future.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> datetime:
        """Tell the moment in the rehearsal."""
        return now() + self._ahead()

    def move_to(self, moment: datetime) -> bool:
        """Let it be that moment (with its zone), and go on from there; False: it has passed."""
        if moment < self():
            return False
        fresh = self._path.with_suffix(".new")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(str((moment - now()).total_seconds()), encoding="ascii")
        os.replace(fresh, self._path)
        return True

    def _ahead(self) -> timedelta:
        try:
            return timedelta(seconds=float(self._path.read_text(encoding="ascii")))
        except FileNotFoundError:
            return timedelta(0)
