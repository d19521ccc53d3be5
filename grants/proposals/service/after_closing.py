"""What happens to proposals when their call closes, by the clock and not by anybody's hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from grants.calls.models import Call, Stage
from grants.calls.service.calls import one_call
from grants.kit.jobs import defer
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.proposals.service.proposals import Proposals
from grants.rules.events import ProposalStands
from grants.rules.workflow import PROPOSAL_STEPS, CallStatus, ProposalStatus

NOTICE = timedelta(days=1)
"""How long before the deadline the teams of what is not submitted are written to."""

WRITING = (ProposalStatus.DRAFT, ProposalStatus.TAKEN_BACK, ProposalStatus.INVITED)
"""What its team still has in hand."""


@dataclass(frozen=True, slots=True)
class Deadlines(Service):
    """The ends of calls, and of what was reopened and not submitted again."""

    def ahead(self) -> Sequence[Call]:
        """List the calls of which an end is still to come, or left something unsettled."""
        unsettled = select(Proposal.id).where(Proposal.call_id == Call.id, _WAITS)
        coming = select(Stage.id).where(
            Stage.call_id == Call.id, Stage.writing_closes_at > self.clock()
        )
        return self.db.scalars(
            select(Call)
            .where(
                Call.status == CallStatus.PUBLISHED,
                (Call.closes_at > self.clock()) | unsettled.exists() | coming.exists(),
            )
            .order_by(Call.id)
        ).all()

    def found(self, code: str) -> tuple[Call | None, bool]:
        """Find a call as `Calls.get` does, and whether its end left anything unsettled; one query.

        Unsettled is what was reopened and not submitted again, or invited and never submitted,
        once its form is closed.
        """
        waiting = select(Proposal.id).where(Proposal.call_id == Call.id, self._is_due())
        row = self.db.execute(one_call(code).add_columns(waiting.exists())).unique().first()
        return (row[0], bool(row[1])) if row else (None, False)

    def is_over(self, proposal: Proposal) -> bool:
        """Return whether the form that a proposal is at is closed by now."""
        return self.clock() >= proposal.closes_at

    def settle(self, call: Call) -> int:
        """Have what was submitted last count once its form is closed; tell how many there were.

        Who was invited and submitted nothing goes no further. Done again it finds nothing to do;
        done before the deadline, which may have been moved, too.
        """
        waiting = select(Proposal).where(Proposal.call_id == call.id, self._is_due())
        found = self.db.scalars(waiting.order_by(Proposal.reference)).all()
        return sum(self._settle(proposal) for proposal in found)

    def unsent(self, call: Call, stage: Stage | None = None) -> Sequence[int]:
        """List the proposals, by number, whose teams still have the form of a stage in hand."""
        return self.db.scalars(
            select(Proposal.id)
            .where(
                Proposal.call_id == call.id,
                Proposal.invited_to_id == (stage.id if stage else None),
                Proposal.status.in_(WRITING),
            )
            .order_by(Proposal.id)
        ).all()

    def _is_due(self) -> ColumnElement[bool]:
        """Return the condition on Proposal under which its form closed and left it unsettled."""
        end = (
            select(func.coalesce(Stage.writing_closes_at, Call.closes_at))
            .select_from(Call)
            .outerjoin(Stage, Stage.id == Proposal.invited_to_id)
            .where(Call.id == Proposal.call_id)
            .correlate(Proposal)
        )
        return and_(_WAITS, end.scalar_subquery() <= self.clock())

    def _settle(self, proposal: Proposal) -> bool:
        proposals = self._proposals
        proposals.lock(proposal)
        if proposal.status is ProposalStatus.INVITED:
            self.move(PROPOSAL_STEPS, proposal, "lapse", by=None, reference=proposal.reference)
            return True
        version = proposals.newest_version(proposal)
        if proposal.status is not ProposalStatus.TAKEN_BACK or version is None:
            return False  # somebody was faster
        facts = {"version": version.number, "receipt": version.receipt, "sha256": version.sha256}
        self.move(
            PROPOSAL_STEPS, proposal, "stand", by=None, reference=proposal.reference, facts=facts
        )
        self.publish(ProposalStands(proposal=proposal, version=version))
        return True

    @property
    def _proposals(self) -> Proposals:
        return Proposals(self.db, self.publish, self.clock)


_WAITS = Proposal.status.in_((ProposalStatus.TAKEN_BACK, ProposalStatus.INVITED))


def await_end(db: Session, call: Call) -> None:
    """Ask for what the ends of a call's forms bring; asking again adds nothing."""
    _await(db, call, call.closes_at)
    for stage in call.stages:
        if stage.writing_closes_at is not None:
            _await(db, call, stage.writing_closes_at, stage)


def _await(db: Session, call: Call, closes_at: datetime, stage: Stage | None = None) -> None:
    named = f"{call.id}/{closes_at.isoformat()}" + (f"/{stage.number}" if stage else "")
    moments = {"remind": closes_at - NOTICE, "settle": closes_at}
    for what, at in moments.items():
        values: dict[str, Any] = {"call_id": call.id, "closes_at": closes_at}
        if stage is not None:
            values["stage_id"] = stage.id
        defer(db, f"{what}_teams", key=f"{what}_teams/{named}", at=at, **values)
