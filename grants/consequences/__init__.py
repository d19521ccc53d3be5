"""What follows from what happened: ledger entries, documents and mail.

Handlers run inside the transaction in which something happened: if one fails,
nothing has happened. Mail and documents are jobs in that same transaction, and
leave only when it is committed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from grants.consequences import deadlines, documents, endings, ledger, links, mail, projects
from grants.consequences.context import Context
from grants.kit.settings import Settings

_ALL: tuple[Mapping[type, tuple[Callable[[Any, Context], None], ...]], ...] = (
    ledger.HANDLERS,
    deadlines.HANDLERS,
    links.HANDLERS,
    mail.HANDLERS,
    endings.HANDLERS,
    documents.HANDLERS,
    projects.HANDLERS,
)
"""One event may have handlers in several of them."""


def publisher(session: Session, settings: Settings) -> Callable[[object], None]:
    """Make the callable that services tell what happened."""

    def publish(event: object) -> None:
        for handlers in _ALL:
            for handler in handlers.get(type(event), ()):
                handler(event, context)

    context = Context(session, settings, publish)
    return publish
