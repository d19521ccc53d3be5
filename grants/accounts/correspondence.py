"""Letters to people: who gets none, and in whose fund they are looked after."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.kit import mail
from grants.kit.branding import Branded
from grants.kit.mail import Letter
from grants.kit.mail.wording import letter as letter_from
from grants.kit.settings import Settings
from grants.kit.subscribing import EventContext
from grants.rules.scope import NOWHERE, Scope


def post(
    session: Session,
    letter: Letter,
    *,
    key: str | None = None,
    about: Scope = NOWHERE,
    useful_until: datetime | None = None,
    owed: bool = False,
) -> None:
    """Have a letter sent once this transaction is committed: see `grants.kit.mail.post`.

    Nothing leaves to a blocked account, unless it is `owed`; what was asked for before it was
    blocked leaves. Managers of the fund that it is `about` are told when it does not leave.
    """
    if owed or not _is_blocked(session, letter.to):
        mail.post(session, letter, key=key, about=about, useful_until=useful_until)


def write(
    context: EventContext,
    person: Person,
    template: str,
    *,
    fund: Branded | None = None,
    key: str | None = None,
    about: Scope = NOWHERE,
    useful_until: datetime | None = None,
    **values: Any,
) -> None:
    """Write to somebody in their language about what happened, from a template of letters.

    What happened in a fund is told in its name.
    """
    written = letter_from(template, person, context.settings, fund=fund, **values)
    post(context.db, written, key=key, about=about, useful_until=useful_until)


def language_for(person: Person, fund: Branded, settings: Settings) -> str:
    """Return the language in which a fund writes to somebody: theirs, where it is one of its own.

    What is said in figures and days is put into the letter's words in the same one.
    """
    return fund.branded(settings.branding).language(person.language)


def _is_blocked(session: Session, address: str) -> bool:
    found = sa.select(Person.id).where(Person.email == address, Person.blocked_at.is_not(None))
    return session.scalar(found) is not None
