"""What follows from what happened: ledger entries, documents and mail.

Handlers run inside the transaction in which something happened: if one fails,
nothing has happened. Mail and documents are jobs in that same transaction, and
leave only when it is committed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from grants.consequences import documents, ledger, mail
from grants.consequences.context import Context
from grants.settings import Settings

HANDLERS: Mapping[type, tuple[Callable[[Any, Context], None], ...]] = {
    **ledger.HANDLERS,
    **mail.HANDLERS,
    **documents.HANDLERS,
}


def publisher(session: Session, settings: Settings) -> Callable[[object], None]:
    """Make the callable that services tell what happened."""
    context = Context(session, settings)

    def publish(event: object) -> None:
        for handler in HANDLERS.get(type(event), ()):
            handler(event, context)

    return publish
