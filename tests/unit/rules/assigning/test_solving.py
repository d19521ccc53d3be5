"""Assignments: nobody who must not, nobody twice, within bounds, met or named; in any order."""

import random
from collections import Counter
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from grants.rules.assigning import AssignmentProblem, Capacity, Demand, solve, solving

COUNTRIES = ("ES", "DE", "CN", "")


def simple(affinity, *, most=1, reviews=1, **more):
    """Make a problem of a matrix: reviewers in rows, proposals in columns."""
    proposals = range(len(affinity[0]))
    return AssignmentProblem(
        demands=tuple(Demand(key=f"P{it}", reviews=reviews) for it in proposals),
        capacities=tuple(Capacity(key=f"R{it}", most=most) for it in range(len(affinity))),
        affinity={f"P{p}": {f"R{r}": row[p] for r, row in enumerate(affinity)} for p in proposals},
        **more,
    )


def points(problem, pairs):
    return sum(problem.affinity.get(p, {}).get(r, 0) for p, r in pairs)


@st.composite
def problems(draw):
    demands = tuple(
        Demand(
            key=f"P{it}",
            reviews=draw(st.integers(0, 3)),
            country=draw(st.sampled_from(COUNTRIES)),
        )
        for it in range(draw(st.integers(0, 6)))
    )
    capacities = tuple(
        Capacity(
            key=f"R{it}",
            least=draw(st.integers(0, 2)),
            most=draw(st.integers(0, 4)),
            country=draw(st.sampled_from(COUNTRIES)),
        )
        for it in range(draw(st.integers(0, 6)))
    )
    every = [(p.key, r.key) for p in demands for r in capacities]
    some = st.sets(st.sampled_from(every)) if every else st.just(set())
    affinity = {
        p.key: {r.key: draw(st.integers(0, 3)) for r in capacities if draw(st.booleans())}
        for p in demands
    }
    return AssignmentProblem(
        demands=demands,
        capacities=capacities,
        excluded=frozenset(draw(some)),
        existing=frozenset(draw(some)),
        affinity=affinity,
        foreign_only=draw(st.booleans()),
        mixed_countries=draw(st.booleans()),
        balance=draw(st.integers(0, 2)),
    )


@given(problems())
def test_nothing_is_made_that_must_not_be(problem):
    found = solve(problem).pairs

    home = {it.key: it.country for it in problem.capacities}
    assert len(set(found)) == len(found)
    assert problem.excluded.isdisjoint(found)
    assert problem.existing.isdisjoint(found)
    for demand in problem.demands:
        new = [reviewer for proposal, reviewer in found if proposal == demand.key]
        assert len(new) <= problem.needed(demand)
        if problem.foreign_only and demand.country:
            assert demand.country not in {home[it] for it in new}
        everybody = [*new, *problem.reviewed_by.get(demand.key, ())]
        if problem.mixed_countries and new and len(everybody) >= max(2, demand.reviews):
            assert len({home[it] for it in everybody}) > 1 or {home[it] for it in everybody} == {""}


@given(problems())
def test_loads_stay_within_bounds_and_demands_are_met_or_named(problem):
    found = solve(problem)

    given_to = Counter(problem.loads) + Counter(reviewer for _p, reviewer in found.pairs)
    for it in problem.capacities:
        assert given_to[it.key] <= max(it.most, problem.loads.get(it.key, 0))
        named = {each.reviewer: each.missing for each in found.underloads}
        assert named.get(it.key, 0) == max(0, it.least - given_to[it.key])
    got = Counter(proposal for proposal, _r in found.pairs)
    lacking = {each.proposal: each.missing for each in found.shortages}
    for it in problem.demands:
        assert got[it.key] + lacking.get(it.key, 0) == problem.needed(it)


@given(problems(), st.randoms(use_true_random=False))
def test_the_same_inputs_in_any_order_have_the_same_plan(problem, chance):
    def mixed(things):
        return tuple(chance.sample(list(things), len(things)))

    other = AssignmentProblem(
        demands=mixed(problem.demands),
        capacities=mixed(problem.capacities),
        excluded=frozenset(mixed(problem.excluded)),
        existing=frozenset(mixed(problem.existing)),
        affinity={
            key: dict(mixed(problem.affinity[key].items())) for key in mixed(problem.affinity)
        },
        foreign_only=problem.foreign_only,
        mixed_countries=problem.mixed_countries,
        balance=problem.balance,
    )

    assert solve(other) == solve(problem)


