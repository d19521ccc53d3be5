"""Scoring: means, medians, totals and thresholds, exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules.scoring import (
    Basis,
    Combine,
    Criterion,
    Rules,
    Scale,
    against_overall,
    combine,
    evaluate,
    share,
    total,
)


def rules(**given):
    return Rules(
        criteria=(Criterion("E", "Excellence"), Criterion("I", "Impact", Fraction(3, 2))),
        envelope_cents=0,
        **given,
    )


@pytest.mark.parametrize(
    ("how", "halves", "score"),
    [
        (Combine.MEAN, (7, 7, 6), Fraction(10, 3)),
        (Combine.MEDIAN, (7, 2, 6), Fraction(3)),
        (Combine.MEDIAN, (7, 2, 6, 9), Fraction(13, 4)),
        (Combine.MEDIAN, (7,), Fraction(7, 2)),
    ],
)
def test_several_reviews_become_one_score(how, halves, score):
    reviews = [{"E": each, "I": 4} for each in halves]

    assert combine(rules(combine=how), reviews) == {"E": score, "I": 2}


@pytest.mark.parametrize(
    ("basis", "figure"),
    [(Basis.UNWEIGHTED_SUM, 7), (Basis.WEIGHTED_SUM, Fraction(17, 2)), (Basis.WEIGHTED_SHARE, 68)],
)
def test_what_an_overall_threshold_is_compared_with(basis, figure):
    scores = {"E": Fraction(4), "I": Fraction(3)}

    assert against_overall(rules(basis=basis), scores) == figure
    assert total(rules(), scores) == Fraction(17, 2)
    assert share(rules(), scores) == 68


def test_a_score_just_below_never_looks_as_if_it_passed():
    strict = Rules(criteria=(Criterion("E", "Excellence", threshold_halves=6),), envelope_cents=0)
    reviews = [{"E": 6}] * 999 + [{"E": 5}]

    (shortfall,) = evaluate(strict, reviews).shortfalls

    assert shortfall.missing == Fraction(1, 2000)
    assert str(shortfall) == "Excellence: the score of 2.99 is 0.01 below the threshold of 3.00."


@given(st.lists(st.sampled_from(Scale().choices), min_size=1), st.sampled_from(Combine))
def test_a_combined_score_lies_between_the_lowest_and_the_highest(halves, how):
    scores = combine(rules(combine=how), [{"E": each, "I": 0} for each in halves])

    assert min(halves) <= 2 * scores["E"] <= max(halves)
    assert type(scores["E"]) is Fraction
