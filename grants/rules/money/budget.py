"""A budget: rows under headings, for partners, whose sums add up exactly in cents.

A row costs quantity times unit cost. Quantities are held in hundredths (250 is
2.5 months), and a row is rounded half up to the cent; every sum is a sum of rows, so
rows and columns agree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from grants.rules.money.currencies import UnusableMoney
from grants.rules.money.shares import flat_rate_cents
from grants.rules.words import N_

_EXACT = (int, Fraction)


class CostKind(StrEnum):
    """What a heading's costs are."""

    DIRECT = "DIRECT"  # counts among the direct costs
    FLAT_RATE = "FLAT_RATE"  # a share of other headings without proof, such as indirect costs
    CONTINGENCY = "CONTINGENCY"  # set aside, counts among neither


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading of costs, at most `cap_basis_points` (700 is 7 %) of the headings `of`.

    Without `of` the cap is a share of all direct costs. A flat rate always has a cap.
    """

    code: str
    name: str
    kind: CostKind = CostKind.DIRECT
    cap_basis_points: int | None = None
    of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.cap_basis_points is not None:
            flat_rate_cents(0, self.cap_basis_points)
        elif self.kind is CostKind.FLAT_RATE or self.of:
            raise UnusableMoney(N_("Heading {code} needs a rate."), code=self.code)
        if self.code in self.of:
            raise UnusableMoney(N_("Heading {code} cannot be a share of itself."), code=self.code)


@dataclass(frozen=True, kw_only=True)
class BudgetRow:
    """A line of a budget: what is bought, for which partner, how much of it, at what cost."""

    heading: str
    partner: str
    quantity_hundredths: int
    unit_cents: int | Fraction
    """What one of it costs: whole cents, or an exact fraction where a rate is finer."""
    description: str = ""

    def __post_init__(self) -> None:
        if type(self.quantity_hundredths) is not int or type(self.unit_cents) not in _EXACT:
            raise UnusableMoney(N_("Quantities and costs are zero or more."))
        for number in (self.quantity_hundredths, self.unit_cents):
            if number < 0:
                raise UnusableMoney(N_("Quantities and costs are zero or more."))

    @property
    def cents(self) -> int:
        """Quantity times unit cost, rounded half up to the cent."""
        return int((self.quantity_hundredths * self.unit_cents + 50) // 100)


@dataclass(frozen=True)
class Exceeded:
    """A heading above its ceiling, in cents."""

    heading: Heading
    cents: int
    ceiling_cents: int

    @property
    def over_cents(self) -> int:
        """How much too much it is."""
        return self.cents - self.ceiling_cents


@dataclass(frozen=True)
class Budget:
    """Headings and rows; every sum is exact. Raises UnusableMoney if they do not fit together."""

    headings: tuple[Heading, ...]
    rows: tuple[BudgetRow, ...]

    def __post_init__(self) -> None:
        codes = [heading.code for heading in self.headings]
        if len(set(codes)) < len(codes):
            raise UnusableMoney(N_("Two headings have the same code."))
        named = {row.heading for row in self.rows}.union(*(each.of for each in self.headings))
        if unknown := sorted(named - set(codes)):
            raise UnusableMoney(N_("There is no heading {code}."), code=unknown[0])

    @property
    def partners(self) -> tuple[str, ...]:
        """The partners that have rows, in the order of their first row."""
        return tuple(dict.fromkeys(row.partner for row in self.rows))

    @property
    def total_cents(self) -> int:
        """What everything costs together."""
        return _sum(self.rows)

    @property
    def direct_cents(self) -> int:
        """What the headings of direct costs cost together."""
        sums = self.by_heading()
        return sum(sums[each.code] for each in self.headings if each.kind is CostKind.DIRECT)

    def by_heading(self) -> Mapping[str, int]:
        """Sum each heading, in the headings' order; an empty one is 0."""
        return {
            heading.code: _sum(row for row in self.rows if row.heading == heading.code)
            for heading in self.headings
        }

    def by_partner(self) -> Mapping[str, int]:
        """Sum each partner, in the order of their first row."""
        return {
            partner: _sum(row for row in self.rows if row.partner == partner)
            for partner in self.partners
        }

    def table(self) -> Mapping[str, Mapping[str, int]]:
        """Give cents by heading and partner: the same sums as `by_heading`, `by_partner`."""
        return {
            heading.code: {
                partner: _sum(
                    row
                    for row in self.rows
                    if (row.heading, row.partner) == (heading.code, partner)
                )
                for partner in self.partners
            }
            for heading in self.headings
        }

    def ceiling_cents(self, heading: Heading) -> int | None:
        """Return the most that a heading may come to, rounded down; None without a cap."""
        if heading.cap_basis_points is None:
            return None
        sums = self.by_heading()
        base = sum(sums[code] for code in heading.of) if heading.of else self.direct_cents
        return flat_rate_cents(base, heading.cap_basis_points)

    def exceeded(self) -> tuple[Exceeded, ...]:
        """Name the headings that are above their ceilings."""
        sums = self.by_heading()
        ceilings = ((heading, self.ceiling_cents(heading)) for heading in self.headings)
        return tuple(
            Exceeded(heading, sums[heading.code], ceiling)
            for heading, ceiling in ceilings
            if ceiling is not None and sums[heading.code] > ceiling
        )


def _sum(rows: Iterable[BudgetRow]) -> int:
    return sum(row.cents for row in rows)
