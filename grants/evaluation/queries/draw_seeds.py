"""By which seed, if by any, the ties of a ranking are drawn."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls.models import DrawSeed, Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.rules.scoring import DrawRule
from grants.rules.words import N_

SEEDED = N_("The order follows from the seed that was committed before the reviews began.")
"""Why a draw by seed has the order that it has: kept in English, shown in the reader's words."""
NOT_TYPED = N_("The order of this draw follows from the committed seed. Nobody types it in.")


def seed_of(db: Session, stage: Stage) -> DrawSeed | None:
    """Find the seed that ties of a stage are drawn by; nothing where people draw lots."""
    if frozen_rules(stage).draw is not DrawRule.SEED:
        return None
    return db.scalar(select(DrawSeed).where(DrawSeed.call_id == stage.call_id))
