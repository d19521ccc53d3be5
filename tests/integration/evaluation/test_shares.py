"""Shares that people read add up to a hundred per cent, exactly."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from grants.rules.money import percentages

WEIGHTS = st.lists(st.fractions(0, 100, max_denominator=60), min_size=1, max_size=9).filter(any)


def test_weights_of_1_and_a_half_and_1_are_no_longer_a_hundred_and_a_tenth():
    shares = percentages([Fraction(1), Fraction(3, 2), Fraction(1)])

    assert [str(share * 100) for share in shares] == ["143/5", "214/5", "143/5"]
    assert sum(shares) == 1


def test_what_is_exact_stays_exact():
    assert percentages([Fraction(40), Fraction(60)]) == [Fraction(2, 5), Fraction(3, 5)]


@given(WEIGHTS)
def test_they_always_add_up_and_are_off_by_less_than_a_tenth(weights):
    shares = percentages(weights)

    whole = sum(weights)
    assert sum(shares) == 1
    assert all(
        abs(share - weight / whole) < Fraction(1, 1000)
        for share, weight in zip(shares, weights, strict=True)
    )
