"""What follows for accounts: links that were asked for, and who is told of what."""

from datetime import datetime
from urllib.parse import urlencode

from grants.accounts.correspondence import post, write
from grants.accounts.models import OneTimeLink
from grants.kit.jobs import defer
from grants.kit.mail.wording import letter
from grants.kit.secrets import tokens
from grants.kit.subscribing import EventContext, Handlers
from grants.rules import events


def confirm(event: events.AccountOpened, context: EventContext) -> None:
    """Ask somebody to confirm their address."""
    url = context.settings.url("confirm", event.token)
    if event.onward:
        url += "?" + urlencode({"next": event.onward})
    until = _end_of(context, event.token)
    write(context, event.person, "confirm", useful_until=until, url=url)


def already(event: events.RegisteredAgain, context: EventContext) -> None:
    """Tell the owner of an address that somebody tried to register it."""
    write(context, event.person, "registered_again")


def reset(event: events.PasswordForgotten, context: EventContext) -> None:
    """Send the link with which a new password is set."""
    url, until = context.settings.url("reset", event.token), _end_of(context, event.token)
    write(context, event.person, "reset", useful_until=until, url=url)


def send(event: events.LinkAsked, context: EventContext) -> None:
    """Have the link sent, if there is an account for it."""
    defer(context.db, "send_link", email=event.email, purpose=event.purpose.value)


def blocked(event: events.AccountBlocked, context: EventContext) -> None:
    """Tell somebody that their account is closed, or open again: all that a closed one gets."""
    is_blocked = event.person.blocked_at is not None
    written = letter("blocked", event.person, context.settings, blocked=is_blocked)
    post(context.db, written, owed=True)


def _end_of(context: EventContext, token: str) -> datetime | None:
    """Return when a link ends: a letter that comes later would only mislead."""
    # Made a moment ago: asking the database would tell a new account from a known one by a query.
    for it in (*context.db.new, *context.db.identity_map.values()):
        if isinstance(it, OneTimeLink) and it.token_hash == tokens.hashed(token):
            return it.expires_at
    return None


HANDLERS: Handlers = {
    events.AccountOpened: (confirm,),
    events.RegisteredAgain: (already,),
    events.PasswordForgotten: (reset,),
    events.LinkAsked: (send,),
    events.AccountBlocked: (blocked,),
}
