"""Ties that facts separate: smaller requests, new countries, new topics."""

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules.scoring import (
    Criterion,
    Entry,
    InvalidRules,
    ListRule,
    Outcome,
    Rules,
    canonical_json,
    inputs_digest,
    rank,
    to_dict,
)
from tests.unit.rules.scoring.strategies import contests, held

FACTS = ("fact:request", "fact:new_country", "fact:new_topic")


def rules(*ties, envelope=100, list_rule=ListRule.STRICT_STOP):
    criteria = (Criterion("E", "E"), Criterion("I", "I", Fraction(0)))
    return Rules(criteria=criteria, envelope_cents=envelope, tie_rules=ties, list_rule=list_rule)


def entry(reference, score, country="", topic="", cents=10, impact=4):
    review = {"E": score, "I": impact}
    return Entry(
        reference=reference, reviews=(review,), requested_cents=cents, country=country, topic=topic
    )


def order(ranking):
    return [(it.reference, it.rank) for it in ranking.places]


@st.composite
def fact_contests(draw):
    found, entries = draw(contests())
    ties = draw(st.permutations([*found.tie_rules, *FACTS]))
    countries = st.sampled_from(["", "ES", "DE", "PL"])
    return replace(found, tie_rules=tuple(ties[: draw(st.integers(1, 5))])), [
        replace(it, country=draw(countries), topic=draw(countries)) for it in entries
    ]


def test_the_smaller_request_ranks_higher():
    ranking = rank(rules("fact:request"), [entry("A", 8, cents=20), entry("B", 8, cents=10)])

    assert order(ranking) == [("B", 1), ("A", 2)]
    assert [it.separated_by for it in ranking.places] == ["fact:request"] * 2


def test_a_country_that_nobody_above_brings_ranks_higher():
    entries = [entry("A", 9, "ES"), entry("B", 8, "ES"), entry("C", 8, "DE"), entry("D", 7, "ES")]
    ranking = rank(rules("fact:new_country"), entries)

    assert order(ranking) == [("A", 1), ("C", 2), ("B", 3), ("D", 4)]
    assert [it.separated_by for it in ranking.places] == ["", *["fact:new_country"] * 2, ""]


def test_who_is_above_and_gets_nothing_brings_no_country():
    entries = [
        entry("A", 10, "PL", cents=60),
        entry("B", 9, "ES", cents=60),
        entry("C", 8, "ES", cents=20),
        entry("D", 8, "PL", cents=20),
    ]
    ranking = rank(rules("fact:new_country", list_rule=ListRule.SKIP_FILL), entries)

    assert order(ranking) == [("A", 1), ("B", 2), ("C", 3), ("D", 4)]


def test_what_is_not_stated_is_never_new():
    ranking = rank(rules("fact:new_topic"), [entry("A", 8), entry("B", 8, topic="water")])

    assert order(ranking) == [("B", 1), ("A", 2)]


def test_rules_count_in_the_order_in_which_they_stand():
    entries = [
        entry("A", 8, "ES", cents=10, impact=4),
        entry("B", 8, "ES", cents=5, impact=6),
        entry("C", 8, "ES", cents=5, impact=8),
    ]

    assert [it[0] for it in order(rank(rules("fact:request", "I"), entries))] == ["C", "B", "A"]
    first = [replace(it, requested_cents=10 + n) for n, it in enumerate(entries)]
    assert [it[0] for it in order(rank(rules("I", "fact:request"), first))] == ["C", "B", "A"]


def test_what_hangs_on_an_open_tie_stays_tied_until_it_is_drawn():
    entries = [
        entry("A", 9, "ES", cents=60),
        entry("B", 9, "DE", cents=60),
        entry("C", 8, "ES", cents=20),
        entry("D", 8, "DE", cents=20),
    ]
    asked = rules("fact:new_country", list_rule=ListRule.SKIP_FILL)
    open_ranking = rank(asked, entries, [held(("D", "C"))])

    assert order(open_ranking) == [("A", 1), ("B", 1), ("C", 3), ("D", 3)]
    assert [it.decides_money for it in open_ranking.open_ties] == [True, False]
    assert open_ranking.needs_draw
    assert [it.order for it in open_ranking.unused_draws] == [("D", "C")]
    drawn = rank(asked, entries, [held(("B", "A"))])
    assert order(drawn) == [("B", 1), ("A", 2), ("C", 3), ("D", 4)]
    assert not drawn.needs_draw


@given(fact_contests(), st.randoms())
def test_the_order_of_inputs_means_nothing(contest, chance):
    asked, entries = contest
    mixed = list(entries)
    chance.shuffle(mixed)

    assert canonical_json(rank(asked, entries)) == canonical_json(rank(asked, mixed))


@given(fact_contests())
def test_awards_stay_within_the_envelope_and_below_a_threshold_nobody_is_listed(contest):
    asked, entries = contest
    ranking = rank(asked, entries)

    offered = sum(it.offered_cents or 0 for it in ranking.places)
    assert offered == ranking.committed_cents <= asked.envelope_cents
    below = {it.reference for it in ranking.listed(Outcome.BELOW_THRESHOLD)}
    assert below == {it.reference for it in ranking.places if it.shortfalls}
    assert [it.total for it in ranking.places if it.rank] == sorted(
        (it.total for it in ranking.places if it.rank), reverse=True
    )


@given(fact_contests())
def test_drawing_from_the_top_settles_everything(contest):
    asked, entries = contest
    draws = []
    for _ in range(len(entries) + 1):
        ranking = rank(asked, entries, draws)
        deciding = [it for it in ranking.open_ties if it.decides_money]
        if not deciding:
            break
        draws.append(held(tuple(sorted(deciding[0].references))))

    assert not ranking.needs_draw
    assert not ranking.listed(Outcome.UNDECIDED)


@given(contests(), st.sampled_from(["", "ES"]))
def test_without_facts_among_the_rules_nothing_changes(contest, country):
    asked, entries = contest
    stated = [replace(it, country=country, topic=country) for it in entries]

    assert canonical_json(rank(asked, entries)) == canonical_json(rank(asked, stated))
    assert "separated_by" not in str(to_dict(rank(asked, stated)))


def test_facts_are_inputs_only_where_a_rule_uses_them():
    spain, germany = [entry("A", 8, "ES", "water")], [entry("A", 8, "DE", "water")]

    for ties, same in (((), True), (("fact:new_topic",), True), (("fact:new_country",), False)):
        asked = rules(*ties)
        digests = {inputs_digest(asked, each, ()) for each in (spain, germany)}
        assert (len(digests) == 1) is same


@pytest.mark.parametrize("wrong", ["fact:age", "fact:"])
def test_an_unknown_fact_is_no_rule(wrong):
    with pytest.raises(InvalidRules, match="There is no tie rule"):
        rules(wrong)
    with pytest.raises(InvalidRules):
        Criterion("fact:request", "Request")


def test_every_order_of_the_same_four_gives_one_ranking():
    entries = [
        entry(name, 8, country, cents=30)
        for name, country in zip("ABCD", ["ES", "ES", "DE", ""], strict=True)
    ]
    asked = rules("fact:new_country", "fact:request")

    assert len({canonical_json(rank(asked, each)) for each in permutations(entries)}) == 1
