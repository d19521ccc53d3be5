"""A short ordeal: see tests/load/kill.py for the long one."""

import pytest

from tests.load.kill import run

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

ROUNDS = {"sqlite": 5, "postgresql": 3}


@pytest.mark.parametrize("kind", ROUNDS)
def test_killing_server_and_worker_loses_nothing_and_doubles_nothing(kind):
    figures = run(kind, ROUNDS[kind])

    print(*figures.lines(), sep="\n")
    assert figures.rounds == ROUNDS[kind]
    assert figures.saves > 0
    assert figures.good, "\n".join(figures.lines())
