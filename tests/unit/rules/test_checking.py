"""What the portal computes of a formal check."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules.checking import (
    BOUNDED,
    CheckFacts,
    CheckRule,
    CheckRuleKind,
    is_met,
    months_after,
)

KIND = CheckRuleKind


def met(kind, bound=None, **facts):
    return is_met(CheckRule(kind=kind, bound=bound), CheckFacts(**facts))


@pytest.mark.parametrize(
    ("kind", "bound", "facts", "said"),
    [
        (KIND.COUNTRIES, 2, {"countries": frozenset({"ES", "CN"})}, True),
        (KIND.COUNTRIES, 2, {"countries": frozenset({"ES"})}, False),
        (KIND.POPULATION, 50_000, {"population": 50_000}, True),
        (KIND.POPULATION, 50_000, {"population": 49_999}, False),
        (KIND.POPULATION, 50_000, {}, None),
        (KIND.PARTNERS, 1, {"partners": 1}, True),
        (KIND.PARTNERS, 1, {}, False),
        (KIND.MONTHS, 6, {"starts_on": date(2027, 5, 1), "ends_on": date(2027, 10, 31)}, True),
        (KIND.MONTHS, 6, {"starts_on": date(2027, 5, 1), "ends_on": date(2027, 11, 1)}, False),
        (KIND.MONTHS, 1, {"starts_on": date(2028, 1, 31), "ends_on": date(2028, 2, 28)}, True),
        (KIND.MONTHS, 1, {"starts_on": date(2028, 1, 31), "ends_on": date(2028, 2, 29)}, False),
        (KIND.MONTHS, 12, {"starts_on": date(9999, 6, 1), "ends_on": date(9999, 12, 31)}, True),
        (KIND.MONTHS, 6, {"starts_on": date(2027, 5, 1)}, None),
        (KIND.PILOT, None, {"pilot_since": date(2019, 1, 1), "closes_on": date(2020, 3, 31)}, True),
        (
            KIND.PILOT,
            None,
            {"pilot_since": date(2021, 1, 1), "closes_on": date(2020, 3, 31)},
            False,
        ),
        (KIND.PILOT, None, {}, False),
    ],
)
def test_what_an_item_comes_to(kind, bound, facts, said):
    assert met(kind, bound, **facts) is said


@pytest.mark.parametrize(
    ("asked", "total", "said"),
    [(100, 200, True), (101, 200, False), (9, 200, False), (100, 199, False), (100, None, True)],
)
def test_an_amount_is_held_to_limits_and_share(asked, total, said):
    limits = {"smallest_cents": 10, "largest_cents": 100, "share": Fraction(1, 2)}

    assert met(KIND.AMOUNT, requested_cents=asked, total_cents=total, **limits) is said


def test_an_amount_that_nobody_gave_is_not_judged():
    assert met(KIND.AMOUNT) is None


DAYS = st.dates(date(1990, 1, 1), date(2900, 1, 1))


@given(DAYS, st.integers(0, 600))
def test_months_are_those_of_the_calendar(day, months):
    later = months_after(day, months)

    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(DAYS, st.integers(0, 4000), st.integers(1, 60))
def test_whoever_is_allowed_more_months_is_allowed_as_much(starts, length, months):
    period = {"starts_on": starts, "ends_on": starts + timedelta(days=length)}

    if met(KIND.MONTHS, months, **period):
        assert met(KIND.MONTHS, months + 1, **period)


@given(st.sampled_from(KIND), st.integers(1, 10**9))
def test_a_rule_is_kept_as_it_is(kind, bound):
    rule = CheckRule(kind=kind, bound=bound if kind in BOUNDED else None)

    assert CheckRule.from_dict(rule.to_dict()) == rule
    assert CheckRule.from_dict(None) is None
