"""What an assignment is computed from, and what comes of it."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from grants.rules import canonical

KeyPair = tuple[str, str]
"""The keys of a proposal and a reviewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A proposal, and how many reviews it needs; those that it has already count."""

    key: str
    reviews: int
    country: str = ""
    """The applicant's, as ISO 3166-1 alpha-2; empty where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """A reviewer, and how many reviews they do at least and at most; those they have count."""

    key: str
    least: int = 0
    most: int
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class AssignmentProblem:
    """Everything that decides who reviews what.

    `existing` pairs are left alone. `affinity` is in whole points, by proposal and then reviewer,
    and 0 where nothing is said. `balance` is how many points a reviewer's next review loses for
    each one that they have before it.
    """

    demands: tuple[Demand, ...]
    capacities: tuple[Capacity, ...]
    excluded: frozenset[KeyPair] = frozenset()
    existing: frozenset[KeyPair] = frozenset()
    affinity: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    foreign_only: bool = False
    """Nobody reviews a proposal from their own country."""
    mixed_countries: bool = False
    """The reviewers of one proposal are not all from one country; one unknown is one apart."""
    balance: int = 0

    @cached_property
    def reviewed_by(self) -> Mapping[str, frozenset[str]]:
        """The reviewers that each proposal has already."""
        return _by_proposal(self.existing)

    @cached_property
    def loads(self) -> Mapping[str, int]:
        """How many reviews each reviewer has already."""
        return Counter(reviewer for _proposal, reviewer in self.existing)

    def needed(self, demand: Demand) -> int:
        """Return how many reviews a proposal still needs."""
        return max(0, demand.reviews - len(self.reviewed_by.get(demand.key, ())))

    def possible(self, demand: Demand) -> list[Capacity]:
        """List who may be asked in addition, by key."""
        barred = self._excluded_by.get(demand.key, _NOBODY)
        barred |= self.reviewed_by.get(demand.key, _NOBODY)
        own = demand.country if self.foreign_only else ""
        return [
            it for it in self._available if it.key not in barred and not (own and it.country == own)
        ]

    @cached_property
    def _available(self) -> list[Capacity]:
        free = [it for it in self.capacities if self.loads.get(it.key, 0) < it.most]
        return sorted(free, key=lambda it: it.key)

    @cached_property
    def _excluded_by(self) -> Mapping[str, frozenset[str]]:
        return _by_proposal(self.excluded)

    def sha256(self) -> str:
        """Return the digest of all that is asked, whatever its order."""
        found = hashlib.sha256()
        for it in sorted(self.demands, key=lambda one: one.key):
            points = sorted(self.affinity.get(it.key, {}).items())
            found.update(canonical.written([it.key, it.reviews, it.country, points]))
        people = sorted([it.key, it.least, it.most, it.country] for it in self.capacities)
        pairs = (sorted(self.excluded), sorted(self.existing))
        rules = [self.foreign_only, self.mixed_countries, self.balance]
        found.update(canonical.written([people, *pairs, rules]))
        return found.hexdigest()


_NOBODY: frozenset[str] = frozenset()


def _by_proposal(pairs: Iterable[KeyPair]) -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for proposal, reviewer in pairs:
        found[proposal].add(reviewer)
    return {key: frozenset(people) for key, people in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A proposal that gets too few reviews: how many are missing, and who could do any."""

    proposal: str
    missing: int
    possible: int
    """Reviewers whom nothing forbids, those that it has included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Underload:
    """A reviewer who gets fewer reviews than they do at least."""

    reviewer: str
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The pairs to make, what could not be met, and from what it was computed."""

    pairs: tuple[KeyPair, ...]
    shortages: tuple[Shortage, ...]
    underloads: tuple[Underload, ...]
    inputs_sha256: str
    solver: str
    """Name and version: another one may break ties in another way."""
