"""The stages that every call has from the start: its formal checks, and one of reviews."""

from grants.calls.models import Stage
from grants.rules.workflow import StageKind

LAST_REVIEWS = 1
"""The number of the last stage of reviews, which is the one that is ranked."""

# The ledgers of all calls name their reviews 1: no other stage was a row once.
_NUMBERS = {
    StageKind.ADMISSIBILITY: 2,
    StageKind.ELIGIBILITY: 3,
    StageKind.INDIVIDUAL_REVIEW: LAST_REVIEWS,
}


def first_stages() -> list[Stage]:
    """Plan them, in the order in which proposals go through them."""
    return [
        Stage(kind=kind, position=position, number=number)
        for position, (kind, number) in enumerate(_NUMBERS.items(), 1)
    ]
