"""Who is told of the places that people hold: invited, uninvited, ended; and who stays."""

from typing import Any

from grants.accounts.correspondence import post
from grants.accounts.models import EndedPlace, Invitation
from grants.calls.models import Fund
from grants.kit.mail.wording import letter, letter_to, unlinked
from grants.kit.subscribing import EventContext, Handlers
from grants.roles.service.holdings import Holdings
from grants.rules import events
from grants.rules.scope import NOWHERE
from grants.rules.workflow import Role


def require_another_manager(event: events.AccountBlocking, context: EventContext) -> None:
    """Refuse to block the last manager of a fund."""
    holdings = Holdings(context.db, context.publish)
    for held in event.person.appointments:
        if held.role is Role.MANAGER and held.fund is not None:
            holdings.require_another_manager(held.fund, but=event.person)


def invite(event: events.Invited, context: EventContext) -> None:
    """Send an invitation to an address; nobody may have an account with it yet."""
    it = event.invitation
    written = letter_to(
        it.email,
        "invitation",
        context.settings,
        fund=_fund(it),
        by=unlinked(it.invited_by.name),
        place=unlinked(event.place),
        role=it.role.value,
        until=it.expires_at,
        url=context.settings.url("invitations", event.token),
    )
    place = it.proposal or it.call or it.fund
    scope = place.scope if place else NOWHERE
    post(context.db, written, about=scope, useful_until=it.expires_at)


def uninvited(event: events.InvitationWithdrawn, context: EventContext) -> None:
    """Tell whoever was invited that the link works no more."""
    it = event.invitation
    written = letter_to(
        it.email,
        "invitation_withdrawn",
        context.settings,
        fund=_fund(it),
        place=unlinked(it.place),
        by=unlinked(it.invited_by.name),
    )
    post(context.db, written)


def ended(event: events.PlaceEnded, context: EventContext) -> None:
    """Tell somebody what they have no access to any more."""
    it = event.ended
    values: dict[str, Any] = {"place": unlinked(it.place), "role": it.role.value, "by": _by(it)}
    post(context.db, letter("ended", it.person, context.settings, fund=_fund(it), **values))


def _fund(it: Invitation | EndedPlace) -> Fund | None:
    """Return the fund in which a place is; none for one in an organisation."""
    call = it.proposal.call if it.proposal else it.call
    return call.fund if call else it.fund


def _by(it: EndedPlace) -> str:
    """Name who ended it, unless it was the person, or the portal's operator."""
    ended_by = it.ended_by
    return unlinked(ended_by.name) if ended_by and ended_by is not it.person else ""


HANDLERS: Handlers = {
    events.AccountBlocking: (require_another_manager,),
    events.Invited: (invite,),
    events.InvitationWithdrawn: (uninvited,),
    events.PlaceEnded: (ended,),
}
