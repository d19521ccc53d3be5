"""The days that count for a project: its period, and what its call allows around it."""

from datetime import date, timedelta

from grants.calls.models import Call

DAYS_AROUND = 60
"""How many days around a project's period count where the call's rules do not say."""


def days_around(call: Call, starts_on: date, ends_on: date) -> tuple[date, date]:
    """Return the first and the last day on which what a project delivers may take place."""
    around = timedelta(days=call.rules.get("days_around", DAYS_AROUND))
    return starts_on - around, ends_on + around
