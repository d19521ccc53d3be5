"""Scores: typed, checked, shown."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules.scoring import (
    InvalidRules,
    NotAScore,
    Scale,
    points,
    shown,
    shown_down,
    shown_halves,
    shown_up,
)


@pytest.mark.parametrize(
    ("typed", "halves"), [("3.5", 7), ("3,5", 7), (" 3 ", 6), ("3.0", 6), ("0", 0), ("5", 10)]
)
def test_reading_a_score(typed, halves):
    assert Scale().parse(typed) == halves


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Give a score."),
        ("  ", "Give a score."),
        ("good", "“good” is not a score. Write a number of points such as 3 or 3.5."),
        ("3.25", "“3.25” is not a score. Write a number of points such as 3 or 3.5."),
        ("-1", "“-1” is not a score. Write a number of points such as 3 or 3.5."),
        ("NaN", "“NaN” is not a score. Write a number of points such as 3 or 3.5."),
        ("٣", "“٣” is not a score. Write a number of points such as 3 or 3.5."),
        ("5.5", "5.5 is not on the scale: it goes from 0 to 5."),
    ],
)
def test_what_is_no_score_is_refused_in_words(typed, sentence):
    with pytest.raises(NotAScore) as refused:
        Scale().parse(typed)

    assert str(refused.value) == sentence
    assert isinstance(refused.value, ValueError)


def test_a_scale_of_whole_points_from_one_to_five():
    scale = Scale(minimum_halves=2, maximum_halves=10, step_halves=2)

    assert scale.choices == (2, 4, 6, 8, 10)
    assert scale.maximum == 5
    with pytest.raises(NotAScore, match="steps of 1"):
        scale.parse("3.5")
    with pytest.raises(NotAScore, match="from 1 to 5"):
        scale.parse("0")


@pytest.mark.parametrize("halves", [(0, 0, 1), (-2, 4, 1), (4, 2, 1), (0, 10, 0), (0, 10, 3)])
def test_a_scale_that_leads_nowhere_is_refused(halves):
    with pytest.raises(InvalidRules):
        Scale(*halves)


@pytest.mark.parametrize("halves", [(0.0, 10, 1), (0, "10", 1), (False, True, True)])
def test_a_scale_is_whole_numbers(halves):
    with pytest.raises(InvalidRules):
        Scale(*halves)


@given(st.sampled_from(Scale().choices))
def test_what_is_shown_is_read_back(halves):
    assert Scale().parse(shown_halves(halves)) == halves
    assert points(halves) * 2 == halves


@pytest.mark.parametrize(
    ("value", "half_up", "down", "up"),
    [
        (Fraction(29, 8), "3.63", "3.62", "3.63"),
        (Fraction(2, 3), "0.67", "0.66", "0.67"),
        (Fraction(29, 2), "14.50", "14.50", "14.50"),
        (Fraction(1, 1000), "0.00", "0.00", "0.01"),
        (Fraction(-5, 4), "-1.25", "-1.25", "-1.25"),
    ],
)
def test_two_decimals(value, half_up, down, up):
    assert (shown(value), shown_down(value), shown_up(value)) == (half_up, down, up)


def test_a_difference_in_halves_may_be_negative():
    assert [shown_halves(each) for each in (-7, -4)] == ["-3.5", "-2"]


@given(st.fractions())
def test_what_is_shown_is_within_half_a_hundredth(value):
    assert -Fraction(1, 200) < Fraction(shown(value)) - value <= Fraction(1, 200)
    assert Fraction(shown_down(value)) <= value <= Fraction(shown_up(value))
