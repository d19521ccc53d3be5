"""How far reviewers of one proposal are apart, so that people see where to talk."""

from collections.abc import Sequence
from dataclasses import dataclass

from grants.rules.scoring.scoring import Review


@dataclass(frozen=True)
class Spread:
    """The lowest and highest score that reviewers gave on one criterion, in halves."""

    code: str
    lowest: int
    highest: int

    @property
    def halves(self) -> int:
        """How far apart they are: 0 when all agree."""
        return self.highest - self.lowest


def agreement(reviews: Sequence[Review]) -> tuple[Spread, ...]:
    """Return the spread of each criterion, by code; a review without a score there is left out."""
    codes = sorted({code for review in reviews for code in review})
    given = {code: [review[code] for review in reviews if code in review] for code in codes}
    return tuple(Spread(code, min(scores), max(scores)) for code, scores in given.items())
