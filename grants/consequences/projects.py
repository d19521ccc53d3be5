"""Which awards become projects: all of them, once their letter was sent."""

from collections.abc import Callable, Mapping
from typing import Any

from grants import events
from grants.consequences.context import Context
from grants.services.decisions import AWARDS
from grants.services.projects import Projects


def prepare(event: events.LetterSent, context: Context) -> None:
    """Make a project of an award, with an agreement to sign."""
    told_at = event.decision.letter_sent_at
    if event.decision.kind in AWARDS and told_at is not None:
        projects = Projects(context.db, context.publish, lambda: told_at)
        projects.prepare(event.proposal, event.decision, by=event.decision.decided_by)


HANDLERS: Mapping[type, tuple[Callable[[Any, Context], None], ...]] = {
    events.LetterSent: (prepare,),
}
