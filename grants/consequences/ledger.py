"""What the ledger keeps."""

from collections.abc import Callable, Mapping
from typing import Any

from grants import ledger
from grants.consequences.context import Context
from grants.events import Recorded
from grants.kit import logs
from grants.services.places import place_of

log = logs.get(__name__)


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
    # Where events of many systems are watched: roles given and taken, accounts blocked, all else.
    log.info(
        "recorded",
        action=event.action,
        subject=event.subject,
        reference=event.reference,
        person=event.by.id if event.by else None,
    )


HANDLERS: Mapping[type, tuple[Callable[[Any, Context], None], ...]] = {Recorded: (keep,)}
