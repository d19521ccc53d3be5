"""Links that were asked for are sent as jobs: see `grants.links`."""

from collections.abc import Callable, Mapping
from typing import Any

from grants import events
from grants.consequences.context import Context
from grants.kit.jobs import defer


def send(event: events.LinkAsked, context: Context) -> None:
    """Have the link sent, if there is an account for it."""
    defer(context.db, "send_link", email=event.email, purpose=event.purpose.value)


HANDLERS: Mapping[type, tuple[Callable[[Any, Context], None], ...]] = {events.LinkAsked: (send,)}
