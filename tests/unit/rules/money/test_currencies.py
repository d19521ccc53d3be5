"""Currencies: those in use, with their decimals, and never two of them in one sum."""

from datetime import date

import pytest
from babel.core import get_global
from babel.numbers import get_currency_precision, get_territory_currencies

from grants.kit.language.formats import formats
from grants.rules import money
from grants.rules.money import Amount, MixedCurrencies, NotAnAmount, UnusableMoney, parse, shown

UNLIKE_CLDR = (
    "AFN ALL IDR IRR KPW LAK LBP MGA MMK PKR RSD SLE SOS STN SYP TMT TZS UZS YER ZMW COP CRC GYD"
    " IQD MNT MRU GNF HUF MUR"
)
"""CLDR counts the decimals that people write; ISO 4217 those that there are."""


def in_use(day):
    return {
        currency
        for territory in get_global("territory_currencies")
        for currency in get_territory_currencies(territory, day, day, tender=True)
    }


def test_what_a_country_pays_with_is_known_and_nothing_else():
    later = {"BGN", "ANG", "XCG", "ZWG", "CUC", "VED", "ZWL", "SLL", "HRK"}  # after CLDR's copy

    assert in_use(date(2026, 1, 2)) - money.DECIMALS.keys() - later == set()
    assert money.DECIMALS.keys() - in_use(date(2026, 1, 2)) - later == set()


def test_decimals_are_those_of_iso_4217():
    assert [money.decimals(it) for it in ("JPY", "EUR", "KWD", "ISK", "TND")] == [0, 2, 3, 0, 3]
    unlike = {it for it in money.DECIMALS if money.decimals(it) != get_currency_precision(it)}
    assert unlike <= set(UNLIKE_CLDR.split())


@pytest.mark.parametrize("code", ["QQQ", "XXX", "XTS", "XAU", "DEM", "BGN", "eur", "", "€"])
def test_what_is_no_currency_in_use_is_no_money(code):
    with pytest.raises(UnusableMoney, match="not a currency in use"):
        Amount(1, code)


@pytest.mark.parametrize(
    ("typed", "language", "decimals", "cents", "written"),
    [
        ("1,234", "en", 0, 1234, "1,234"),
        ("1.234", "de", 0, 1234, "1.234"),
        ("1,234.5", "en", 3, 1_234_500, "1,234.500"),
        ("0,001", "es", 3, 1, "0,001"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(typed, language, decimals, cents, written):
    assert parse(typed, language=language, decimals=decimals) == cents
    assert shown(cents, language=language, decimals=decimals) == written


@pytest.mark.parametrize(
    ("typed", "decimals", "words"),
    [
        ("1,000.00", 0, "this currency has none. Write it like 1,234."),
        ("1.0001", 3, "more than three decimals. Write it like 1,234.500."),
        ("a lot", 0, "Write it like 1,234."),
    ],
)
def test_more_decimals_than_there_are_are_refused(typed, decimals, words):
    with pytest.raises(NotAnAmount) as refusal:
        parse(typed, language="en", decimals=decimals)

    assert str(refusal.value).endswith(words)


def test_amounts_are_written_with_their_own_decimals_everywhere():
    assert Amount(1_000_000, "JPY").shown(language="en") == "JPY 1,000,000"
    assert formats("en").money(1_000_000, "JPY") == "JPY\u00a01,000,000"
    assert formats("de").money(1_234_500, "KWD") == "1.234,500\u00a0KWD"


def test_money_of_two_currencies_is_never_one_sum():
    assert Amount(1, "EUR") + Amount(2, "EUR") == Amount(3, "EUR")
    with pytest.raises(MixedCurrencies, match="EUR, JPY"):
        Amount(1, "JPY") + Amount(2, "EUR")
