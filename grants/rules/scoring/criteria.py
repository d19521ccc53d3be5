"""What reviewers score: a criterion with its scale, its weight and its threshold."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from grants.rules.scoring import reading
from grants.rules.scoring.errors import InvalidRules
from grants.rules.scoring.scale import Scale
from grants.rules.words import N_

OVERALL: Final = "overall"
"""How the overall threshold is named beside criteria; no criterion may be called so."""

FACT: Final = "fact:"
"""How tie rules are named that are facts of proposals; no criterion's code begins so."""
SECTION: Final = "section:"
"""How the threshold of a section is named beside criteria, before the section's name."""


class NotAssessed(StrEnum):
    """What it means where a reviewer could not assess a criterion, if that is allowed."""

    LEFT_OUT = "LEFT_OUT"
    """The others' scores count; if nobody assessed it, the lowest score of its scale does."""
    LOWEST = "LOWEST"
    """The lowest score of its scale counts for this review."""


@dataclass(frozen=True)
class Criterion:
    """One thing that reviewers score; `weight` serves weighted totals only.

    `scale` is its own, or that of the rules. A `bonus` adds to the total by which proposals are
    ranked and to no threshold. Below `comment_below_halves` a score needs a comment; if that is
    None, each score does.
    """

    code: str
    name: str
    weight: Fraction = Fraction(1)
    threshold_halves: int | None = None
    scale: Scale | None = None
    bonus: bool = False
    not_assessed: NotAssessed | None = None
    comment_below_halves: int | None = None
    section: str = ""

    def __post_init__(self) -> None:
        named = self.code == OVERALL or self.code.startswith((SECTION, FACT))
        if not self.code.strip() or named:
            raise InvalidRules(N_("A criterion needs a code of its own."))
        if type(self.weight) is not Fraction or self.weight < 0:
            raise InvalidRules(N_("The weight of {code} must be zero or more."), code=self.code)
        if type(self.bonus) is not bool:
            raise InvalidRules(N_("Whether points are a bonus is either true or false."))
        if self.bonus and self.threshold_halves is not None:
            raise InvalidRules(N_("{name} is a bonus and has no threshold."), name=self.name)
        below = self.comment_below_halves
        if below is not None and (type(below) is not int or below < 0):
            raise InvalidRules(N_("A scale is given in whole numbers of half points."))

    def is_missing(self, halves: int | None, comment: str, *, not_assessed: bool = False) -> bool:
        """Return whether a review lacks its score here, or the comment that it needs.

        Whoever did not assess it says why.
        """
        if halves is None and not not_assessed:
            return True
        below = self.comment_below_halves
        needed = halves is None or below is None or halves < below
        return needed and not comment.strip()

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values, without what it does not say.

        Criteria of before these were known keep their bytes and their hashes.
        """
        return {
            "code": self.code,
            "name": self.name,
            "weight": str(self.weight),
            "threshold_halves": self.threshold_halves,
            **({"scale": self.scale.to_dict()} if self.scale else {}),
            **({"bonus": True} if self.bonus else {}),
            **({"not_assessed": self.not_assessed.value} if self.not_assessed else {}),
            **(
                {}
                if self.comment_below_halves is None
                else {"comment_below_halves": self.comment_below_halves}
            ),
            **({"section": self.section} if self.section else {}),
        }

    @classmethod
    def from_dict(cls, data: object) -> "Criterion":
        """Read what `to_dict` wrote. Raises InvalidRules."""
        read = reading.require_keys(
            data, needed=("code", "name"), optional=[each.name for each in fields(cls)]
        )
        missing = read.get("not_assessed")
        return cls(
            code=reading.text(read["code"]),
            name=reading.text(read["name"]),
            weight=reading.exact(read.get("weight", 1)),
            threshold_halves=read.get("threshold_halves"),
            scale=None if read.get("scale") is None else Scale.from_dict(read["scale"]),
            bonus=read.get("bonus", False),
            not_assessed=None if missing is None else reading.one_of(NotAssessed, missing),
            comment_below_halves=read.get("comment_below_halves"),
            section=reading.text(read.get("section", "")),
        )


@dataclass(frozen=True)
class SectionThreshold:
    """What the criteria of a section need together: points, each counted by its weight."""

    section: str
    threshold: Fraction

    def __post_init__(self) -> None:
        if not self.section.strip():
            raise InvalidRules(N_("No criterion is in section {name}."), name=self.section)

    @property
    def code(self) -> str:
        """How a missed threshold of it is named beside criteria."""
        return f"{SECTION}{self.section}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"section": self.section, "threshold": str(self.threshold)}

    @classmethod
    def from_dict(cls, data: object) -> "SectionThreshold":
        """Read what `to_dict` wrote. Raises InvalidRules."""
        read: Mapping[str, Any] = reading.require_keys(data, needed=("section", "threshold"))
        return cls(reading.text(read["section"]), reading.exact(read["threshold"]))
