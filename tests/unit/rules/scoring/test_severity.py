"""How strict reviewers are beside others on the same proposals."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from grants.rules.scoring import Criterion, Rules, severity

RULES = Rules(
    criteria=(Criterion("E", "Excellence"), Criterion("I", "Impact", Fraction(3, 2))),
    envelope_cents=10,
)
SCORES = st.fixed_dictionaries({"E": st.integers(0, 8), "I": st.integers(0, 8)})
REVIEWS = st.dictionaries(
    st.sampled_from("PQRS"), st.dictionaries(st.sampled_from("abcd"), SCORES, min_size=1)
)


def by_reviewer(reviews):
    return {each.reviewer: each for each in severity(RULES, reviews)}


def test_a_worked_example():
    """On P Anna is 2.5 points above Marc; on Q 1 below him; Wei reviews alone."""
    reviews = {
        "P": {"anna": {"E": 6, "I": 8}, "marc": {"E": 4, "I": 6}},
        "Q": {"anna": {"E": 4, "I": 4}, "marc": {"E": 6, "I": 4}},
        "R": {"wei": {"E": 10, "I": 10}},
    }

    found = by_reviewer(reviews)

    assert list(found) == ["anna", "marc"]
    assert (found["anna"].proposals, found["anna"].mean) == (2, Fraction(3, 4))
    assert (found["anna"].lowest, found["anna"].highest) == (-1, Fraction(5, 2))
    assert (found["marc"].mean, found["marc"].spread) == (-Fraction(3, 4), Fraction(7, 2))


@given(REVIEWS)
def test_all_deviations_together_are_nothing(reviews):
    assert sum((it.mean * it.proposals for it in severity(RULES, reviews)), Fraction(0)) == 0


@given(REVIEWS)
def test_one_who_is_a_point_more_generous_everywhere_is_found_so(reviews):
    more = {
        proposal: {
            who: {code: halves + 2 * (who == "a") for code, halves in review.items()}
            for who, review in of.items()
        }
        for proposal, of in reviews.items()
    }

    before, after = by_reviewer(reviews), by_reviewer(more)

    assert list(before) == list(after)
    if "a" in before:
        assert after["a"].mean - before["a"].mean == Fraction(5, 2)
        assert after["a"].spread == before["a"].spread


@given(REVIEWS)
def test_neither_the_order_of_proposals_nor_of_reviewers_counts(reviews):
    turned = {name: dict(reversed(of.items())) for name, of in reversed(reviews.items())}

    assert severity(RULES, turned) == severity(RULES, reviews)
