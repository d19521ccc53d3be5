"""Measure what rankings and their analyses cost: `python -m tests.load.analysing`."""

import time
from collections.abc import Callable
from fractions import Fraction
from random import Random

from grants.rules.scoring import Criterion, ListRule, Rules, rank
from grants.rules.scoring.analysis.what_if import (
    ReviewedEntry,
    changed_rules,
    what_if,
    without_each_reviewer,
)
from tests.load.measuring import Cost

CODES = ("A", "B", "C", "D", "E")
WEIGHTS = (40, 15, 15, 10, 20)
REVIEWS, REQUESTED = 3, 5_000_000


def rules(proposals: int) -> Rules:
    """Make rules of five weighted criteria whose envelope reaches a third of the proposals."""
    criteria = tuple(
        Criterion(code, code, Fraction(weight), 5)
        for code, weight in zip(CODES, WEIGHTS, strict=True)
    )
    return Rules(
        criteria=criteria,
        envelope_cents=proposals * REQUESTED // 3,
        overall_threshold=Fraction(12),
        tie_rules=("A", "B"),
        list_rule=ListRule.SKIP_FILL,
    )


def entries(proposals: int, reviewers: int) -> list[ReviewedEntry]:
    """Make proposals with three reviews each, by different reviewers."""
    chance = Random(1)
    return [
        ReviewedEntry(
            reference=f"P{number:05}",
            reviews={
                f"R{who:03}": {code: chance.randint(3, 10) for code in CODES}
                for who in sorted(chance.sample(range(reviewers), REVIEWS))
            },
            requested_cents=REQUESTED + chance.randint(-1_000_000, 1_000_000),
        )
        for number in range(proposals)
    ]


def ranked(proposals: int) -> Cost:
    """Rank once."""
    plain = [it.entry() for it in entries(proposals, 60)]
    return _spent(lambda: rank(rules(proposals), plain))


def left_out(proposals: int, reviewers: int) -> Cost:
    """Rank anew without each reviewer in turn."""
    made = entries(proposals, reviewers)
    return _spent(lambda: without_each_reviewer(rules(proposals), made))


def asked_what_if(proposals: int) -> Cost:
    """Rank under other rules, beside those that stand."""
    plain, stand = [it.entry() for it in entries(proposals, 60)], rules(proposals)
    other = changed_rules(
        stand,
        envelope_cents=stand.envelope_cents * 2,
        list_rule=ListRule.STRICT_STOP,
        overall_threshold=Fraction(15),
    )
    return _spent(lambda: what_if(stand, other, plain))


def _spent(work: Callable[[], object]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall_ms, cpu_ms = 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)
    return Cost(status=200, wall_ms=wall_ms, cpu_ms=cpu_ms, queries=0, bytes=0)


if __name__ == "__main__":
    for name, cost in (
        ("ranking 10,000 x 5 x 3", ranked(10_000)),
        ("leave one out, 400 x 60", left_out(400, 60)),
        ("what-if, 400", asked_what_if(400)),
    ):
        print(f"{name}: {cost.wall_ms:.0f} ms, {cost.cpu_ms:.0f} ms CPU")
