"""Who goes on to the next stage: no order matters, no tie is cut, nobody below a threshold goes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules.scoring import Contender, EntryKind, EntryRule, InvalidRules, entering

ENVELOPE = 10_000_000


@st.composite
def fields(draw):
    """Return contenders with many ties, in some order."""
    count = draw(st.integers(0, 12))
    made = [
        Contender(
            reference=f"P{number:02}",
            total=Fraction(draw(st.integers(0, 8)), draw(st.sampled_from((1, 2, 3)))),
            passed=draw(st.booleans()),
            requested_cents=draw(st.integers(1, 4_000_000)),
        )
        for number in range(count)
    ]
    return draw(st.permutations(made))


rules = st.one_of(
    st.just(EntryRule()),
    st.builds(EntryRule, st.just(EntryKind.BEST), st.integers(1, 12)),
    st.builds(EntryRule, st.just(EntryKind.BUDGET), st.integers(1, 300)),
)


@given(rules, fields(), st.randoms())
def test_the_order_in_which_they_come_means_nothing(rule, contenders, random):
    shuffled = list(contenders)
    random.shuffle(shuffled)

    assert entering(rule, shuffled, ENVELOPE) == entering(rule, contenders, ENVELOPE)


@given(rules, fields())
def test_nobody_goes_on_past_somebody_better_or_level(rule, contenders):
    chosen = entering(rule, contenders, ENVELOPE)
    went = [it for it in contenders if it.reference in chosen]
    stayed = [it for it in contenders if it.passed and it.reference not in chosen]

    assert all(it.passed for it in went)
    assert all(one.total > other.total for one in went for other in stayed)


@given(st.integers(1, 12), fields())
def test_the_best_are_at_least_as_many_as_said_where_there_are_so_many(most, contenders):
    rule = EntryRule(EntryKind.BEST, most)
    chosen = entering(rule, contenders, ENVELOPE)
    passed = sorted((it.total for it in contenders if it.passed), reverse=True)

    assert len(chosen) >= min(most, len(passed))
    if len(chosen) > most:
        last = passed[most - 1]
        assert passed[: len(chosen)].count(last) > 1
        assert passed[len(chosen) - 1] == last


@given(st.integers(1, 300), fields())
def test_the_budget_is_reached_by_the_last_that_are_let_in(percent, contenders):
    rule = EntryRule(EntryKind.BUDGET, percent)
    chosen = entering(rule, contenders, ENVELOPE)
    went = [it for it in contenders if it.reference in chosen]
    if went:
        lowest = min(it.total for it in went)
        before = sum(it.requested_cents for it in went if it.total > lowest)
        assert 100 * before < percent * ENVELOPE


def test_a_rule_is_kept_and_read_again():
    for rule in (EntryRule(), EntryRule(EntryKind.BEST, 3), EntryRule(EntryKind.BUDGET, 150)):
        assert EntryRule.from_dict(rule.to_dict()) == rule


@pytest.mark.parametrize(
    ("kind", "most"),
    [(EntryKind.BEST, None), (EntryKind.BUDGET, 0), (EntryKind.ALL_PASSED, 3)],
)
def test_a_rule_that_contradicts_itself_is_refused(kind, most):
    with pytest.raises(InvalidRules):
        EntryRule(kind, most)
