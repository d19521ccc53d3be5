"""The stages of the formal check: open from the first conclusion in a call to the last."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from grants.accounts.models import Person
from grants.calls.models import Call, Stage
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules.workflow import STAGE_STEPS, ProposalStatus, StageKind, StageStatus

CHECKS = (StageKind.ADMISSIBILITY, StageKind.ELIGIBILITY)

UNCHECKED = (ProposalStatus.SUBMITTED, ProposalStatus.TAKEN_BACK, ProposalStatus.ADMISSIBLE)
"""Proposals in these hold a stage up; what was taken back counts from the deadline on."""


@dataclass(frozen=True, slots=True)
class CheckStages(Service):
    """All that happens to these stages; nobody opens or closes them by hand."""

    def begin(self, call: Call, *, by: Person) -> Mapping[StageKind, Stage]:
        """Return them by kind, and open those that are not."""
        found = self._of(call)
        for stage in found.values():
            if stage.status is StageStatus.PLANNED:
                stage.opened_at = self.clock()
                facts = {"rules": stage.rules_sha256}
                self.move(STAGE_STEPS, stage, "open", by=by, reference=stage.reference, facts=facts)
        return found

    def end(self, call: Call, *, by: Person) -> None:
        """Close those that are open, unless something is left to be checked."""
        left = select(Proposal.id).where(
            Proposal.call_id == call.id, Proposal.status.in_(UNCHECKED)
        )
        if self.db.scalar(left.limit(1)) is not None:
            return
        for stage in self._of(call).values():
            if stage.status is StageStatus.OPEN:
                stage.closed_at = self.clock()
                self.move(STAGE_STEPS, stage, "close", by=by, reference=stage.reference)

    def _of(self, call: Call) -> dict[StageKind, Stage]:
        query = select(Stage).where(Stage.call_id == call.id, Stage.kind.in_(CHECKS))
        return {stage.kind: stage for stage in self.db.scalars(query.order_by(Stage.position))}
