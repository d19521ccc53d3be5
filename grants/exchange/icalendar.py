"""The programme's calendar as iCalendar (RFC 5545): all-day, several days, timed in any zone."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Entry

from grants.models import Event

_STAMP = datetime(2000, 1, 1, tzinfo=UTC)
"""When an entry was made is not kept; a fixed moment gives the same bytes for the same events."""


def render(events: Iterable[Event], *, name: str, hostname: str) -> bytes:
    """Write events as one calendar, the same events as the same bytes.

    An all-day event ends, by the standard, on the day after its last one. A
    timed event carries its own zone, whose definition goes with it.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{hostname}//grants//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for event in sorted(events, key=lambda it: (it.first_day, it.id)):
        calendar.add_component(_entry(event, hostname))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _entry(event: Event, hostname: str) -> Entry:
    entry = Entry()
    entry.add("uid", f"{event.token}@{hostname}")
    entry.add("dtstamp", _STAMP)
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
        zone = UTC if event.zone == "UTC" else ZoneInfo(event.zone)
        entry.add("dtstart", event.starts_at.astimezone(zone))
        entry.add("dtend", event.ends_at.astimezone(zone))
    return entry
