"""What follows from what happened: ledger entries, documents, letters, in the same transaction.

Areas say what follows from which event; if one handler fails, nothing has happened. Letters and
documents are jobs in that same transaction, and leave only when it is committed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from grants.kit.settings import Settings


@dataclass(frozen=True, slots=True)
class EventContext:
    """The session in which something happened, the portal's settings, and whom to tell more."""

    db: Session
    settings: Settings
    publish: Callable[[object], None]


Handler = Callable[[Any, EventContext], None]
Handlers = Mapping[type, tuple[Handler, ...]]
"""What follows from each kind of event, in this order."""


def publisher(
    session: Session, settings: Settings, subscribers: Sequence[Handlers]
) -> Callable[[object], None]:
    """Make the callable that services tell what happened; an event may have several subscribers."""

    def publish(event: object) -> None:
        for handlers in subscribers:
            for handler in handlers.get(type(event), ()):
                handler(event, context)

    context = EventContext(session, settings, publish)
    return publish
