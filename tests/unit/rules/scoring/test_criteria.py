"""Criteria with a scale of their own, bonus points, sections, and what could not be assessed."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules.scoring import (
    Basis,
    Combine,
    Criterion,
    DivergenceRule,
    Entry,
    InvalidEntry,
    InvalidRules,
    NotAScore,
    NotAssessed,
    Rules,
    Scale,
    SectionThreshold,
    against_overall,
    combine,
    digest,
    disagreements,
    each_alone,
    evaluate,
    rank,
    share,
    total,
)

DIGEST = "dc69ea1b53d4856eebdbd745e34c29368663ad6f5c033987aaf10aa5741c19e6"
PERCENT, YES_NO, ONE_TO_FIVE = Scale(0, 200, 2), Scale(0, 2, 2), Scale(2, 10, 2)


def rules(*criteria, **given):
    return Rules(criteria=criteria, envelope_cents=0, **given)


def test_each_criterion_has_its_own_scale():
    them = rules(
        Criterion("A", "Quality", scale=PERCENT),
        Criterion("B", "Ready", scale=YES_NO),
        Criterion("C", "Team"),
    )

    assert them.maximum == them.maximum_total == 106
    assert evaluate(them, [{"A": 146, "B": 2, "C": 7}]).total == Fraction(155, 2)
    with pytest.raises(NotAScore):
        evaluate(them, [{"A": 146, "B": 1, "C": 7}])
    with pytest.raises(NotAScore):
        evaluate(them, [{"A": 146, "B": 2, "C": 12}])


def test_thirds_on_a_scale_of_a_hundred_are_exact():
    third = Fraction(1, 3)
    them = rules(
        *(Criterion(code, code, third, scale=PERCENT) for code in "ABC"),
        basis=Basis.WEIGHTED_SHARE,
        overall_threshold=Fraction(200, 3),
    )

    at = evaluate(them, [{"A": 134, "B": 134, "C": 132}])
    below = evaluate(them, [{"A": 134, "B": 132, "C": 132}])

    assert (at.total, at.passed) == (Fraction(200, 3), True)
    assert (below.total, below.passed) == (Fraction(199, 3), False)


def test_every_vector_around_the_threshold_against_whole_numbers():
    """Weights 40/15/15/10/20 and 70 per cent of 5, each vector of half points near 3.5."""
    weights = dict(zip("ABCDE", (40, 15, 15, 10, 20), strict=True))
    them = rules(
        *(Criterion(code, code, Fraction(weight)) for code, weight in weights.items()),
        basis=Basis.WEIGHTED_SHARE,
        overall_threshold=Fraction(70),
    )

    for halves in product(range(11), repeat=5):
        figure = sum(it * given for it, given in zip(weights.values(), halves, strict=True))
        # Every vector near the threshold, and one in each hundred of the others.
        if abs(figure - 700) > 10 and sum(halves) * 31 % 100:
            continue
        review = dict(zip("ABCDE", halves, strict=True))
        assert evaluate(them, [review]).passed == (figure >= 700), halves


def test_a_bonus_counts_in_the_ranking_and_towards_no_threshold():
    them = rules(
        Criterion("A", "Quality"),
        Criterion("B", "Bonus", scale=Scale(0, 4, 2), bonus=True),
        overall_threshold=Fraction(4),
        basis=Basis.WEIGHTED_SUM,
    )
    with_bonus = evaluate(them, [{"A": 7, "B": 4}])

    assert (with_bonus.total, with_bonus.passed) == (Fraction(11, 2), False)
    assert against_overall(them, dict(with_bonus.scores)) == Fraction(7, 2)
    assert share(them, dict(with_bonus.scores)) == 70
    assert (them.maximum, them.maximum_total) == (5, 7)
    assert against_overall(
        replace(them, basis=Basis.UNWEIGHTED_SUM), dict(with_bonus.scores)
    ) == Fraction(7, 2)


@pytest.mark.parametrize(
    ("means", "how", "score"),
    [
        (NotAssessed.LEFT_OUT, Combine.MEAN, Fraction(4)),
        (NotAssessed.LOWEST, Combine.MEAN, Fraction(3)),
        (NotAssessed.LEFT_OUT, Combine.MEDIAN, Fraction(4)),
        (NotAssessed.LOWEST, Combine.MEDIAN, Fraction(3)),
    ],
)
def test_what_it_means_that_somebody_could_not_assess(means, how, score):
    them = rules(
        Criterion("A", "Quality", scale=ONE_TO_FIVE, not_assessed=means),
        Criterion("B", "Team"),
        combine=how,
    )
    reviews = [{"A": 10, "B": 4}, {"A": 6, "B": 4}, {"B": 4}]

    assert combine(them, reviews)["A"] == score


def test_what_nobody_assessed_counts_as_the_lowest_score():
    them = rules(Criterion("A", "Quality", scale=ONE_TO_FIVE, not_assessed=NotAssessed.LEFT_OUT))

    assert combine(them, [{}, {}]) == {"A": 1}


def test_where_it_is_not_allowed_every_review_scores():
    with pytest.raises(InvalidEntry, match="no score for A"):
        combine(rules(Criterion("A", "Quality")), [{}])


def test_reviews_are_compared_on_what_both_assessed():
    them = rules(
        Criterion("A", "Quality", not_assessed=NotAssessed.LEFT_OUT),
        Criterion("B", "Team"),
        divergence=DivergenceRule(total=Fraction(2)),
    )
    reviews = [{"A": 10, "B": 6}, {"B": 6}]

    assert [total(them, it) for it in each_alone(them, reviews)] == [8, 8]
    assert disagreements(them, reviews) == ()


def test_a_section_needs_points_together():
    them = rules(
        Criterion("A", "Need", Fraction(2), section="Relevance"),
        Criterion("B", "Fit", section="Relevance"),
        Criterion("C", "Team"),
        sections=(SectionThreshold("Relevance", Fraction(9)),),
    )

    assert evaluate(them, [{"A": 6, "B": 6, "C": 0}]).passed
    missed = evaluate(them, [{"A": 6, "B": 5, "C": 10}]).shortfalls
    assert [(it.code, it.missing) for it in missed] == [("section:Relevance", Fraction(1, 2))]
    assert str(missed[0]) == (
        "Section Relevance: the score of 8.50 is 0.50 below the threshold of 9.00."
    )


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: Criterion("A", "Extra", bonus=True, threshold_halves=3), "no threshold"),
        (lambda: Criterion("section:x", "Name"), "a code of its own"),
        (lambda: Criterion("A", "Name", comment_below_halves=-1), "whole numbers"),
        (lambda: rules(Criterion("A", "Extra", bonus=True)), "needs a weight"),
        (
            lambda: rules(Criterion("A", "N"), sections=(SectionThreshold("x", Fraction(1)),)),
            "in section x",
        ),
        (
            lambda: rules(
                Criterion("A", "N", section="x"), sections=(SectionThreshold("x", Fraction(6)),)
            ),
            "never be reached",
        ),
        (
            lambda: rules(
                Criterion("A", "N", section="x"),
                sections=(SectionThreshold("x", Fraction(1)), SectionThreshold("x", Fraction(2))),
            ),
            "two thresholds",
        ),
        (
            lambda: rules(Criterion("A", "N", threshold_halves=8, scale=Scale(0, 6, 2))),
            "not on the scale",
        ),
        (lambda: Scale(0, 202, 2), "100 points"),
    ],
)
def test_contradictions_are_refused(made, words):
    with pytest.raises(InvalidRules, match=words):
        made()


@pytest.mark.parametrize(
    ("below", "halves", "comment", "left", "missing"),
    [
        (None, 8, "", False, True),
        (None, 8, "Good.", False, False),
        (6, 6, "", False, False),
        (6, 5, "", False, True),
        (0, 0, "", False, False),
        (0, None, "Not my field.", True, False),
        (0, None, "", True, True),
        (0, None, "", False, True),
    ],
)
def test_which_scores_need_a_comment(below, halves, comment, left, missing):
    criterion = Criterion("A", "Quality", comment_below_halves=below)

    assert criterion.is_missing(halves, comment, not_assessed=left) is missing


def test_what_is_not_said_leaves_no_trace():
    plain = Criterion("A", "Quality").to_dict()

    assert plain == {"code": "A", "name": "Quality", "weight": "1", "threshold_halves": None}
    assert "sections" not in rules(Criterion("A", "Quality")).to_dict()
    # The hash of a ranking that was kept before there was any of this.
    kept = rank(
        rules(Criterion("A", "Quality")),
        [Entry(reference="P", reviews=({"A": 7},), requested_cents=1)],
    )
    assert digest(kept) == DIGEST


def test_all_of_it_is_read_again():
    whole = rules(
        Criterion(
            "A",
            "Quality",
            Fraction(1, 3),
            scale=PERCENT,
            not_assessed=NotAssessed.LOWEST,
            comment_below_halves=100,
            section="One",
        ),
        Criterion("B", "Bonus", bonus=True),
        sections=(SectionThreshold("One", Fraction(20)),),
    )

    assert Rules.from_dict(whole.to_dict()) == whole


@given(st.data())
def test_more_points_never_make_a_total_smaller(data):
    scale = data.draw(st.sampled_from([PERCENT, YES_NO, ONE_TO_FIVE, Scale()]))
    means = data.draw(st.none() | st.sampled_from(NotAssessed))
    them = rules(Criterion("A", "Quality", scale=scale, not_assessed=means), Criterion("B", "Team"))
    given_halves = data.draw(st.lists(st.sampled_from(scale.choices), min_size=1, max_size=4))
    which = data.draw(st.integers(0, len(given_halves) - 1))
    more = [*given_halves]
    more[which] = max(scale.choices)

    def result(halves):
        return evaluate(them, [{"A": it, "B": 4} for it in halves]).total

    assert result(more) >= result(given_halves)
