"""In which order a run of several processes takes its tests."""

from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")


def dealt(slow: Sequence[_T], others: Sequence[_T], processes: int) -> list[_T]:
    """Deal out what is slow, at the beginning of what each process is given.

    `--dist worksteal` gives each process one piece of the list, all of the same size; who has
    nothing left takes from the end of another's. With all that is slow at the beginning of the
    list, one process would have it all.
    """
    found: list[_T] = []
    left, begun = len(slow) + len(others), 0
    for number in range(processes):
        size = left // (processes - number)
        left -= size
        heavy = list(slow[number::processes])
        quick = max(0, size - len(heavy))
        found += [*heavy, *others[begun : begun + quick]]
        begun += quick
    return [*found, *others[begun:]]
