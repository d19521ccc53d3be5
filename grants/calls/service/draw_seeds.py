"""Seeds of draws: committed before any review can be written, revealed by the first draw."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select

from grants.accounts.models import Person
from grants.calls.models import Call, DrawSeed, Stage
from grants.kit.service import Service
from grants.rules.scoring.lots import DrawRule, commitment
from grants.rules.workflow import StageKind, StageStatus

NOUN = "draw seed"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class DrawSeeds(Service):
    """The seed of each call that draws by one."""

    def of(self, call: Call) -> DrawSeed | None:
        """Find the seed that was committed for a call."""
        return self.db.scalar(select(DrawSeed).where(DrawSeed.call_id == call.id))

    def commit(self, call: Call, *, by: Person | None) -> DrawSeed | None:
        """Commit a seed where the rules of a call ask for one and no stage of reviews has begun.

        Nothing happens the second time: a seed is never replaced.
        """
        if call.rules.get("draw") != DrawRule.SEED or self.of(call) or self._has_begun(call):
            return None
        secret = secrets.token_hex(_BYTES)
        made = DrawSeed(
            call=call, secret=secret, sha256=commitment(secret), committed_at=self.clock()
        )
        self.db.add(made)
        self.db.flush()
        self.record("commit", NOUN, call.code, by=by, facts={"sha256": made.sha256})
        return made

    def reveal(self, found: DrawSeed, *, by: Person) -> str:
        """Return the seed for a draw that is held now; from the first one on everybody sees it."""
        if found.revealed_at is None:
            found.revealed_at = self.clock()
            facts = {"seed": found.secret, "sha256": found.sha256}
            self.record("reveal", NOUN, found.call.code, by=by, facts=facts)
        return found.secret

    def _has_begun(self, call: Call) -> bool:
        begun = select(Stage.id).where(
            Stage.call_id == call.id,
            Stage.kind == StageKind.INDIVIDUAL_REVIEW,
            Stage.status != StageStatus.PLANNED,
        )
        return self.db.scalar(begun.limit(1)) is not None
