"""The worked cases of the field: a tie across the budget line, an exact threshold, SKIP_FILL."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from grants.rules.scoring import (
    Basis,
    Criterion,
    Draw,
    Entry,
    ListRule,
    OpenTie,
    Outcome,
    Rules,
    evaluate,
    rank,
    share,
    shown,
)

MILLION = 100_000_000
CODES = ("E", "I", "Im")
RULES = Rules(
    criteria=(
        Criterion("E", "Excellence", Fraction(1), 6),
        Criterion("I", "Impact", Fraction(3, 2), 6),
        Criterion("Im", "Implementation", Fraction(1), 6),
    ),
    overall_threshold=Fraction(10),
    tie_rules=("I", "E"),
    envelope_cents=12 * MILLION,
)
PROPOSALS = {
    "P1": ((9, 8, 8), 40),
    "P2": ((8, 9, 7), 50),
    "P3": ((10, 10, 5), 30),
    "P4": ((7, 6, 6), 20),
    "P5": ((8, 8, 10), 45),
    "P6": ((9, 8, 8), 15),
    "P7": ((6, 9, 9), 25),
    "P8": ((10, 8, 7), 30),
}


def entry(reference, halves, tenths):
    return Entry(
        reference=reference,
        reviews=(dict(zip(CODES, halves, strict=True)),),
        requested_cents=tenths * MILLION // 10,
    )


@pytest.fixture
def proposals():
    return [entry(reference, *rest) for reference, rest in PROPOSALS.items()]


def drawn(*order):
    return Draw(
        order=order,
        at=datetime(2020, 6, 1, 9, tzinfo=UTC),
        by="The chair",
        reason="Equal on every rule",
    )


def outcomes(ranking):
    return {place.reference: place.outcome.value for place in ranking.places}


def test_the_order_and_its_totals(proposals):
    ranking = rank(RULES, proposals)

    assert [(place.reference, place.rank, shown(place.total)) for place in ranking.places] == [
        ("P5", 1, "15.00"),
        ("P8", 2, "14.50"),
        ("P1", 3, "14.50"),
        ("P6", 3, "14.50"),
        ("P2", 5, "14.25"),
        ("P7", 6, "14.25"),
        ("P3", None, "15.00"),
        ("P4", None, "11.00"),
    ]


def test_what_falls_short_says_where_and_by_how_much(proposals):
    ranking = rank(RULES, proposals)

    assert ranking.place("P3").failed == ("Im",)
    assert ranking.place("P4").failed == ("overall",)
    assert [str(each) for place in ("P3", "P4") for each in ranking.place(place).shortfalls] == [
        "Implementation: the score of 2.50 is 0.50 below the threshold of 3.00.",
        "The overall score of 9.50 is 0.50 below the threshold of 10.00.",
    ]


def test_a_weighted_threshold_would_let_p4_pass(proposals):
    ranking = rank(replace(RULES, basis=Basis.WEIGHTED_SUM), proposals)

    assert ranking.place("P4").passed
    assert ranking.place("P4").total == 11


def test_the_tie_across_the_budget_line_is_left_to_a_draw(proposals):
    ranking = rank(RULES, proposals)

    assert ranking.needs_draw
    assert ranking.open_ties == (OpenTie(1, ("P1", "P6"), decides_money=True),)
    assert outcomes(ranking) == {
        "P5": "MAIN",
        "P8": "MAIN",
        "P1": "UNDECIDED",
        "P6": "UNDECIDED",
        "P2": "RESERVE",
        "P7": "RESERVE",
        "P3": "BELOW_THRESHOLD",
        "P4": "BELOW_THRESHOLD",
    }
    assert (ranking.budget_line, ranking.committed_cents) == (2, 75 * MILLION // 10)


@pytest.mark.parametrize(
    ("order", "funded", "committed"),
    [
        (("P1", "P6"), ["P5", "P8", "P1"], 115),
        (("P6", "P1"), ["P5", "P8", "P6"], 90),
    ],
)
def test_a_draw_decides_who_is_funded(proposals, order, funded, committed):
    ranking = rank(RULES, proposals, [drawn(*order)])

    assert [place.reference for place in ranking.listed(Outcome.MAIN)] == funded
    assert ranking.committed_cents == committed * MILLION // 10
    assert ranking.remaining_cents == (120 - committed) * MILLION // 10
    assert [place.rank for place in ranking.places[:6]] == [1, 2, 3, 4, 5, 6]
    assert [ranking.place(each).tie_group for each in ("P8", *order)] == [None, 1, 1]
    assert (ranking.budget_line, ranking.open_ties, ranking.needs_draw) == (3, (), False)


@pytest.mark.parametrize(
    "points", ["3.5 3 3 3 4.5", "2.5 3.5 4.5 4 4.5", "2.5 4.5 3.5 4 4.5", "2 5 5 3 4.5"]
)
def test_exactly_on_the_threshold_passes(points):
    weights = (40, 15, 15, 10, 20)
    rules = Rules(
        criteria=tuple(
            Criterion(f"c{number}", f"Criterion {number}", Fraction(weight))
            for number, weight in enumerate(weights)
        ),
        overall_threshold=Fraction(70),
        basis=Basis.WEIGHTED_SHARE,
        envelope_cents=0,
    )
    review = {f"c{at}": rules.scale.parse(each) for at, each in enumerate(points.split())}

    result = evaluate(rules, [review])

    assert share(rules, dict(result.scores)) == 70
    assert result.passed


def test_all_1064_score_vectors_on_the_threshold_pass():
    """Floats put 64 of them below it."""
    weights = (40, 15, 15, 10, 20)
    rules = Rules(
        criteria=tuple(Criterion(f"c{at}", "", Fraction(w)) for at, w in enumerate(weights)),
        overall_threshold=Fraction(7, 2) * 100,
        basis=Basis.WEIGHTED_SUM,
        envelope_cents=0,
    )
    on_it = [
        (a, b, c, d, (700 - 40 * a - 15 * b - 15 * c - 10 * d) // 20)
        for a in range(11)
        for b in range(11)
        for c in range(11)
        for d in range(11)
        if (700 - 40 * a - 15 * b - 15 * c - 10 * d) in range(0, 201, 20)
    ]

    passed = [
        evaluate(rules, [{f"c{at}": halves for at, halves in enumerate(vector)}]).passed
        for vector in on_it
    ]

    assert (len(on_it), all(passed)) == (1064, True)


@pytest.mark.parametrize(("envelope", "funded"), [(7, ["A", "C"]), (11, ["A", "B"])])
def test_the_funded_do_not_grow_with_the_budget_under_skip_fill(envelope, funded):
    rules = Rules(
        criteria=(Criterion("E", "Excellence"),),
        list_rule=ListRule.SKIP_FILL,
        envelope_cents=envelope,
    )
    entries = [
        Entry(reference=reference, reviews=({"E": halves},), requested_cents=request)
        for reference, halves, request in (("A", 9, 5), ("B", 8, 6), ("C", 7, 2))
    ]

    ranking = rank(rules, entries)

    assert [place.reference for place in ranking.listed(Outcome.MAIN)] == funded
