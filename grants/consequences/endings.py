"""Who is told that an access has ended, an invitation was withdrawn, or an account is blocked."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from grants import correspondence, events
from grants.consequences.context import Context
from grants.kit.mail.wording import letter, letter_to, unlinked
from grants.models import EndedPlace, Membership, Person


def ended(event: events.PlaceEnded, context: Context) -> None:
    """Tell somebody what they have no access to any more."""
    it = event.ended
    values: dict[str, Any] = {"place": unlinked(it.place), "role": it.role.value, "by": _by(it)}
    correspondence.post(context.db, letter("ended", it.person, context.settings, **values))


def officer_changed(event: events.OfficerChanged, context: Context) -> None:
    """Tell all members of an organisation who binds it from now on, or does no more."""
    place = event.organisation
    members = select(Membership.person_id).where(Membership.organisation_id == place.id)
    for person in context.db.scalars(
        select(Person).where(Person.id.in_(members)).order_by(Person.id)
    ):
        values: dict[str, Any] = {
            "who": event.person.name,
            "place": place.name,
            "by": event.by.name if event.by is not event.person else "",
            "fund_name": event.fund.name if event.fund else "",
            "begins": event.named,
            "url": f"{context.settings.portal_url}/organisations/{place.id}",
        }
        correspondence.post(context.db, letter("officer", person, context.settings, **values))


def uninvited(event: events.InvitationWithdrawn, context: Context) -> None:
    """Tell whoever was invited that the link works no more."""
    it = event.invitation
    written = letter_to(
        it.email,
        "invitation_withdrawn",
        context.settings,
        place=unlinked(it.place),
        by=unlinked(it.invited_by.name),
    )
    correspondence.post(context.db, written)


def blocked(event: events.AccountBlocked, context: Context) -> None:
    """Tell somebody that their account is closed, or open again: all that a closed one gets."""
    is_blocked = event.person.blocked_at is not None
    written = letter("blocked", event.person, context.settings, blocked=is_blocked)
    correspondence.post(context.db, written, owed=True)


def _by(it: EndedPlace) -> str:
    """Name who ended it, unless it was the person, or the portal's operator."""
    ended_by = it.ended_by
    return unlinked(ended_by.name) if ended_by and ended_by is not it.person else ""


HANDLERS: Mapping[type, tuple[Callable[[Any, Context], None], ...]] = {
    events.PlaceEnded: (ended,),
    events.OfficerChanged: (officer_changed,),
    events.InvitationWithdrawn: (uninvited,),
    events.AccountBlocked: (blocked,),
}
