"""Until when an applicant can ask for redress, by the rule of the call."""

from datetime import date, timedelta

from grants.calls.models import Call
from grants.decisions.models import Decision
from grants.rules import timezones
from grants.rules.workflow import DecisionKind

AGAINST = frozenset(DecisionKind) - {DecisionKind.AWARD, DecisionKind.AWARD_WITH_CONDITIONS}
"""The decisions against which redress can be asked for."""


def redress_days(call: Call) -> int | None:
    """Return how many days a call gives to ask for redress; none: it offers none."""
    found: int | None = call.rules.get("redress_days")
    return found


def last_day(decision: Decision, call: Call) -> date | None:
    """Return the last day on which redress can be asked for, on the clock of the call.

    None where the call offers none, the decision gave what was asked for, or nobody was told.
    """
    days = redress_days(call)
    if days is None or decision.notified_at is None or decision.kind not in AGAINST:
        return None
    return timezones.day(decision.notified_at, call.zone) + timedelta(days=days)
