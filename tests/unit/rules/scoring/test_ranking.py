"""Ranking: reading it, refusing what cannot be ranked, and ties too large to follow exactly."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from grants.rules.scoring import (
    Criterion,
    Entry,
    InvalidDraw,
    InvalidEntry,
    ListRule,
    NotAScore,
    Outcome,
    Rules,
    agreement,
    canonical_json,
    rank,
    to_dict,
)
from grants.rules.scoring.allocation import MOST_FIGURES
from tests.unit.rules.scoring.strategies import held


@pytest.fixture
def rules():
    return Rules(criteria=(Criterion("E", "Excellence", threshold_halves=6),), envelope_cents=10)


def entry(reference, halves, request):
    return Entry(reference=reference, reviews=({"E": halves},), requested_cents=request)


def outcomes(ranking):
    return " ".join(place.outcome.value for place in ranking.places)


def test_nothing_to_rank(rules):
    ranking = rank(rules, [])

    assert (ranking.places, ranking.budget_line, ranking.committed_cents) == ((), None, 0)


def test_all_below_the_threshold(rules):
    ranking = rank(rules, [entry("A", 5, 1), entry("B", 4, 1)])

    assert outcomes(ranking) == "BELOW_THRESHOLD BELOW_THRESHOLD"
    assert (ranking.budget_line, ranking.remaining_cents) == (None, 10)


def test_money_for_all_leaves_no_budget_line_and_no_need_to_draw(rules):
    ranking = rank(rules, [entry("B", 8, 5), entry("A", 8, 5)])

    assert [(place.reference, place.rank) for place in ranking.places] == [("A", 1), ("B", 1)]
    assert [tie.decides_money for tie in ranking.open_ties] == [False]
    assert (ranking.budget_line, ranking.needs_draw) == (None, False)


def test_a_reduced_offer_ends_the_list(rules):
    reduced = replace(rules, list_rule=ListRule.OFFER_REDUCED, minimum_grant_cents=3)

    ranking = rank(reduced, [entry("A", 10, 7), entry("B", 9, 8), entry("C", 8, 1)])

    assert [place.offered_cents for place in ranking.places] == [7, 3, 0]
    assert (outcomes(ranking), ranking.budget_line) == ("MAIN MAIN RESERVE", 2)


def test_nothing_below_the_smallest_grant_is_offered(rules):
    reduced = replace(rules, list_rule=ListRule.OFFER_REDUCED, minimum_grant_cents=4)

    ranking = rank(reduced, [entry("A", 10, 7), entry("B", 9, 8), entry("C", 8, 1)])

    assert outcomes(ranking) == "MAIN RESERVE RESERVE"


def test_later_places_depend_on_an_earlier_draw(rules):
    skip = replace(rules, list_rule=ListRule.SKIP_FILL)
    entries = [entry("A", 10, 7), entry("B", 10, 9), entry("C", 8, 3), entry("D", 7, 1)]

    ranking = rank(skip, entries)

    # A first leaves 3 for C and nothing for D; B first leaves 1 for D.
    assert outcomes(ranking) == "UNDECIDED UNDECIDED UNDECIDED UNDECIDED"
    assert [tie.references for tie in ranking.open_ties if tie.decides_money] == [("A", "B")]


def test_a_tie_in_which_the_order_changes_nothing_is_decided(rules):
    skip = replace(rules, list_rule=ListRule.SKIP_FILL)

    ranking = rank(skip, [entry("A", 8, 11), entry("B", 8, 9)])

    assert outcomes(ranking) == "RESERVE MAIN"
    assert (ranking.needs_draw, ranking.budget_line) == (False, 0)


def test_a_later_tie_that_only_an_earlier_one_moves_does_not_itself_decide(rules):
    skip = replace(rules, list_rule=ListRule.SKIP_FILL)
    entries = [entry("A", 10, 6), entry("B", 10, 9), entry("C", 8, 2), entry("D", 8, 2)]

    ranking = rank(skip, entries)

    assert outcomes(ranking) == "UNDECIDED UNDECIDED UNDECIDED UNDECIDED"
    assert [tie.decides_money for tie in ranking.open_ties] == [True, False]


def test_one_that_fits_beside_any_of_the_others_is_no_part_of_the_draw(rules):
    skip = replace(rules, list_rule=ListRule.SKIP_FILL)
    entries = [entry("A", 8, 4), entry("B", 8, 6), entry("C", 8, 6), entry("D", 7, 3)]

    ranking = rank(skip, entries)

    # Every order spends all 10: A's 4 and the 6 of whoever of B and C comes first.
    assert outcomes(ranking) == "MAIN UNDECIDED UNDECIDED RESERVE"


def many(count, *, halves=10, first=0):
    """Tied proposals whose requests, powers of two, have a different sum for each choice."""
    return [entry(f"{halves:02d}-{n:02d}", halves, 2 ** (n + first)) for n in range(count)]


def test_a_tie_with_too_many_sums_is_followed_by_its_least_and_most(rules):
    envelope = 2**30
    skip = replace(rules, list_rule=ListRule.SKIP_FILL, envelope_cents=envelope)
    tied = [*many(30), entry("10-30", 10, envelope), entry("10-31", 10, envelope + 1)]
    later = [
        entry("Too large for certain", 9, envelope + 1),
        entry("Perhaps", 8, 5),
        *many(2, halves=7),
    ]

    ranking = rank(skip, [*tied, *later])

    assert MOST_FIGURES < 2**30
    assert ranking.place("10-00").outcome is Outcome.UNDECIDED
    assert ranking.place("10-31").outcome is Outcome.RESERVE
    assert ranking.place("Too large for certain").outcome is Outcome.RESERVE
    assert ranking.place("Perhaps").outcome is Outcome.UNDECIDED
    assert ranking.place("07-00").outcome is Outcome.UNDECIDED
    assert ranking.needs_draw


def test_one_that_never_fits_is_no_part_of_the_draw(rules):
    skip = replace(rules, list_rule=ListRule.SKIP_FILL)

    ranking = rank(skip, [entry("A", 8, 11), entry("B", 8, 9), entry("C", 8, 2)])

    assert outcomes(ranking) == "RESERVE UNDECIDED UNDECIDED"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            [entry("A", 8, 1), entry("A", 7, 1)],
            "Proposal A is there twice.",
        ),
        ([Entry(reference="A", reviews=(), requested_cents=1)], "There is no review."),
        (
            [Entry(reference="A", reviews=({},), requested_cents=1)],
            "A review has no score for E.",
        ),
        (
            [Entry(reference="A", reviews=({"E": 1, "X": 2},), requested_cents=1)],
            "There is no criterion X.",
        ),
    ],
)
def test_what_cannot_be_judged_is_refused(rules, wrong, sentence):
    with pytest.raises(InvalidEntry) as refused:
        rank(rules, wrong)

    assert str(refused.value) == sentence


@pytest.mark.parametrize("halves", [11, -1, 7.0, True, "7"])
def test_a_score_off_the_scale_is_refused(rules, halves):
    with pytest.raises(NotAScore):
        rank(rules, [entry("A", halves, 1)])


@pytest.mark.parametrize(
    ("reference", "request_cents"), [(" ", 1), ("A", 0), ("A", -1), ("A", 1.0), ("A", True)]
)
def test_an_entry_needs_a_reference_and_a_request(reference, request_cents):
    with pytest.raises(InvalidEntry):
        entry(reference, 8, request_cents)


@pytest.mark.parametrize(
    "wrong",
    [
        {"order": ("A",)},
        {"order": ("A", "B", "A")},
        {"at": datetime(2020, 6, 1, 9)},
        {"by": " "},
        {"reason": ""},
    ],
)
def test_a_draw_needs_its_record(wrong):
    with pytest.raises(InvalidDraw):
        replace(held("AB"), **wrong)


def test_two_draws_for_one_tie_are_refused(rules):
    with pytest.raises(InvalidDraw, match="Two draws"):
        rank(rules, [entry("A", 8, 1), entry("B", 8, 1)], [held("AB"), held("BA")])


def test_a_ranking_is_written_down_exactly(rules):
    moved = replace(held("BA"), at=datetime(2020, 6, 1, 11, tzinfo=timezone(timedelta(hours=2))))
    entries = [entry("A", 7, 6), entry("B", 7, 6), entry("Łódź", 5, 1), entry("D", 6, 1)]

    written = to_dict(rank(rules, entries, [moved]))

    assert [place["reference"] for place in written["places"]] == ["B", "A", "D", "Łódź"]
    assert written["places"][0]["scores"] == {"E": "7/2"}
    assert written["places"][3]["failed"] == [
        {"code": "E", "score": "5/2", "threshold": "3", "missing": "1/2"}
    ]
    assert written["draws"][0]["at"] == "2020-06-01T09:00:00+00:00"
    assert written["needs_draw"] is False
    assert json.loads(canonical_json(rank(rules, entries, [moved]))) == written
    assert "Łódź".encode() in canonical_json(rank(rules, entries, [moved]))


def test_an_open_tie_is_written_down(rules):
    written = to_dict(rank(rules, [entry("A", 7, 6), entry("B", 7, 6)]))

    assert written["open_ties"] == [{"number": 1, "references": ["A", "B"], "decides_money": True}]
    assert [place["offered_cents"] for place in written["places"]] == [None, None]


def test_any_change_of_an_input_changes_the_inputs_digest(rules):
    entries = [entry("A", 7, 6), entry("B", 7, 6)]

    digests = {
        rank(*inputs).inputs_digest
        for inputs in (
            (rules, entries),
            (replace(rules, envelope_cents=11), entries),
            (rules, [entry("A", 8, 6), entries[1]]),
            (rules, [entry("A", 7, 5), entries[1]]),
            (rules, entries, [held("AB")]),
        )
    }

    assert len(digests) == 5


def test_where_reviewers_differ():
    spreads = agreement([{"I": 4, "E": 7}, {"I": 9, "E": 7}, {"I": 6}])

    assert [(each.code, each.lowest, each.highest, each.halves) for each in spreads] == [
        ("E", 7, 7, 0),
        ("I", 4, 9, 5),
    ]
