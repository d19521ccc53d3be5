"""Measure how long planning takes: `python -m tests.load.assigning 10000 1000` (reviewers last)."""

import resource
import sys
import time
from random import Random

from grants.rules.assigning import AssignmentProblem, Capacity, Demand, solve
from tests.load.measuring import Cost

REVIEWS, TOPICS, COUNTRIES = 3, 8, 20


def problem(proposals: int, reviewers: int) -> AssignmentProblem:
    """Make a call: topics, countries, conflicts, and a quarter more time than is needed."""
    chance = Random(1)
    countries = [f"C{it}" for it in range(COUNTRIES)]
    most = proposals * REVIEWS * 5 // (reviewers * 4) + 1
    demands = tuple(
        Demand(key=f"P{it:05}", reviews=REVIEWS, country=chance.choice(countries))
        for it in range(proposals)
    )
    capacities = tuple(
        Capacity(key=f"R{it:04}", least=1, most=most, country=chance.choice(countries))
        for it in range(reviewers)
    )
    known = {it.key: set(chance.sample(range(TOPICS), 2)) for it in capacities}
    return AssignmentProblem(
        demands=demands,
        capacities=capacities,
        excluded=frozenset(
            (chance.choice(demands).key, chance.choice(capacities).key)
            for _ in range(proposals * reviewers // 50)
        ),
        affinity={
            it.key: {key: 10 for key, topics in known.items() if at % TOPICS in topics}
            for at, it in enumerate(demands)
        },
        foreign_only=True,
        mixed_countries=True,
        balance=1,
    )


def planned(proposals: int, reviewers: int) -> Cost:
    """Plan once, and say what it cost."""
    asked = problem(proposals, reviewers)
    wall, cpu = time.perf_counter(), time.process_time()
    found = solve(asked)
    spent = (time.perf_counter() - wall, time.process_time() - cpu)
    if found.shortages or len(found.pairs) != proposals * REVIEWS:
        raise AssertionError(f"{len(found.shortages)} proposals have too few reviews")
    wall_ms, cpu_ms = (1000 * it for it in spent)
    return Cost(status=200, wall_ms=wall_ms, cpu_ms=cpu_ms, queries=0, bytes=0)


if __name__ == "__main__":
    cost = planned(*map(int, sys.argv[1:3]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{cost.wall_ms:.0f} ms, {cost.cpu_ms:.0f} ms CPU, {peak} MB")
