"""The best assignment of a problem, and what of it cannot be met."""

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from grants.rules.assigning.flow import Flow, Lots, solver_name
from grants.rules.assigning.problem import (
    AssignmentProblem,
    Capacity,
    Demand,
    KeyPair,
    Shortage,
    Solution,
    Underload,
)

MOST_PAIRS = 200_000
"""Up to so many possible pairs all are looked at; beyond, the best of each proposal."""
BEST = 12
"""How many for each proposal at least, then."""

Candidates = Mapping[str, Sequence[Capacity]]


def solve(problem: AssignmentProblem) -> Solution:
    """Find who reviews what; what cannot be met is named and never left out silently."""
    demands = sorted((it for it in problem.demands if problem.needed(it)), key=lambda it: it.key)
    lots, pairs = Lots(), list[KeyPair]()
    shortages: tuple[Shortage, ...] = ()
    underloads: tuple[Underload, ...] = ()
    for candidates in _narrow_to_wide(problem, demands, lots):
        pairs = Flow(problem, demands, candidates, lots).pairs()
        shortages = _shortages(problem, demands, pairs)
        underloads = _underloads(problem, pairs)
        if not (shortages or underloads):
            break
    return Solution(
        pairs=tuple(sorted(pairs)),
        shortages=shortages,
        underloads=underloads,
        inputs_sha256=problem.sha256(),
        solver=solver_name(),
    )


def _narrow_to_wide(
    problem: AssignmentProblem, demands: Sequence[Demand], lots: Lots
) -> Iterator[Candidates]:
    """Give the best candidates of each proposal where there are very many; and then all."""
    if len(demands) * len(problem.capacities) > MOST_PAIRS:
        yield {it.key: _best(problem, it, lots) for it in demands}
    yield {it.key: problem.possible(it) for it in demands}


def _best(problem: AssignmentProblem, demand: Demand, lots: Lots) -> list[Capacity]:
    points = problem.affinity.get(demand.key, {})
    found = heapq.nsmallest(
        max(BEST, 4 * problem.needed(demand)),
        problem.possible(demand),
        key=lambda it: (-points.get(it.key, 0), lots.of(demand.key, it.key), it.key),
    )
    return sorted(found, key=lambda it: it.key)


def _shortages(
    problem: AssignmentProblem, demands: Sequence[Demand], pairs: Sequence[KeyPair]
) -> tuple[Shortage, ...]:
    given = Counter(proposal for proposal, _reviewer in pairs)
    return tuple(
        Shortage(
            proposal=it.key,
            missing=problem.needed(it) - given[it.key],
            possible=len(problem.possible(it)) + len(problem.reviewed_by.get(it.key, ())),
        )
        for it in demands
        if given[it.key] < problem.needed(it)
    )


def _underloads(problem: AssignmentProblem, pairs: Sequence[KeyPair]) -> tuple[Underload, ...]:
    given = Counter(problem.loads) + Counter(reviewer for _proposal, reviewer in pairs)
    return tuple(
        Underload(reviewer=it.key, missing=it.least - given[it.key])
        for it in sorted(problem.capacities, key=lambda it: it.key)
        if given[it.key] < it.least
    )
