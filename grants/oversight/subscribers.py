"""What the ledger keeps."""

from grants import ledger
from grants.kit import logs
from grants.kit.subscribing import EventContext, Handlers
from grants.oversight.queries.scopes import scope_of
from grants.rules import events

log = logs.get(__name__)


def keep(event: events.Recorded, context: EventContext) -> None:
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
        scope=scope_of(context.db, event.subject, event.reference),
    )
    # Where events of many systems are watched: roles given and taken, accounts blocked, all else.
    log.info(
        "recorded",
        action=event.action,
        subject=event.subject,
        reference=event.reference,
        person=event.by.id if event.by else None,
    )


HANDLERS: Handlers = {
    events.Recorded: (keep,),
}
