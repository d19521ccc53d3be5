"""What is ranked and what comes out: entries, draws, places and the whole ranking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from grants.rules.scoring.errors import InvalidDraw, InvalidEntry
from grants.rules.scoring.lots import drawn_order
from grants.rules.scoring.rules import Rules
from grants.rules.scoring.scoring import Review, Shortfall
from grants.rules.words import N_


class Outcome(StrEnum):
    """Where a proposal stands after the ranking."""

    MAIN = "MAIN"
    RESERVE = "RESERVE"
    BELOW_THRESHOLD = "BELOW_THRESHOLD"
    UNDECIDED = "UNDECIDED"  # it depends on a draw that has not been held


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A proposal to rank: its final reviews (halves by criterion code) and what it asks for.

    The country of its lead and its topic serve the tie rules that ask for them, and no others.
    """

    reference: str
    reviews: tuple[Review, ...]
    requested_cents: int
    country: str = ""
    topic: str = ""

    def __post_init__(self) -> None:
        if not self.reference.strip():
            raise InvalidEntry(N_("A proposal needs a reference."))
        if type(self.requested_cents) is not int or self.requested_cents < 1:
            raise InvalidEntry(
                N_("Proposal {reference} must ask for more than nothing."), reference=self.reference
            )


@dataclass(frozen=True, kw_only=True)
class Draw:
    """A lot that was drawn among tied proposals, first drawn first, and its record.

    It counts for the tie group that has exactly these members, and for no other. `seed` is what
    its order follows from; "" where people drew lots and typed the order in.
    """

    order: tuple[str, ...]
    at: datetime
    by: str
    reason: str
    seed: str = ""

    def __post_init__(self) -> None:
        if len(set(self.order)) < 2 or len(set(self.order)) < len(self.order):
            raise InvalidDraw(N_("A draw lists two or more proposals, each exactly once."))
        if self.at.utcoffset() is None:
            raise InvalidDraw(N_("The moment of a draw needs a time zone."))
        if not self.by.strip() or not self.reason.strip():
            raise InvalidDraw(N_("State who held the draw, and why."))

    @property
    def follows(self) -> bool:
        """Return whether its order is what its seed gives; true of what has no seed."""
        return not self.seed or self.order == drawn_order(self.seed, self.order)


@dataclass(frozen=True, kw_only=True)
class RankedPlace:
    """One proposal's place: exact scores in points, money in cents.

    `rank` counts from 1; the members of an open tie share it; None below a threshold.
    `tie_group` numbers groups of equal keys from 1, also those that a draw separated.
    `offered_cents` is 0 off the main list and None while a draw decides;
    `cumulative_cents` sums what is offered for certain down to here.
    """

    reference: str
    rank: int | None
    tie_group: int | None
    scores: tuple[tuple[str, Fraction], ...]
    total: Fraction
    shortfalls: tuple[Shortfall, ...]
    outcome: Outcome
    requested_cents: int
    offered_cents: int | None
    cumulative_cents: int
    separated_by: str = ""
    """The fact that separated it from those it was tied with; "" where none did."""

    @property
    def passed(self) -> bool:
        """Whether the proposal meets every threshold."""
        return not self.shortfalls

    @property
    def failed(self) -> tuple[str, ...]:
        """The codes of the criteria whose threshold was missed, and OVERALL for the overall one."""
        return tuple(shortfall.code for shortfall in self.shortfalls)

    @property
    def score(self) -> Mapping[str, Fraction]:
        """The combined score of each criterion, in points."""
        return dict(self.scores)


@dataclass(frozen=True)
class OpenTie:
    """Proposals that the rules leave tied and no draw has separated.

    `decides_money`: another order of them changes what somebody is offered.
    """

    number: int
    references: tuple[str, ...]
    decides_money: bool


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """The ordered result: ranked places first, then those below a threshold by total.

    `budget_line` counts the places above the line: all from the top that are on the
    main list for certain; None when the money reaches every ranked place. Under
    SKIP_FILL smaller requests below the line may still be on the main list.
    `draws` were used; `unused_draws` name no present tie. `inputs_digest` is the SHA-256 of
    the rules, entries and draws.
    """

    rules: Rules
    places: tuple[RankedPlace, ...]
    budget_line: int | None
    open_ties: tuple[OpenTie, ...]
    draws: tuple[Draw, ...]
    unused_draws: tuple[Draw, ...]
    committed_cents: int
    inputs_digest: str

    @property
    def remaining_cents(self) -> int:
        """What is not offered for certain; an undecided tie may still take of it."""
        return self.rules.envelope_cents - self.committed_cents

    @property
    def needs_draw(self) -> bool:
        """Whether somebody's money depends on a draw that has not been held."""
        return any(tie.decides_money for tie in self.open_ties)

    def place(self, reference: str) -> RankedPlace:
        """Find a proposal's place. Raises KeyError if it was not ranked."""
        return {place.reference: place for place in self.places}[reference]

    def listed(self, outcome: Outcome) -> tuple[RankedPlace, ...]:
        """Return the places with one outcome, in order: the main list, the reserve list, ..."""
        return tuple(place for place in self.places if place.outcome is outcome)
