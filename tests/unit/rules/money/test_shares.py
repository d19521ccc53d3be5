"""Dividing money: co-financing, flat rates, proportional parts."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules.money import Shares, UnusableMoney, apportion, flat_rate_cents, shares

CENTS = st.integers(0, 10**13)
WEIGHTS = st.lists(st.integers(0, 1000) | st.fractions(0, 50), min_size=1, max_size=8).filter(any)


@pytest.mark.parametrize(
    ("total", "rate", "grant", "own"),
    [(10_000, 7_500, 7_500, 2_500), (101, 5_000, 50, 51), (999, 10_000, 999, 0), (5, 0, 0, 5)],
)
def test_co_financing(total, rate, grant, own):
    assert shares(total, rate) == Shares(grant_cents=grant, own_cents=own)


@given(CENTS, st.integers(0, 10_000))
def test_grant_and_own_part_add_up_and_the_grant_keeps_to_the_rate(total, rate):
    split = shares(total, rate)

    assert split.grant_cents + split.own_cents == total
    assert 0 <= Fraction(total * rate, 10_000) - split.grant_cents < 1


@pytest.mark.parametrize("rate", [-1, 10_001, 75.0, True])
def test_rates_outside_nothing_and_all_are_refused(rate):
    with pytest.raises(UnusableMoney, match="0 to 100 per cent"):
        flat_rate_cents(100, rate)


@pytest.mark.parametrize("total", [-1, 1.5, True])
def test_only_whole_cents_are_divided(total):
    with pytest.raises(UnusableMoney):
        shares(total, 100)
    with pytest.raises(UnusableMoney):
        apportion(total, [1])


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        (100, [1, 2], (33, 67)),
        (5, [0, 1, 0], (0, 5, 0)),
        (1, [Fraction(1, 3), Fraction(2, 3)], (0, 1)),
        (0, [3, 4], (0, 0)),
        # A float would lose these cents.
        (10**18 + 100, [1, 3], (25 * 10**16 + 25, 75 * 10**16 + 75)),
    ],
)
def test_proportional_parts(total, weights, parts):
    assert apportion(total, weights) == parts


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_parts_need_weights(weights):
    with pytest.raises(UnusableMoney):
        apportion(10, weights)


@given(CENTS, WEIGHTS)
def test_parts_add_up_and_keep_within_a_cent_of_their_share(total, weights):
    parts = apportion(total, weights)

    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total) * weight / sum(weights)) < 1


@given(CENTS, WEIGHTS)
def test_more_weight_never_means_less_money(total, weights):
    parts = apportion(total, weights)

    for one in range(len(weights)):
        for other in range(len(weights)):
            if weights[one] > weights[other]:
                assert parts[one] >= parts[other]


@given(CENTS, WEIGHTS, st.fractions(Fraction(1, 9), 9))
def test_only_the_proportion_of_weights_matters(total, weights, factor):
    assert apportion(total, [each * factor for each in weights]) == apportion(total, weights)
