"""Amounts as people type them in earnest, and rates that are finer than cents."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules import money

READ = {"language": "en", "currency": "EUR"}


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("１２３４", 123_400),
        ("１，２３４．５０", 123_450),
        ("EUR 1,234.50", 123_450),
        ("eur 1234.5", 123_450),
        ("€ 1,234.56", 123_456),
        ("1,234.56€", 123_456),
        ("1 234 EUR", 123_400),
    ],
)
def test_amounts_are_read_as_people_mean_them(typed, cents):
    assert money.parse(typed, **READ) == cents


@pytest.mark.parametrize("typed", ["USD 100", "$ 100", "100 JPY", "¥100"])
def test_another_currency_is_refused_and_named(typed):
    with pytest.raises(money.NotAnAmount, match=r"in another currency\. Write the amount in EUR"):
        money.parse(typed, **READ)


@pytest.mark.parametrize("typed", ["EUR", "€", "EUR 100 EUR 5", "abc 100", "EUR -5", "1e5"])
def test_what_is_no_amount_stays_none(typed):
    with pytest.raises(money.NotAnAmount):
        money.parse(typed, **READ)


def test_without_a_currency_none_is_read():
    with pytest.raises(money.NotAnAmount):
        money.parse("EUR 5", language="en")


def test_yen_and_yuan_share_a_sign():
    assert money.parse("￥１２３", language="en", decimals=0, currency="JPY") == 123
    assert money.parse("¥123", language="en", currency="CNY") == 12_300


@pytest.mark.parametrize(
    ("typed", "rate"),
    [
        ("8333.33333", "8333.33333"),
        ("0.1273", "0.1273"),
        ("0.127", "0.127"),
        ("1,234.56780", "1234.5678"),
        ("5000.00000", 500_000),
        ("1,234.50", 123_450),
        ("€ 12.3456", "12.3456"),
    ],
)
def test_rates_may_be_finer_than_cents(typed, rate):
    assert money.parse_rate(typed, **READ) == rate


@pytest.mark.parametrize("typed", ["1.234", "12.345", "0.1234567", "x.12345", "1.2.3456"])
def test_what_could_be_thousands_or_is_no_number_is_no_rate(typed):
    with pytest.raises(money.NotAnAmount):
        money.parse_rate(typed, **READ)


def test_a_row_of_a_rate_is_exact_and_rounded_once():
    rate = money.rate_cents("8333.33333")

    row = money.BudgetRow(heading="h", partner="p", quantity_hundredths=1200, unit_cents=rate)

    assert rate == Fraction(833_333_333, 1000)
    assert row.cents == 10_000_000


@given(st.integers(0, 10**12 - 1), st.integers(0, 999_999), st.sampled_from(["en", "de", "es"]))
def test_what_is_shown_of_a_rate_is_read_back(units, millionths, language):
    kept = money.parse_rate(f"{units}.{millionths:06d}", language="en")

    if isinstance(kept, str):
        assert money.is_rate(kept) or money.rate_cents(kept) > money.MOST_CENTS
        assert (
            money.parse_rate(money.rate_shown(kept, language=language), language=language) == kept
        )
    else:
        assert kept == units * 100 + millionths // 10_000
