"""Amounts: typed in three languages, held as cents, shown again."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules.money import MOST_CENTS, Amount, NotAnAmount, UnusableMoney, parse, shown

LANGUAGES = st.sampled_from(["en", "de", "es"])


@pytest.mark.parametrize(
    ("language", "typed", "cents"),
    [
        ("en", "1,234.50", 123450),
        ("en", "1,234", 123400),
        ("en", "1234.5", 123450),
        ("en", "1 234 567.89", 123456789),
        ("en", " 12 ", 1200),
        ("en", "0", 0),
        ("en", "0007", 700),
        ("en", "0" * 40 + "1.05", 105),
        ("en", "1'234.50", 123450),
        ("en-GB", "1,234,567", 123456700),
        ("de", "1.234,50", 123450),
        ("de", "1.234", 123400),
        ("de", "1234,5", 123450),
        ("de-AT", "1 234,50", 123450),
        ("de_CH", "1’234,50", 123450),
        ("es", "1.234.567,89", 123456789),
        ("es", "1\u00a0234,50", 123450),
        ("es", "1\u202f234,50", 123450),
        ("en", "999,999,999,999.99", MOST_CENTS),
    ],
)
def test_reading_an_amount(language, typed, cents):
    assert parse(typed, language=language) == cents


@pytest.mark.parametrize(
    ("language", "typed", "sentence"),
    [
        ("en", "", "Give an amount."),
        ("en", " \u00a0", "Give an amount."),
        ("en", "-5", "An amount cannot be negative."),
        ("de", "−5", "An amount cannot be negative."),
        ("en", "NaN", "“NaN” is not an amount. Write it like 1,234.50."),
        ("de", "Infinity", "“Infinity” is not an amount. Write it like 1.234,50."),
        ("en", "1e3", "“1e3” is not an amount. Write it like 1,234.50."),
        ("en", "+5", "“+5” is not an amount. Write it like 1,234.50."),
        ("en", "EUR 5", "“EUR 5” is not an amount. Write it like 1,234.50."),
        ("en", "5 €", "“5 €” is not an amount. Write it like 1,234.50."),
        ("en", "٣", "“٣” is not an amount. Write it like 1,234.50."),
        ("en", "1,23", "“1,23” is not an amount. Write it like 1,234.50."),
        ("en", "1,234 567", "“1,234 567” is not an amount. Write it like 1,234.50."),
        ("en", "12345,678", "“12345,678” is not an amount. Write it like 1,234.50."),
        ("en", "1.", "“1.” is not an amount. Write it like 1,234.50."),
        ("en", ".5", "“.5” is not an amount. Write it like 1,234.50."),
        ("en", "1.2.3", "“1.2.3” is not an amount. Write it like 1,234.50."),
        ("en", "1.234,50", "“1.234,50” is not an amount. Write it like 1,234.50."),
        ("de", "1,234.50", "“1,234.50” is not an amount. Write it like 1.234,50."),
        ("de", "12.50", "“12.50” is not an amount. Write it like 1.234,50."),
        (
            "en",
            "1.234",
            "“1.234” has more than two decimals. Write thousands and cents like 1,234.50.",
        ),
        (
            "es",
            "1,234",
            "“1,234” has more than two decimals. Write thousands and cents like 1.234,50.",
        ),
        ("en", "1,000,000,000,000", "“1,000,000,000,000” is too large an amount."),
    ],
)
def test_what_is_no_amount_is_refused_in_words(language, typed, sentence):
    with pytest.raises(NotAnAmount) as refused:
        parse(typed, language=language)

    assert str(refused.value) == sentence
    assert isinstance(refused.value, ValueError)


def test_no_number_is_long_enough_to_break_the_reading():
    with pytest.raises(NotAnAmount, match="too large"):
        parse("9" * 10_000, language="en")


def test_languages_without_rules_are_refused():
    with pytest.raises(UnusableMoney, match="“zh”"):
        parse("1", language="zh")


@pytest.mark.parametrize(
    ("language", "text", "amount"),
    [
        ("en", "-1,234,567.05", "EUR -1,234,567.05"),
        ("de", "-1.234.567,05", "-1.234.567,05 EUR"),
        ("es-MX", "-1.234.567,05", "-1.234.567,05 EUR"),
    ],
)
def test_showing_an_amount(language, text, amount):
    assert shown(-123456705, language=language) == text
    assert Amount(-123456705, "EUR").shown(language=language) == amount


@pytest.mark.parametrize(("cents", "currency"), [(1.5, "EUR"), (True, "EUR"), (1, "eur"), (1, "€")])
def test_an_amount_is_whole_cents_of_a_named_currency(cents, currency):
    with pytest.raises(UnusableMoney):
        Amount(cents, currency)


@given(st.integers(0, MOST_CENTS), LANGUAGES)
def test_what_is_shown_is_read_back(cents, language):
    assert parse(shown(cents, language=language), language=language) == cents


@given(st.text(alphabet="0123456789., '-NaEe\u00a0", max_size=12), LANGUAGES)
def test_whatever_is_typed_is_read_the_same_twice_or_refused(typed, language):
    try:
        cents = parse(typed, language=language)
    except NotAnAmount:
        return

    assert 0 <= cents <= MOST_CENTS
    assert parse(shown(cents, language=language), language=language) == cents
    assert str(cents // 100) in typed.translate({ord(sign): None for sign in "., '\u00a0"})


@given(st.text(), LANGUAGES)
def test_any_text_at_all_is_an_amount_or_refused(typed, language):
    with suppress(NotAnAmount):
        assert 0 <= parse(typed, language=language) <= MOST_CENTS
