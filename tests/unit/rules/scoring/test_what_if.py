"""What another rule or one reviewer less would change is what ranking anew comes to."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from grants.rules.scoring import Criterion, ListRule, Outcome, Rules, rank
from grants.rules.scoring.analysis.what_if import (
    ReviewedEntry,
    changed_rules,
    what_if,
    without_each_reviewer,
)

RULES = Rules(
    criteria=(Criterion("a", "A"), Criterion("b", "B", Fraction(3, 2), 4)),
    envelope_cents=1_000,
    overall_threshold=Fraction(4),
    tie_rules=("b",),
)


@st.composite
def reviewed(draw):
    """Return proposals, each with reviews by some of four reviewers."""
    made = []
    for number in range(draw(st.integers(1, 8))):
        who = draw(st.sets(st.sampled_from("WXYZ"), min_size=1))
        reviews = {
            it: {"a": draw(st.integers(0, 10)), "b": draw(st.integers(0, 10))} for it in sorted(who)
        }
        made.append(
            ReviewedEntry(
                reference=f"P{number}", reviews=reviews, requested_cents=draw(st.integers(1, 600))
            )
        )
    return made


def main(ranking):
    return {it.reference for it in ranking.listed(Outcome.MAIN)}


@given(reviewed(), st.integers(0, 2_000), st.sampled_from(ListRule))
def test_another_rule_changes_what_ranking_anew_changes(entries, envelope, list_rule):
    plain = [it.entry() for it in entries]
    changed = changed_rules(
        RULES, envelope_cents=envelope, list_rule=list_rule, overall_threshold=Fraction(6)
    )

    found = what_if(RULES, changed, plain)

    before, after = rank(RULES, plain), rank(changed, plain)
    open_now = {it.reference for it in after.listed(Outcome.UNDECIDED)}
    assert set(found.entering) == main(after) - main(before)
    assert set(found.leaving) == main(before) - main(after) - open_now
    assert set(found.undecided) == open_now
    assert found.committed_cents == after.committed_cents
    assert found.remaining_cents == after.remaining_cents


@settings(max_examples=50)
@given(reviewed())
def test_one_reviewer_less_is_ranking_without_their_reviews(entries):
    before = rank(RULES, [it.entry() for it in entries])

    found = without_each_reviewer(RULES, entries)

    assert set(found) == {who for it in entries for who in it.reviews}
    for who, changes in found.items():
        less = [it.entry(but=who if len(it.reviews) > 1 else None) for it in entries]
        after = rank(RULES, less)
        assert set(changes.entering) == main(after) - main(before)


def test_more_money_takes_in_the_next():
    rules = replace(RULES, overall_threshold=None)
    full = [
        ReviewedEntry(reference=name, reviews={"W": {"a": n, "b": n}}, requested_cents=600)
        for name, n in (("P1", 9), ("P2", 8))
    ]
    more = changed_rules(
        rules, envelope_cents=1_200, list_rule=rules.list_rule, overall_threshold=None
    )

    found = what_if(rules, more, [it.entry() for it in full])

    assert (found.entering, found.leaving, found.remaining_cents) == (("P2",), (), 0)
