"""Reviews that disagree: by points, or on both sides of a threshold, exactly."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules import canonical
from grants.rules.scoring import (
    OVERALL,
    Criterion,
    DivergenceRule,
    InvalidRules,
    Rules,
    disagreements,
)

PLAIN = Rules(
    criteria=(
        Criterion("E", "Excellence", threshold_halves=6),
        Criterion("I", "Impact", Fraction(3, 2)),
    ),
    envelope_cents=10,
    overall_threshold=Fraction(6),
)
HALVES = st.fixed_dictionaries({"E": st.integers(0, 10), "I": st.integers(0, 10)})


def under(**rule):
    return replace(PLAIN, divergence=DivergenceRule(**rule))


def found(rules, *reviews):
    scored = [dict(zip("EI", each, strict=True)) for each in reviews]
    return [(it.code, it.spread, it.limit, it.both_sides) for it in disagreements(rules, scored)]


def test_rules_without_it_keep_their_bytes():
    """The hash of these rules as it was before there was a rule of divergence."""
    assert "divergence" not in PLAIN.to_dict()
    assert canonical.digest(PLAIN.to_dict()) == (
        "6ff9fc7617d86731e2f3ea4221eae0939a062d34546b7ae11f82bdec202c4a40"
    )


@pytest.mark.parametrize(
    "rule",
    [
        DivergenceRule(total=Fraction(5, 2)),
        DivergenceRule(criterion=Fraction(3, 2), both_sides=True),
        DivergenceRule(total=Fraction(0), criterion=Fraction(0)),
    ],
)
def test_rules_with_it_are_read_as_they_were_written(rule):
    rules = replace(PLAIN, divergence=rule)

    assert Rules.from_dict(rules.to_dict()) == rules


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"both_sides": False},
        {"total": -1},
        {"total": 1.5},
        {"both_sides": "yes"},
        {"median": 1},
        {"criterion": "5"},
        {"total": "12.5"},
        [],
    ],
)
def test_a_rule_that_says_nothing_or_too_much_is_refused(wrong):
    with pytest.raises(InvalidRules):
        Rules.from_dict(PLAIN.to_dict() | {"divergence": wrong})


def test_one_point_and_a_half_apart_is_not_more_than_that():
    rules = under(criterion=Fraction(3, 2))

    assert found(rules, (6, 6), (9, 9)) == []
    assert found(rules, (6, 6), (9, 10)) == [("I", 2, Fraction(3, 2), False)]


def test_totals_are_weighted():
    rules = under(total=Fraction(3))

    assert found(rules, (6, 6), (8, 9)) == [(OVERALL, Fraction(13, 4), 3, False)]
    assert found(rules, (6, 6), (9, 8)) == []


def test_both_sides_of_a_threshold():
    rules = under(both_sides=True)

    assert found(rules, (6, 6), (6, 10)) == []
    assert [each[0] for each in found(rules, (5, 10), (6, 10))] == ["E"]
    assert [each[0] for each in found(rules, (6, 5), (6, 6))] == [OVERALL]


@given(st.lists(HALVES, min_size=1, max_size=5), st.randoms())
def test_neither_the_order_of_reviews_nor_of_criteria_counts(reviews, chance):
    rules = under(total=Fraction(2), criterion=Fraction(1), both_sides=True)
    shuffled = chance.sample(reviews, len(reviews))

    other = replace(rules, criteria=rules.criteria[::-1])
    assert disagreements(rules, reviews) == disagreements(other, shuffled)


@given(st.lists(HALVES, max_size=4), HALVES)
def test_equal_reviews_agree_and_one_more_never_makes_two_agree(reviews, more):
    rules = under(total=Fraction(2), criterion=Fraction(1), both_sides=True)

    before = {(it.code, it.both_sides) for it in disagreements(rules, reviews)}
    after = {(it.code, it.both_sides) for it in disagreements(rules, [*reviews, more])}

    assert disagreements(rules, [more, more]) == ()
    assert before <= after
