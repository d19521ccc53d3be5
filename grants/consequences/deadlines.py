"""What is to happen by the clock is asked for when the clock is set: see `grants.closing`."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from grants import events
from grants.consequences.context import Context
from grants.kit.jobs import defer
from grants.models import Call
from grants.services.deadlines import NOTICE


def expect(event: events.DeadlineSet, context: Context) -> None:
    """Have the teams reminded before the deadline, and what was taken back settled at it."""
    await_end(context.db, event.call)


def await_end(db: Session, call: Call) -> None:
    """Ask for what a call's end brings; asking again adds nothing."""
    named = f"{call.id}/{call.closes_at.isoformat()}"
    moments = {"remind": call.closes_at - NOTICE, "settle": call.closes_at}
    for what, at in moments.items():
        values = {"call_id": call.id, "closes_at": call.closes_at}
        defer(db, f"{what}_teams", key=f"{what}_teams/{named}", at=at, **values)


HANDLERS: Mapping[type, tuple[Callable[[Any, Context], None], ...]] = {
    events.DeadlineSet: (expect,)
}
