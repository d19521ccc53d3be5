"""Dividing money so that the parts add up exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from grants.rules.money.currencies import UnusableMoney
from grants.rules.words import N_

WHOLE: Final = 10_000
"""100 % in basis points."""


@dataclass(frozen=True)
class Shares:
    """What the fund pays and what the applicants pay of a total, in cents."""

    grant_cents: int
    own_cents: int


def shares(total_cents: int, rate_basis_points: int) -> Shares:
    """Split a total at the co-financing rate (7,500 is 75 %); the grant is rounded down.

    The applicants' own part takes the rest, so that the two add up exactly and the
    grant never exceeds the rate.
    """
    _require_cents(total_cents)
    grant = flat_rate_cents(total_cents, rate_basis_points)
    return Shares(grant_cents=grant, own_cents=total_cents - grant)


def flat_rate_cents(base_cents: int, rate_basis_points: int) -> int:
    """Return the rate's share of a base, rounded down to the cent."""
    if type(rate_basis_points) is not int or not 0 <= rate_basis_points <= WHOLE:
        raise UnusableMoney(N_("A rate goes from 0 to 100 per cent."))
    return base_cents * rate_basis_points // WHOLE


def apportion(total_cents: int, weights: Sequence[int | Fraction]) -> tuple[int, ...]:
    """Split a total in proportion to weights by largest remainder; the parts add up exactly.

    Each part is its exact share rounded down, or one cent more. Of equal remainders
    the earlier in `weights` gets the cent. Weights are zero or more, not all zero.
    """
    _require_cents(total_cents)
    if any(weight < 0 for weight in weights) or not sum(weights):
        raise UnusableMoney(N_("Shares need weights of zero or more, not all of them zero."))
    exact = [Fraction(total_cents) * weight / sum(weights) for weight in weights]
    parts = [each.numerator // each.denominator for each in exact]
    left = total_cents - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda index: parts[index] - exact[index])
    for index in by_remainder[:left]:
        parts[index] += 1
    return tuple(parts)


def percentages(weights: Sequence[Fraction]) -> list[Fraction]:
    """Return the share of each weight, to a tenth of a per cent where it must be; they add up to 1.

    What rounding leaves over goes to the largest remainders.
    """
    whole = sum(weights, Fraction(0))
    exact = [weight / whole for weight in weights]
    if all((each * 1000).denominator == 1 for each in exact):
        return exact
    return [Fraction(part, 1000) for part in apportion(1000, weights)]


def _require_cents(cents: int) -> None:
    if type(cents) is not int or cents < 0:
        raise UnusableMoney(N_("Amounts are given in whole cents, zero or more."))
