"""What follows for projects: awards become some, and what they held is in the calendar."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from grants import events
from grants.consequences.context import Context
from grants.models import Deliverable, DeliverableType, Event
from grants.services.decided import AWARDS
from grants.services.projects import Projects

HELD = frozenset(
    {
        DeliverableType.WEBINAR,
        DeliverableType.MISSION,
        DeliverableType.ROADSHOW,
        DeliverableType.EXHIBITION,
        DeliverableType.WORKSHOP,
        DeliverableType.SUMMIT,
    }
)
"""Deliverables that take place on a day, and so are events of the programme."""


def prepare(event: events.LetterSent, context: Context) -> None:
    """Make a project of an award, with an agreement to sign."""
    told_at = event.decision.letter_sent_at
    if event.decision.kind in AWARDS and told_at is not None:
        projects = Projects(context.db, context.publish, lambda: told_at)
        projects.prepare(event.proposal, event.decision, by=event.decision.decided_by)


def enter(event: events.DeliverableAccepted, context: Context) -> None:
    """Put what took place into the public calendar, unless it is there already."""
    it = event.deliverable
    if it.type in HELD and it.held_on and it.project.public and not _is_entered(it, context):
        context.db.add(
            Event(
                token=secrets.token_urlsafe(12),
                programme_id=it.project.proposal.call.fund.programme_id,
                project_id=it.project_id,
                title=it.title,
                place=it.place,
                address=it.address,
                starts_on=it.held_on,
                ends_on=it.held_until or it.held_on,
                entered_at=it.accepted_at,
            )
        )


def _is_entered(it: Deliverable, context: Context) -> bool:
    entries = context.db.scalars(select(Event).where(Event.project_id == it.project_id))
    return any((entry.title, entry.first_day) == (it.title, it.held_on) for entry in entries)


HANDLERS: Mapping[type, tuple[Callable[[Any, Context], None], ...]] = {
    events.LetterSent: (prepare,),
    events.DeliverableAccepted: (enter,),
}
