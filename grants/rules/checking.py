"""Items of the formal check that the portal computes from a proposal; never the last word.

What is computed is filled in for whoever checks, who may say otherwise with a reason.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any


class CheckRuleKind(StrEnum):
    """What an item looks at."""

    COUNTRIES = "countries"  # of lead city, paired city and partners: at least so many
    POPULATION = "population"  # of the applicant: at least so many inhabitants
    PARTNERS = "partners"  # named beside the applicant: at least so many
    MONTHS = "months"  # from the first to the last day of the project: at most so many
    PILOT = "pilot"  # the applicant is or was a pilot city when the call closes
    AMOUNT = "amount"  # the grant requested is within the limits of the call


BOUNDED = frozenset(set(CheckRuleKind) - {CheckRuleKind.PILOT, CheckRuleKind.AMOUNT})
"""Those that need a number."""


@dataclass(frozen=True, kw_only=True)
class CheckRule:
    """How an item is computed. `bound` is its number, None for those without one."""

    kind: CheckRuleKind
    bound: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values: what the checklist of a call keeps."""
        return {"kind": self.kind.value, **({"bound": self.bound} if self.bound else {})}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | None) -> "CheckRule | None":
        """Read what `to_dict` wrote; None for an item that people answer alone."""
        if data is None:
            return None
        return cls(kind=CheckRuleKind(data["kind"]), bound=data.get("bound"))


@dataclass(frozen=True, kw_only=True)
class CheckFacts:
    """What a submitted version and the register say; None where neither says it.

    Amounts are integer cents; `share` is the largest part of the costs that the call pays.
    """

    countries: frozenset[str] = frozenset()
    population: int | None = None
    partners: int = 0
    starts_on: date | None = None
    ends_on: date | None = None
    pilot_since: date | None = None
    closes_on: date | None = None
    requested_cents: int | None = None
    total_cents: int | None = None
    smallest_cents: int = 0
    largest_cents: int = 0
    share: Fraction = Fraction(1)


def is_met(rule: CheckRule, facts: CheckFacts) -> bool | None:
    """Return whether a proposal meets a rule; None where it does not say enough."""
    bound = rule.bound or 0
    match rule.kind:
        case CheckRuleKind.COUNTRIES:
            return len(facts.countries) >= bound
        case CheckRuleKind.POPULATION:
            return None if facts.population is None else facts.population >= bound
        case CheckRuleKind.PARTNERS:
            return facts.partners >= bound
        case CheckRuleKind.MONTHS:
            return _takes_at_most(bound, facts.starts_on, facts.ends_on)
        case CheckRuleKind.PILOT:
            since, closes = facts.pilot_since, facts.closes_on
            return since is not None and (closes is None or since <= closes)
        case CheckRuleKind.AMOUNT:
            return _is_within_limits(facts)


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last: 31 January + 1 is 28 February."""
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _takes_at_most(months: int, starts_on: date | None, ends_on: date | None) -> bool | None:
    if starts_on is None or ends_on is None:
        return None
    if starts_on.year * 12 + starts_on.month + months >= date.max.year * 12:
        return True  # no date is later than that
    # Both days count: 1 May to 31 October are six months.
    return ends_on < months_after(starts_on, months)


def _is_within_limits(facts: CheckFacts) -> bool | None:
    asked = facts.requested_cents
    if asked is None:
        return None
    within = facts.smallest_cents <= asked <= facts.largest_cents
    return within and (facts.total_cents is None or asked <= facts.total_cents * facts.share)
