"""The daily mail of what waits: one to each person for whom something does, in their language."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import correspondence
from grants.accounts.models import Person
from grants.kit.database import db
from grants.kit.jobs import Context, defer, task
from grants.kit.language.formats import formats
from grants.kit.language.i18n import translations
from grants.kit.mail.wording import letter
from grants.oversight.queries.waiting.waits import Waiting, Waits
from grants.rules import timezones

ZONE = "Europe/Brussels"
AT = time(6, 30)
"""When the mail leaves: before people come to work."""


@task("plan_digests", at_start=True)
def plan_digests(context: Context) -> None:
    """Ask for the next day's mails; asking again adds nothing."""
    with db.writing(context.sessions) as session:
        _plan(session, context.clock())


@task("send_digests")
def send_digests(context: Context, *, day: str) -> None:
    """Have each person written to for whom something may wait, each by a job of its own."""
    with db.writing(context.sessions) as session:
        _plan(session, context.clock())
        if day != timezones.day(context.clock(), ZONE).isoformat():
            return  # the worker was away: what waited then is in today's
        wanted = select(Person.id).where(Person.digest, Person.confirmed_at.is_not(None))
        for number in session.scalars(wanted.order_by(Person.id)):
            key = f"send_digest/{day}/{number}"
            defer(session, "send_digest", key=key, person_id=number, day=day)


@task("send_digest")
def send_digest(context: Context, *, person_id: int, day: str) -> None:
    """Write to one person, if anything waits; a second run is the same letter."""
    with db.writing(context.sessions) as session:
        person = session.get(Person, person_id)
        if person is None or not person.digest:
            return
        waiting = Waits(session, context.publisher(session), context.clock).of(person)
        if not waiting:
            return
        lines = [_line(it, person, context.settings.portal_url) for it in waiting]
        account = f"{context.settings.portal_url}/account"
        written = letter(
            "digest", person, context.settings, count=len(lines), lines=lines, account=account
        )
        correspondence.post(session, written, key=f"digest/{day}/{person.id}")


def _plan(session: Session, now: datetime) -> None:
    here = now.astimezone(ZoneInfo(ZONE))
    first = here.date() if here.time() < AT else here.date() + timedelta(days=1)
    at = datetime.combine(first, AT, ZoneInfo(ZONE))
    day = first.isoformat()
    defer(session, "send_digests", key=f"send_digests/{day}", at=at, day=day)


def _line(it: Waiting, person: Person, portal: str) -> tuple[str, str, str, str]:
    """Say one thing: what, where, until when, and its address."""
    said = formats(person.language)
    what = translations(person.language).gettext(it.words)
    until = said.moment(it.until, it.zone) if it.until else said.day(it.day) if it.day else ""
    return what.replace("{count}", said.number(it.count)), it.where, until, portal + it.path
