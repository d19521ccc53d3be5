"""A criterion as a manager writes it, of a call or of one of its earlier stages."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from grants.calls.models import Criterion

_ALWAYS = ("code", "name", "guidance", "weight", "threshold_halves")
_NOT_JUDGED_BY = ("guidance", "meanings")


@dataclass(frozen=True, kw_only=True)
class CriterionFacts:
    """One criterion as a manager writes it.

    What is not said is as of a criterion from 0 to 5 by half points, that every review scores and
    comments; `meanings` says in words what scores stand for, a line for each.
    """

    code: str
    name: str
    guidance: str
    weight: str
    threshold_halves: int | None
    scale: Mapping[str, int] | None = None
    bonus: bool = False
    not_assessed: str | None = None
    comment_below_halves: int | None = None
    section: str = ""
    meanings: str = ""

    @classmethod
    def of(cls, row: Criterion) -> "CriterionFacts":
        """Read a criterion of a call."""
        return cls(**{name: getattr(row, name) for name in _ALWAYS}, **row.options)

    @property
    def options(self) -> dict[str, Any]:
        """What is said beyond the usual, as plain JSON values."""
        usual = {it.name: it.default for it in fields(self) if it.name not in _ALWAYS}
        return {
            name: getattr(self, name)
            for name, default in usual.items()
            if getattr(self, name) != default
        }

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values; the usual is left out, as it was before it was known."""
        return {**{name: getattr(self, name) for name in _ALWAYS}, **self.options}

    def as_rule(self) -> dict[str, Any]:
        """Return what of it judges, as `grants.rules.scoring.Rules` reads it."""
        return {name: it for name, it in self.to_dict().items() if name not in _NOT_JUDGED_BY}

    def judged_by(self) -> dict[str, Any]:
        """Return all of it, the weight exact: 1.5 and 3/2 are the same."""
        return self.to_dict() | {"weight": Fraction(self.weight)}


def criteria_of(rows: Any) -> tuple[CriterionFacts, ...]:
    """Read the criteria of a call, in order."""
    return tuple(CriterionFacts.of(it) for it in rows)
