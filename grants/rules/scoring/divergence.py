"""When reviews of one proposal count as disagreeing: a rule of a call, which it may do without."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from grants.rules.scoring import reading
from grants.rules.scoring.errors import InvalidRules
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class DivergenceRule:
    """Reviews disagree if they differ by more than so many points, or on a threshold.

    `total` is compared with weighted totals, `criterion` with the scores of each criterion; both
    in points. `both_sides` looks at every threshold there is.
    """

    total: Fraction | None = None
    criterion: Fraction | None = None
    both_sides: bool = False

    def __post_init__(self) -> None:
        for limit in (self.total, self.criterion):
            if limit is not None and (type(limit) is not Fraction or limit < 0):
                raise InvalidRules(N_("Reviews differ by a number of points, zero or more."))
        if type(self.both_sides) is not bool:
            raise InvalidRules(N_("Whether thresholds count is either true or false."))
        if self.total is None and self.criterion is None and not self.both_sides:
            raise InvalidRules(N_("The rule does not say when reviews disagree."))

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as plain JSON values, without what it does not say."""
        written = {
            "total": None if self.total is None else str(self.total),
            "criterion": None if self.criterion is None else str(self.criterion),
            "both_sides": self.both_sides or None,
        }
        return {name: value for name, value in written.items() if value is not None}

    @classmethod
    def from_dict(cls, data: object) -> "DivergenceRule | None":
        """Read what `to_dict` wrote; nothing where there is no rule."""
        if data is None:
            return None
        names = [each.name for each in fields(cls)]
        read: Mapping[str, Any] = reading.require_keys(data, needed=(), optional=names)
        limits = {
            name: reading.exact(read[name]) for name in ("total", "criterion") if name in read
        }
        return cls(**limits, both_sides=read.get("both_sides", False))
