"""What a panel may do with scores: a rule of a call, which it may do without."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grants.rules.scoring import reading
from grants.rules.scoring.errors import InvalidRules
from grants.rules.scoring.scale import points
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class PanelRule:
    """A panel concludes on every proposal; it may move a score by `band_halves`, or not at all."""

    band_halves: int | None = None

    def __post_init__(self) -> None:
        band = self.band_halves
        if band is not None and not (type(band) is int and band > 0):
            raise InvalidRules(N_("A panel moves scores by some half points, or not at all."))

    def allows(self, halves: int, value: Fraction) -> bool:
        """Return whether a score lies within the band of what the reviews come to, in points."""
        return self.band_halves is not None and abs(points(halves) - value) <= points(
            self.band_halves
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as plain JSON values."""
        return {} if self.band_halves is None else {"band_halves": self.band_halves}

    @classmethod
    def from_dict(cls, data: object) -> "PanelRule | None":
        """Read what `to_dict` wrote; nothing where no panel meets."""
        if data is None:
            return None
        return cls(**reading.require_keys(data, needed=(), optional=("band_halves",)))


def with_panel_scores(
    reviews: Sequence[Mapping[str, int]], decided: Mapping[str, int]
) -> tuple[dict[str, int], ...]:
    """Return reviews that come to what a panel decided: on its criteria all of them say so.

    Mean and median of equal scores are that score, exactly; all other criteria stay as they are.
    """
    return tuple({**it, **decided} for it in reviews)
