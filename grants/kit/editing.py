"""Saving what somebody types over and over: no window undoes what another one saved."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Mapped, mapped_column


class Edited:
    """A row that is saved while it is written, from whichever window; a model adds `saved_at`."""

    if TYPE_CHECKING:
        saved_at: Any

    revision: Mapped[int] = mapped_column(default=0)
    """Counts the saves: who saves on top of an older one is told of the newer."""
    tab: Mapped[str] = mapped_column(default="")
    """Which open page saved last: it may go on from its own saves."""

    def was_read(self, *, revision: int, tab: str) -> bool:
        """Return whether a window knows all that is saved here, or saved it itself."""
        return revision == self.revision or tab == self.tab

    def is_saved(self, *, tab: str, at: datetime) -> None:
        """Count a save by a window."""
        self.revision = (self.revision or 0) + 1
        self.tab, self.saved_at = tab, at
