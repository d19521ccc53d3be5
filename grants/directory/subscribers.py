"""Who is told of what becomes of organisations."""

from typing import Any

from sqlalchemy import select

from grants.accounts.correspondence import post
from grants.accounts.models import Membership, Person
from grants.kit.mail.wording import letter
from grants.kit.subscribing import EventContext, Handlers
from grants.rules import events


def officer_changed(event: events.OfficerChanged, context: EventContext) -> None:
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
        post(context.db, letter("officer", person, context.settings, fund=event.fund, **values))


HANDLERS: Handlers = {
    events.OfficerChanged: (officer_changed,),
}
