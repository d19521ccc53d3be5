"""How far the reviews of a proposal are."""

from collections.abc import Sequence
from dataclasses import dataclass

from grants.proposals.models import Proposal
from grants.rules.scoring import Disagreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the reviews of one proposal are."""

    proposal: Proposal
    done: int
    outstanding: int
    reopened: int
    needed: int
    late: int = 0
    """How many came in after the stage's date, or are still out after it."""
    disagreements: Sequence[Disagreement] = ()
    """What its reviews disagree in: it then needs one review more than the others."""

    @property
    def missing(self) -> int:
        """How many reviews it still needs."""
        return max(0, self.needed - self.done)
