"""The programme's calendar as iCalendar (RFC 5545): all-day, several days, timed in any zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Entry

from grants.projects.models import Event


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """The moment at which a call closes, as its newest version says, and where to read it.

    Or the moment at which a later form of it does: `stage` is the number of the stage it is for.
    """

    code: str
    title: str
    closes_at: datetime
    zone: str
    address: str
    number: int
    """Of the version of the call: 1 is the first that was published."""
    published_at: datetime
    stage: int | None = None


def render(
    events: Iterable[Event], *, name: str, hostname: str, deadlines: Iterable[Deadline] = ()
) -> bytes:
    """Write events and deadlines as one calendar, the same ones as the same bytes.

    An all-day event ends, by the standard, on the day after its last one. A
    timed event carries its own zone, whose definition goes with it.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{hostname}//grants//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for event in sorted(events, key=lambda it: (it.first_day, it.id)):
        calendar.add_component(_entry(event, hostname))
    for deadline in sorted(deadlines, key=lambda it: (it.closes_at, it.code)):
        calendar.add_component(_closing(deadline, hostname))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _entry(event: Event, hostname: str) -> Entry:
    entry = _dated(f"{event.token}@{hostname}", event.stamp, event.revision)
    entry.add("summary", event.title)
    if event.description:
        entry.add("description", event.description)
    if event.place:
        entry.add("location", event.place)
    if event.address:
        entry.add("url", event.address)
    if event.starts_on is not None and event.ends_on is not None:
        entry.add("dtstart", event.starts_on)
        entry.add("dtend", event.ends_on + timedelta(days=1))
    elif event.starts_at is not None and event.ends_at is not None:
        entry.add("dtstart", _there(event.starts_at, event.zone))
        entry.add("dtend", _there(event.ends_at, event.zone))
    return entry


def _closing(deadline: Deadline, hostname: str) -> Entry:
    """Write a deadline: a moment without a length, by the standard."""
    later = f"-{deadline.stage}" if deadline.stage else ""
    uid = f"call-{deadline.code}{later}@{hostname}"
    entry = _dated(uid, deadline.published_at, deadline.number - 1)
    entry.add("summary", deadline.title)
    entry.add("url", deadline.address)
    entry.add("dtstart", _there(deadline.closes_at, deadline.zone))
    entry.add("transp", "TRANSPARENT")
    return entry


def _dated(uid: str, stamp: datetime, sequence: int) -> Entry:
    """Begin an entry: calendars take it for newer by its sequence and its moments."""
    entry = Entry()
    entry.add("uid", uid)
    entry.add("dtstamp", stamp)
    entry.add("last-modified", stamp)
    entry.add("sequence", sequence)
    return entry


def _there(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(UTC if zone == "UTC" else ZoneInfo(zone))
