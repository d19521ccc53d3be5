"""Which proposals go on from one stage of reviews to the next: by a rule published before.

Nobody chooses: those who are level at the last place all go on, and so the order in which
proposals are given means nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from typing import Any

from grants.rules.scoring.errors import InvalidRules
from grants.rules.words import N_


class EntryKind(StrEnum):
    """Who goes on of those that passed all thresholds."""

    ALL_PASSED = "all_passed"
    BEST = "best"
    """The best so many."""
    BUDGET = "budget"
    """From the best on, until their requests reach so many per cent of the envelope."""


@dataclass(frozen=True)
class EntryRule:
    """A rule of entry; `most` is a number of proposals, or per cent of the envelope."""

    kind: EntryKind = EntryKind.ALL_PASSED
    most: int | None = None

    def __post_init__(self) -> None:
        needed = self.kind is not EntryKind.ALL_PASSED
        if needed and (type(self.most) is not int or self.most < 1):
            raise InvalidRules(N_("State how many proposals go on to the next stage."))
        if not needed and self.most is not None:
            raise InvalidRules(N_("All that passed go on: there is no number to give."))

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as plain JSON values."""
        return {"kind": self.kind.value, "most": self.most}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "EntryRule":
        """Read what `to_dict` wrote."""
        return cls(kind=EntryKind(data["kind"]), most=data["most"])


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A proposal that was judged: its exact total in points, and its request in cents."""

    reference: str
    total: Fraction
    passed: bool
    requested_cents: int


def entering(
    rule: EntryRule, contenders: Iterable[Contender], envelope_cents: int
) -> frozenset[str]:
    """Name those who go on. Nobody below a threshold does, and no tie is ever cut in two."""
    passed = [it for it in contenders if it.passed]
    if rule.kind is EntryKind.ALL_PASSED or rule.most is None:
        return frozenset(it.reference for it in passed)
    found: list[Contender] = []
    for _total, level in groupby(
        sorted(passed, key=lambda it: it.total, reverse=True), key=lambda it: it.total
    ):
        if _is_full(rule.kind, rule.most, found, envelope_cents):
            break
        found += level
    return frozenset(it.reference for it in found)


def _is_full(kind: EntryKind, most: int, found: list[Contender], envelope_cents: int) -> bool:
    if kind is EntryKind.BEST:
        return len(found) >= most
    return 100 * sum(it.requested_cents for it in found) >= most * envelope_cents
