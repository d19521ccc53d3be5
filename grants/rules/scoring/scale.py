"""Scores: read, checked and shown.

A score is held as an integer number of half points ("halves"): 7 means 3.5. A
combined score is an exact `Fraction` in points. Nothing is ever a float.
"""

import re
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from grants.rules.scoring import reading
from grants.rules.scoring.errors import InvalidRules, NotAScore
from grants.rules.words import N_

TYPED = re.compile(r"([0-9]{1,3})(?:[.,]([05]))?")
WIDEST = 200
"""The highest score of any scale, in half points: 100 points."""


@dataclass(frozen=True)
class Scale:
    """The scores a reviewer may give, in half points: by default 0 to 5 by halves."""

    minimum_halves: int = 0
    maximum_halves: int = 10
    step_halves: int = 1

    def __post_init__(self) -> None:
        whole = (self.minimum_halves, self.maximum_halves, self.step_halves)
        if not all(type(each) is int for each in whole):
            raise InvalidRules(N_("A scale is given in whole numbers of half points."))
        if not 0 <= self.minimum_halves < self.maximum_halves:
            raise InvalidRules(N_("A scale goes from zero or more to something larger."))
        if self.maximum_halves > WIDEST:
            raise InvalidRules(N_("A scale goes to 100 points at most."))
        span = self.maximum_halves - self.minimum_halves
        if self.step_halves < 1 or span % self.step_halves:
            raise InvalidRules(N_("The steps of a scale must lead from its lowest to its highest."))

    @property
    def choices(self) -> tuple[int, ...]:
        """All scores of the scale in halves, lowest first."""
        return tuple(range(self.minimum_halves, self.maximum_halves + 1, self.step_halves))

    @property
    def yes_or_no(self) -> bool:
        """Whether there is only no, which counts 0 points, and yes, which counts 1."""
        return self.choices == (0, 2)

    def to_dict(self) -> dict[str, int]:
        """Return the scale as plain JSON values."""
        return {
            "minimum_halves": self.minimum_halves,
            "maximum_halves": self.maximum_halves,
            "step_halves": self.step_halves,
        }

    @classmethod
    def from_dict(cls, data: object) -> "Scale":
        """Read what `to_dict` wrote; what is not said is as of 0 to 5 by halves."""
        names = [each.name for each in fields(cls)]
        return cls(**reading.require_keys(data, needed=(), optional=names))

    @property
    def maximum(self) -> Fraction:
        """The highest score, in points."""
        return points(self.maximum_halves)

    def parse(self, text: str) -> int:
        """Read "3.5" or "3,5" as 7 halves. Raises NotAScore for anything else."""
        typed = text.strip()
        found = TYPED.fullmatch(typed)
        if not typed:
            raise NotAScore(N_("Give a score."))
        if found is None:
            raise NotAScore(
                N_("“{typed}” is not a score. Write a number of points such as 3 or 3.5."),
                typed=typed,
            )
        return self.check(2 * int(found[1]) + (found[2] == "5"))

    def check(self, halves: int) -> int:
        """Return `halves` if it is a score of this scale. Raises NotAScore otherwise."""
        if type(halves) is not int:
            raise NotAScore(N_("A score is a whole number of half points."))
        if not self.minimum_halves <= halves <= self.maximum_halves:
            raise NotAScore(
                N_("{score} is not on the scale: it goes from {lowest} to {highest}."),
                score=_decimal(halves),
                lowest=_decimal(self.minimum_halves),
                highest=_decimal(self.maximum_halves),
            )
        if (halves - self.minimum_halves) % self.step_halves:
            raise NotAScore(
                N_("{score} is between two scores: the scale has steps of {step}."),
                score=_decimal(halves),
                step=_decimal(self.step_halves),
            )
        return halves


def points(halves: int) -> Fraction:
    """Turn half points into points: 7 is 7/2."""
    return Fraction(halves, 2)


def shown_halves(halves: int) -> str:
    """Write half points as people do: 7 is "3.5", 6 is "3"."""
    sign, whole = ("-" if halves < 0 else ""), abs(halves) // 2
    return f"{sign}{whole}.5" if halves % 2 else f"{sign}{whole}"


def _decimal(halves: int) -> Decimal:
    return Decimal(shown_halves(halves))


def shown(value: Fraction) -> str:
    """Write an exact number with two decimals, half up: 29/8 (3.625) is "3.63"."""
    return _hundredths(floor(value * 100 + Fraction(1, 2)))


def shown_down(value: Fraction) -> str:
    """Write it with two decimals, cut off: what is below a threshold never looks as if on it."""
    return _hundredths(floor(value * 100))


def shown_up(value: Fraction) -> str:
    """Write it with two decimals, rounded up: what is missing never looks like nothing."""
    return _hundredths(ceil(value * 100))


def weight_shown(weight: Fraction) -> str:
    """Write a weight as people do: "1.5", or "1/3" where decimals do not end."""
    return shown(weight).rstrip("0").rstrip(".") if 100 % weight.denominator == 0 else str(weight)


def _hundredths(count: int) -> str:
    whole, rest = divmod(abs(count), 100)
    return f"{'-' if count < 0 else ''}{whole}.{rest:02d}"
