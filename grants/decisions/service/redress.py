"""Requests for redress: asked for by applicants, settled by somebody who was not involved."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from grants.accounts.models import Person
from grants.calls.models import Call
from grants.decisions.models import Decision
from grants.decisions.queries.redress_days import last_day
from grants.decisions.redress import RedressRequest
from grants.evaluation.models import Assignment, CheckItem
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.proposals.service.authorisation import Authorisation
from grants.rules import timezones
from grants.rules.errors import Incomplete, NotAllowedNow
from grants.rules.events import RedressAsked, RedressSettled
from grants.rules.words import N_
from grants.rules.workflow import PROPOSAL_STEPS
from grants.rules.workflow.redress import REDRESS_STEPS, RedressStatus

INVOLVED = N_(
    "You were involved in this proposal: somebody who neither checked, reviewed, decided nor signed"
    " it settles the request."
)


@dataclass(frozen=True, slots=True)
class Redress(Service):
    """All that happens to requests for redress."""

    def against(self, decision: Decision) -> RedressRequest | None:
        """Find the request against a decision."""
        query = _whole().where(RedressRequest.decision_id == decision.id)
        return self.db.scalar(query)

    def of(self, proposal: Proposal) -> Sequence[RedressRequest]:
        """List the requests of a proposal, the newest first."""
        query = _whole().where(Decision.proposal_id == proposal.id)
        return self.db.scalars(query.order_by(RedressRequest.id.desc())).all()

    def in_call(self, call: Call) -> Sequence[RedressRequest]:
        """List the requests of a call, those that wait first."""
        query = _whole().where(Proposal.call_id == call.id)
        waits = RedressRequest.status != RedressStatus.ASKED
        return self.db.scalars(query.order_by(waits, RedressRequest.id)).all()

    def is_open(self, decision: Decision) -> bool:
        """Return whether redress can be asked for against a decision at this moment."""
        call = decision.proposal.call
        until = last_day(decision, call)
        return until is not None and timezones.day(self.clock(), call.zone) <= until

    def ask(
        self, proposal: Proposal, decision: Decision, *, grounds: str, by: Person
    ) -> RedressRequest:
        """Ask the fund to look again at the procedure; once against each decision.

        Raises NotAllowedNow once the days of the call are over, Incomplete without grounds.
        """
        Authorisation(self.db).require(proposal, by=by)
        self.db.refresh(proposal, ["status"], with_for_update=True)
        PROPOSAL_STEPS.target("ask_redress", proposal.status)
        there = self.against(decision)
        if there is not None:
            if (there.grounds, there.asked_by_id) == (grounds.strip(), by.id):
                return there  # a double click
            raise NotAllowedNow(N_("Redress was asked for already against this decision."))
        if not self.is_open(decision):
            raise NotAllowedNow(N_("The time to ask for redress is over."))
        if not grounds.strip():
            raise Incomplete(N_("Write what was not right in the procedure."))
        asked = RedressRequest(
            decision=decision,
            status=RedressStatus.ASKED,
            grounds=grounds.strip(),
            asked_at=self.clock(),
            asked_by=by,
        )
        self.db.add(asked)
        self.db.flush()
        self.record(
            "ask",
            REDRESS_STEPS.noun,
            asked.reference,
            by=by,
            after=asked.status.value,
            reason=asked.grounds,
            facts={"decision": decision.number},
        )
        self.publish(RedressAsked(request=asked))
        return asked

    def settle(self, asked: RedressRequest, *, founded: bool, reasons: str, by: Person) -> None:
        """Say whether a request is founded, with reasons that the applicant reads.

        Refused to whoever was involved. What follows from a founded request is a new decision,
        under the rules of decisions; the first evaluation is kept.
        """
        self.db.flush()
        self.db.refresh(asked, ["status"], with_for_update=True)
        if by.id in self.involved(asked.decision.proposal):
            raise NotAllowedNow(INVOLVED)
        if not reasons.strip():
            raise Incomplete(N_("Give the reasons: the applicant reads them."))
        asked.reasons = reasons.strip()
        asked.settled_at, asked.settled_by = self.clock(), by
        self.move(
            REDRESS_STEPS,
            asked,
            "uphold" if founded else "dismiss",
            by=by,
            reference=asked.reference,
            reason=asked.reasons,
        )
        self.publish(RedressSettled(request=asked))

    def involved(self, proposal: Proposal) -> frozenset[int]:
        """Name, by number, those who checked, reviewed, decided or signed a proposal."""
        queries = (
            select(Decision.decided_by_id).where(Decision.proposal_id == proposal.id),
            select(Decision.signatory_id).where(Decision.proposal_id == proposal.id),
            select(CheckItem.checked_by_id).where(CheckItem.proposal_id == proposal.id),
            select(Assignment.reviewer_id).where(Assignment.proposal_id == proposal.id),
        )
        found = {number for query in queries for number in self.db.scalars(query)}
        return frozenset(number for number in found if number is not None)


def _whole() -> Select[RedressRequest]:
    return (
        select(RedressRequest)
        .join(RedressRequest.decision)
        .join(Decision.proposal)
        .options(
            contains_eager(RedressRequest.decision).contains_eager(Decision.proposal),
            joinedload(RedressRequest.asked_by),
            joinedload(RedressRequest.settled_by),
        )
    )
