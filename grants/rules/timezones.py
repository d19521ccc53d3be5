"""Moments in named time zones: a deadline is one moment, or it is refused.

When clocks go forward an hour does not exist, when they go back one exists
twice: 29 March 2020, 02:30 and 25 October 2020, 02:30 in Brussels.
"""

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from grants.rules.errors import Refused
from grants.rules.words import N_


class NoSuchMoment(Refused):
    """The clock of that zone never shows this time on that day."""


class TwoSuchMoments(Refused):
    """The clock of that zone shows this time twice on that day."""


@cache
def zones() -> tuple[str, ...]:
    """List the time zones that are named after places, and UTC."""
    regions: tuple[str, ...] = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/")
    regions += ("Europe/", "Indian/", "Pacific/")
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(regions)))


def moment(local: datetime, zone: str) -> datetime:
    """Return which moment a clock's time is in a zone, in UTC.

    Raises NoSuchMoment or TwoSuchMoments where clocks change.
    """
    there = local.replace(tzinfo=ZoneInfo(zone))
    first, second = there.replace(fold=0), there.replace(fold=1)
    back = first.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if back != local.replace(fold=0):
        raise NoSuchMoment(
            N_("{time} does not exist in {zone} on that day: the clocks go forward."),
            time=f"{local:%H:%M}",
            zone=zone,
        )
    if first.utcoffset() != second.utcoffset():
        raise TwoSuchMoments(
            N_("{time} exists twice in {zone} on that day: the clocks go back."),
            time=f"{local:%H:%M}",
            zone=zone,
        )
    return first.astimezone(UTC)


def day(at: datetime, zone: str) -> date:
    """Return which day it is in a zone at a moment."""
    return at.astimezone(ZoneInfo(zone)).date()


def local(at: datetime, zone: str) -> datetime:
    """Return what the clock of a zone shows at a moment."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
