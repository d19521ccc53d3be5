"""The stages of the formal check: open from the first conclusion in a call to the last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from grants.accounts.models import Person
from grants.calls.models import Call, Stage
from grants.evaluation.models import StageResult
from grants.kit.service import Service
from grants.proposals.clarifications import Clarification
from grants.proposals.models import Proposal
from grants.rules.errors import NotAllowedNow
from grants.rules.words import N_
from grants.rules.workflow import (
    PROPOSAL_STEPS,
    STAGE_STEPS,
    ProposalStatus,
    StageKind,
    StageOutcome,
    StageStatus,
)
from grants.rules.workflow.clarifications import ClarificationStatus

CHECKS = (StageKind.ADMISSIBILITY, StageKind.ELIGIBILITY)

UNCHECKED = (ProposalStatus.SUBMITTED, ProposalStatus.TAKEN_BACK, ProposalStatus.ADMISSIBLE)
"""Proposals in these hold a stage up; what was taken back counts from the deadline on."""


@dataclass(frozen=True, slots=True)
class CheckStages(Service):
    """All that happens to these stages; nobody opens or closes them by hand."""

    def begin(self, call: Call, phase: int, *, by: Person) -> Mapping[StageKind, Stage]:
        """Return those of one form by kind, and open those that are not."""
        found = {it.kind: it for it in self._of(call) if it.phase == phase}
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
        for stage in self._of(call):
            if stage.status is StageStatus.OPEN:
                stage.closed_at = self.clock()
                self.move(STAGE_STEPS, stage, "close", by=by, reference=stage.reference)

    def conclude_unlisted(self, stage: Stage, *, by: Person) -> None:
        """Find eligible what was written for a stage of which nothing is checked."""
        if is_checked(stage):
            return
        written = select(Proposal).where(
            Proposal.call_id == stage.call_id, Proposal.status == ProposalStatus.SUBMITTED
        )
        waits = (
            select(Clarification)
            .join(Clarification.proposal)
            .where(
                Proposal.call_id == stage.call_id,
                Proposal.status == ProposalStatus.SUBMITTED,
                Clarification.status == ClarificationStatus.ASKED,
                Clarification.due_at > self.clock(),
            )
            .order_by(Clarification.id)
        )
        if (open_one := self.db.scalar(waits.limit(1))) is not None:
            raise NotAllowedNow(
                N_("A question about {reference} can still be answered."),
                reference=open_one.proposal.reference,
            )
        begun = self.begin(stage.call, stage.phase, by=by)
        for proposal in self.db.scalars(written.order_by(Proposal.reference)):
            for kind, action in zip(CHECKS, ("admit", "qualify"), strict=True):
                self.move(PROPOSAL_STEPS, proposal, action, by=by, reference=proposal.reference)
                result = StageResult(
                    stage=begun[kind],
                    proposal=proposal,
                    outcome=StageOutcome.PASSED,
                    reached_at=self.clock(),
                    evidence={"not_met": []},
                )
                self.db.add(result)

    def _of(self, call: Call) -> Sequence[Stage]:
        query = select(Stage).where(Stage.call_id == call.id, Stage.kind.in_(CHECKS))
        return self.db.scalars(query.order_by(Stage.position)).all()


def is_checked(stage: Stage) -> bool:
    """Return whether anything is checked in the form that a stage judges.

    The first form always is; a later one where the checklist has items for it.
    """
    return stage.phase == 1 or stage.phase in {it.get("phase", 1) for it in stage.call.checklist}
