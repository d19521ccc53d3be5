"""What the ledger keeps."""

from collections.abc import Callable, Mapping
from typing import Any

from grants import ledger
from grants.consequences.context import Context
from grants.events import Recorded
from grants.services.places import place_of


def keep(event: Recorded, context: Context) -> None:
    """Write down who did what, from which status to which, and why."""
    ledger.append(
        context.db,
        at=event.at,
        actor=event.by,
        action=event.action,
        subject=ledger.Subject(kind=event.subject, reference=event.reference),
        before=event.before,
        after=event.after,
        reason=event.reason,
        payload=event.facts,
        place=place_of(context.db, event.subject, event.reference),
    )


HANDLERS: Mapping[type, tuple[Callable[[Any, Context], None], ...]] = {Recorded: (keep,)}
