"""Money, numbers, dates and moments are exact, and written in the reader's language."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest


@pytest.fixture
def german(imprint):
    return replace(imprint, language="de")


def test_money_is_exact_to_the_cent(imprint, german):
    assert imprint.money(1_234_500, "EUR") == "EUR\xa012,345.00"
    assert imprint.money(-5, "EUR") == "EUR\xa0-0.05"
    assert german.money(1_234_507, "EUR") == "12.345,07\xa0EUR"
    assert imprint.money(10**20 + 1, "EUR").endswith("000.01")


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Fraction(13, 3), 2, "4.33"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(7, 2), 0, "4"),
        (Fraction(7, 2), 2, "3.50"),
    ],
)
def test_fractions_are_rounded_once_halves_away_from_nought(imprint, value, places, shown):
    assert imprint.exact(value, places) == shown


def test_scores_show_two_decimals_or_a_dash(imprint, german):
    assert imprint.score(Fraction(9, 2)) == "4.50"
    assert german.score(Fraction(9, 2)) == "4,50"
    assert imprint.score(None) == "–"


def test_shares_show_a_decimal_only_where_needed(imprint):
    assert imprint.percent(Fraction(2, 5)) == "40\xa0%"
    assert imprint.percent(Fraction(1, 8)) == "12.5\xa0%"


def test_dates_put_the_day_first(imprint, german):
    assert imprint.day(date(2020, 7, 15)) == "15 July 2020"
    assert german.day(date(2020, 7, 15)) == "15. Juli 2020"


def test_moments_name_their_zone(imprint, german):
    summer = datetime(2020, 6, 1, 15, tzinfo=UTC)
    winter = datetime(2020, 1, 1, 15, tzinfo=UTC)

    assert imprint.moment(summer) == "1 June 2020, 17:00:00 (Europe/Brussels)"
    assert german.moment(summer) == "1. Juni 2020, 17:00:00 (Europe/Brussels)"
    assert imprint.moment(winter) == "1 January 2020, 16:00:00 (Europe/Brussels)"
    assert (
        imprint.moment(winter, zone="Asia/Shanghai") == "1 January 2020, 23:00:00 (Asia/Shanghai)"
    )
    assert imprint.moment_utc(summer) == "1 June 2020, 15:00:00 UTC"


def test_sentences_are_translated_by_whoever_shows_them(imprint):
    catalogue = {"Page {page} of {pages}": "Seite {page} von {pages}"}
    german = replace(imprint, translate=lambda text, values: catalogue[text].format_map(values))

    assert imprint.say("Page {page} of {pages}", page=1, pages=2) == "Page 1 of 2"
    assert imprint.say("50 % {of} it") == "50 % {of} it"
    assert german.say("Page {page} of {pages}", page=1, pages=2) == "Seite 1 von 2"
