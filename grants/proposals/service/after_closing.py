"""What happens to proposals when their call closes, by the clock and not by anybody's hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from grants.calls.models import Call
from grants.calls.service.calls import one_call
from grants.kit.jobs import defer
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.proposals.service.proposals import Proposals
from grants.rules.events import ProposalStands
from grants.rules.workflow import PROPOSAL_STEPS, CallStatus, ProposalStatus

NOTICE = timedelta(days=1)
"""How long before the deadline the teams of what is not submitted are written to."""

WRITING = (ProposalStatus.DRAFT, ProposalStatus.TAKEN_BACK)
"""What its team still has in hand."""


@dataclass(frozen=True, slots=True)
class Deadlines(Service):
    """The ends of calls, and of what was reopened and not submitted again."""

    def ahead(self) -> Sequence[Call]:
        """List the calls whose end is still to come, or left something unsettled."""
        unsettled = select(Proposal.id).where(_waits(Proposal.call_id == Call.id))
        return self.db.scalars(
            select(Call)
            .where(
                Call.status == CallStatus.PUBLISHED,
                (Call.closes_at > self.clock()) | unsettled.exists(),
            )
            .order_by(Call.id)
        ).all()

    def found(self, code: str) -> tuple[Call | None, bool]:
        """Find a call as `Calls.get` does, and whether its end left anything unsettled; one query.

        Unsettled is what was reopened and not submitted again, once the call is closed.
        """
        waiting = select(Proposal.id).where(_waits(Proposal.call_id == Call.id))
        closed = Call.closes_at <= self.clock()
        asked = one_call(code).add_columns(and_(closed, waiting.exists()))
        row = self.db.execute(asked).unique().first()
        return (row[0], bool(row[1])) if row else (None, False)

    def is_over(self, call: Call) -> bool:
        """Return whether a call is closed by now."""
        return self.clock() >= call.closes_at

    def settle(self, call: Call) -> int:
        """Have what was submitted last count, once the call is closed; tell how many there were.

        Done again it finds nothing to do; done before the deadline, which may have been moved, too.
        """
        if self.clock() < call.closes_at:
            return 0
        waiting = select(Proposal).where(_waits(Proposal.call_id == call.id))
        found = self.db.scalars(waiting.order_by(Proposal.reference)).all()
        return sum(self._stand(proposal) for proposal in found)

    def unsent(self, call: Call) -> Sequence[int]:
        """List the proposals of a call, by number, that their teams still have in hand."""
        return self.db.scalars(
            select(Proposal.id)
            .where(Proposal.call_id == call.id, Proposal.status.in_(WRITING))
            .order_by(Proposal.id)
        ).all()

    def _stand(self, proposal: Proposal) -> bool:
        proposals = self._proposals
        proposals.lock(proposal)
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


def _waits(here: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(here, Proposal.status == ProposalStatus.TAKEN_BACK)


def await_end(db: Session, call: Call) -> None:
    """Ask for what a call's end brings; asking again adds nothing."""
    named = f"{call.id}/{call.closes_at.isoformat()}"
    moments = {"remind": call.closes_at - NOTICE, "settle": call.closes_at}
    for what, at in moments.items():
        values = {"call_id": call.id, "closes_at": call.closes_at}
        defer(db, f"{what}_teams", key=f"{what}_teams/{named}", at=at, **values)