@given(problems())
def test_no_review_is_missing_that_could_be_had(problem):
    """A shortage is real: no chain of changes would fill it (a matching by augmenting paths)."""
    if problem.mixed_countries:
        return
    found = solve(problem)

    assert len(found.pairs) == most_reviews(problem)


def most_reviews(problem):
    """Count the most reviews there can be, by augmenting paths."""
    free = {it.key: max(0, it.most - problem.loads.get(it.key, 0)) for it in problem.capacities}
    taken = {it.key: set() for it in problem.capacities}
    may = {it.key: {one.key for one in problem.possible(it)} for it in problem.demands}

    def place(proposal, seen):
        for reviewer in sorted(may[proposal]):
            if reviewer in seen or proposal in taken[reviewer]:
                continue
            seen.add(reviewer)
            if len(taken[reviewer]) < free[reviewer]:
                taken[reviewer].add(proposal)
                return True
            for other in sorted(taken[reviewer]):
                if place(other, seen):
                    taken[reviewer].remove(other)
                    taken[reviewer].add(proposal)
                    return True
        return False

    for it in problem.demands:
        for _nth in range(problem.needed(it)):
            place(it.key, set())
    return sum(map(len, taken.values()))


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3))
def test_the_sum_of_affinities_is_the_largest(affinity):
    problem = simple(affinity)

    best = max(sum(affinity[r][p] for r, p in enumerate(order)) for order in permutations(range(3)))
    assert points(problem, solve(problem).pairs) == best


def test_the_worked_case():
    problem = simple([[100, 80, 100], [0, 0, 24], [25, 25, 50]])

    found = solve(problem)

    assert points(problem, found.pairs) == 150
    assert (found.shortages, found.underloads) == ((), ())
    assert found.solver.startswith("HiGHS 1.")
    assert len(found.inputs_sha256) == 64


def test_what_cannot_be_met_is_named_by_how_much():
    problem = simple([[1, 1], [1, 1]], most=2, reviews=3)

    shortages = solve(problem).shortages

    assert [(it.proposal, it.missing, it.possible) for it in shortages] == [
        ("P0", 1, 2),
        ("P1", 1, 2),
    ]


def test_who_gets_less_than_their_least_is_named():
    problem = AssignmentProblem(
        demands=(Demand(key="P", reviews=1),),
        capacities=(Capacity(key="A", least=1, most=3), Capacity(key="B", least=2, most=3)),
    )

    named = solve(problem).underloads

    assert sum(it.missing for it in named) == 2


def test_loads_are_balanced_where_everybody_is_as_good():
    problem = simple([[0] * 9] * 3, most=9, balance=1)

    loads = Counter(reviewer for _p, reviewer in solve(problem).pairs)

    assert set(loads.values()) == {3}


def test_topping_up_leaves_alone_what_is_there():
    problem = simple([[5, 5], [0, 0], [0, 0]], most=2, reviews=2)
    before = solve(problem).pairs
    declined, kept = before[0], frozenset(before[1:])

    after = solve(
        AssignmentProblem(
            demands=problem.demands,
            capacities=problem.capacities,
            affinity=problem.affinity,
            existing=kept,
            excluded=frozenset({declined}),
        )
    )

    assert [proposal for proposal, _r in after.pairs] == [declined[0]]
    assert declined not in after.pairs


def test_many_pairs_are_cut_down_and_widened_where_that_is_too_few(monkeypatch):
    monkeypatch.setattr(solving, "MOST_PAIRS", 10)
    monkeypatch.setattr(solving, "BEST", 1)
    everybody_likes_one = [[9] * 12] + [[0] * 12] * 5

    found = solve(simple(everybody_likes_one, most=2))

    assert (len(found.pairs), found.shortages) == (12, ())


def test_large_ones_end_in_whole_reviews_too():
    chance = random.Random(1)
    problem = AssignmentProblem(
        demands=tuple(Demand(key=f"P{it:04}", reviews=2) for it in range(1_600)),
        capacities=tuple(Capacity(key=f"R{it:02}", most=90) for it in range(40)),
        affinity={
            f"P{p:04}": {f"R{r:02}": 10 for r in chance.sample(range(40), 4)} for p in range(1_600)
        },
        balance=1,
    )

    found = solve(problem)

    assert (len(found.pairs), found.shortages) == (3_200, ())
