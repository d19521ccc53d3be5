"""Decisions: made on each proposal with reasons, within the envelope, and told by letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Person
from grants.calls.models import Call
from grants.calls.queries.definitions import definition_of
from grants.calls.queries.form_fit import require_one_currency
from grants.calls.service.who_may_sign import Signatories
from grants.decisions.models import LETTER, Decision
from grants.decisions.queries import letter_facts
from grants.decisions.queries.awarded_money import AWARDS, awarded
from grants.decisions.queries.desk import DECIDABLE as DECIDABLE
from grants.decisions.queries.desk import DecisionDesk, desk, waits
from grants.decisions.queries.letter_facts import LetterFacts
from grants.decisions.queries.offers import Offer, Offers, departs
from grants.kit.dossiers.models import Document
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules import timezones
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate, Refused
from grants.rules.events import LetterSent
from grants.rules.money import Amount
from grants.rules.words import N_
from grants.rules.workflow import PROPOSAL_STEPS, DecisionKind, ProposalStatus

REJECTIONS = (
    DecisionKind.REJECT_BUDGET,
    DecisionKind.REJECT_THRESHOLD,
    DecisionKind.REJECT_OTHER,
)
_SIGNED = (joinedload(Decision.decided_by), joinedload(Decision.signatory))


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMoney:
    """A call's envelope, in cents: what is awarded of it, and what is left."""

    envelope: int
    awarded: int

    @property
    def left(self) -> int:
        """What can still be awarded."""
        return self.envelope - self.awarded


@dataclass(frozen=True, slots=True)
class Decisions(Service):
    """All that happens to decisions and their letters."""

    def of(self, proposal: Proposal) -> Decision | None:
        """Find the decision that stands on a proposal, sent or not."""
        query = select(Decision).where(Decision.proposal_id == proposal.id, Decision.is_current)
        return self.db.scalar(query.options(*_SIGNED))

    def notified(self, proposal: Proposal) -> Decision | None:
        """Return the decision that the applicant knows: the newest whose letter was sent.

        Before, there is none to tell; and it may have been decided anew since.
        """
        sent = (Decision.proposal_id == proposal.id, Decision.notified_at.is_not(None))
        newest = select(Decision).where(*sent).order_by(Decision.number.desc()).limit(1)
        return self.db.scalar(newest)

    def before(self, decision: Decision) -> Sequence[Decision]:
        """List what was decided on a proposal before, the oldest first."""
        if decision.number == 1:
            return ()
        query = select(Decision).where(
            Decision.proposal_id == decision.proposal_id, Decision.number < decision.number
        )
        return self.db.scalars(query.options(*_SIGNED).order_by(Decision.number)).all()

    def in_call(self, call: Call) -> list[Decision]:
        """List the decisions that stand in a call by their proposals' references."""
        query = (
            select(Decision)
            .join(Decision.proposal)
            .where(Decision.call_id == call.id, Decision.is_current)
            .options(
                joinedload(Decision.proposal).joinedload(Proposal.organisation),
                joinedload(Decision.signatory),
            )
            .order_by(Proposal.reference)
        )
        return list(self.db.scalars(query))

    def waits(self, call: Call) -> bool:
        """Return whether a proposal waits for a decision, or a decision for its letter."""
        return waits(self.db, call)

    def desk(self, call: Call, *, waiting: int = 1, page: int = 1) -> DecisionDesk:
        """Return a page of what waits for a decision, one of what has it; four queries at most."""
        return desk(self.db, call, waiting=waiting, page=page)

    def money(self, call: Call) -> CallMoney:
        """Add up what is awarded, less what projects that failed or ended early gave back."""
        return CallMoney(envelope=call.envelope_cents, awarded=self._awarded(call))

    def offer(self, proposal: Proposal) -> Offer:
        """Return what the ranking offers to a proposal: see `Offers`."""
        return Offers(self.db).to(proposal)

    def signatories(self, call: Call, *, but: Person) -> list[Person]:
        """List those who may sign beside the one who decides: see `Signatories`."""
        return Signatories(self.db).beside(call, but)

    def decide(
        self,
        proposal: Proposal,
        kind: DecisionKind,
        *,
        reasons: str,
        by: Person,
        awarded_cents: int | None = None,
        conditions: str = "",
        justification: str = "",
        signatory: Person | None = None,
    ) -> Decision:
        """Decide on a proposal, or decide anew until the letter is sent; the former stays.

        What departs from the ranking needs a justification and a second signatory,
        who has to sign before the letter leaves.
        """
        former = self._open(proposal)
        self._require_possible(proposal, kind, reasons, conditions)
        cents = self._amount(proposal, kind, awarded_cents)
        departing = departs(proposal, kind, cents, self.offer(proposal))
        if departing:
            self._require_second(proposal.call, justification, signatory, by)
        if former:
            former.is_current = False
            self.db.flush()  # only one is current at any time
        decision = Decision(
            proposal=proposal,
            number=former.number + 1 if former else 1,
            kind=kind,
            awarded_cents=cents,
            reasons=reasons.strip(),
            conditions=conditions.strip(),
            departs=departing,
            justification=justification.strip() if departing else "",
            signatory=signatory if departing else None,
            decided_at=self.clock(),
            decided_by=by,
        )
        self.db.add(decision)
        self.db.flush()
        self._record("decide", decision, by, former.kind if former else None)
        return decision

    def countersign(self, decision: Decision, *, by: Person, read: str | None = None) -> None:
        """Sign a decision that departs from the ranking, as its second signatory.

        `read` is when what they read was decided. Raises OutOfDate if it was decided anew.
        """
        self._lock(decision.proposal.call)
        self.db.refresh(decision)
        if decision.signatory_id != by.id:
            raise Refused(N_("Only the second signatory can sign this decision."))
        changed = read is not None and read != decision.decided_at.isoformat()
        if changed or not decision.is_current:
            raise OutOfDate(N_("This decision was changed since you read it. Read it again."))
        if decision.signed_at is None:
            decision.signed_at = self.clock()
            self._record("countersign", decision, by, decision.kind)

    def ready(self, call: Call) -> list[Decision]:
        """List the decisions whose letters can leave now."""
        return [each for each in self.in_call(call) if sendable(each)]

    def send_letters(self, call: Call, *, by: Person, answer_by: date | None = None) -> int:
        """Tell every applicant whose decision is ready; give how many.

        With `answer_by`, awards are to be accepted or declined until that day. Sending twice is
        sending once.
        """
        if answer_by and answer_by <= timezones.day(self.clock(), call.zone):
            raise Refused(N_("Applicants need time to answer: choose a later day."))
        self._lock(call)
        ready = self.ready(call)
        for decision in ready:
            proposal = decision.proposal
            if action := _action(decision.kind):
                self.move(
                    PROPOSAL_STEPS,
                    proposal,
                    action,
                    by=by,
                    reference=proposal.reference,
                    reason=decision.reasons,
                    facts=_amounts(decision),
                )
            decision.notified_at = self.clock()
            decision.answer_by = answer_by if decision.kind in AWARDS else None
            self.db.flush()
            self._record("send letter", decision, by, decision.kind)
            self.publish(LetterSent(proposal=proposal, decision=decision))
        return len(ready)

    def letter_facts(self, proposal: Proposal) -> LetterFacts:
        """Gather what the letter of a proposal says; nothing in it tells who reviewed."""
        return letter_facts.letter_facts(self.db, proposal, self.of(proposal))

    def _open(self, proposal: Proposal) -> Decision | None:
        """Have others wait, and return what was decided so far, if it may be decided anew."""
        self._lock(proposal.call)
        # Whoever held the lock may have sent its letter, and its team may have withdrawn it.
        self.db.refresh(proposal, ["status"], with_for_update={"key_share": True})
        PROPOSAL_STEPS.target("decide", proposal.status)
        decision = self.of(proposal)
        if decision is None or decision.notified_at is None:
            return decision
        # Who was told of a place on the reserve list may still be called.
        if proposal.status is not ProposalStatus.RESERVE:
            raise NotAllowedNow(N_("The letter was sent: the decision is final."))
        if not self._is_kept(decision):
            raise NotAllowedNow(
                N_("The letter of the last decision is still on its way. Try again in a minute.")
            )
        return decision

    def _is_kept(self, decision: Decision) -> bool:
        """Return whether the last letter was made: what is decided anew must not get into it."""
        letter = select(Document.id).where(
            Document.dossier_id == decision.proposal.dossier_id,
            Document.kind == LETTER,
            Document.made_of == letter_facts.letter_made_of(decision),
        )
        return self.db.scalar(letter) is not None

    def _require_possible(
        self, proposal: Proposal, kind: DecisionKind, reasons: str, conditions: str
    ) -> None:
        if kind not in DECIDABLE[proposal.status]:
            raise Refused(
                N_("A proposal with the status “{status}” cannot receive the decision “{kind}”."),
                status=proposal.status,
                kind=kind,
            )
        if not reasons.strip():
            raise Incomplete(N_("Give the reasons: the applicant reads them."))
        if kind is DecisionKind.AWARD_WITH_CONDITIONS and not conditions.strip():
            raise Incomplete(N_("State the conditions."))

    def _amount(self, proposal: Proposal, kind: DecisionKind, cents: int | None) -> int | None:
        if kind not in AWARDS:
            return None
        if cents is None or cents < 1:
            raise Incomplete(N_("Give the amount of the award."))
        if cents > (proposal.requested_cents or 0):
            raise Refused(N_("An award cannot exceed the amount requested."))
        call = proposal.call
        require_one_currency(call, definition_of(proposal.form))
        self._require_within(call, cents)
        left = call.envelope_cents - self._awarded(call, Decision.proposal_id != proposal.id)
        if cents > left:
            raise Refused(
                N_("The envelope has {left} remaining: this award does not fit."),
                left=Amount(left, call.currency),
            )
        return cents

    def _require_within(self, call: Call, cents: int) -> None:
        """Refuse what the call itself rules out, whoever signs it."""
        if cents < call.smallest_cents:
            raise Refused(
                N_("The smallest grant of this call is {smallest}: an award cannot be lower."),
                smallest=Amount(call.smallest_cents, call.currency),
            )
        if cents > call.largest_cents:
            raise Refused(
                N_("The largest grant of this call is {largest}: an award cannot exceed it."),
                largest=Amount(call.largest_cents, call.currency),
            )

    def _require_second(
        self, call: Call, justification: str, signatory: Person | None, by: Person
    ) -> None:
        if not justification.strip():
            raise Incomplete(N_("This departs from the ranking. State why."))
        if signatory is None:
            raise Incomplete(N_("This departs from the ranking. Name a second signatory."))
        if signatory.id not in {each.id for each in self.signatories(call, but=by)}:
            raise Refused(
                N_(
                    "The second signatory must be another manager of the fund, and not one whom you"
                    " invited or who invited you, unless another manager confirmed them."
                )
            )

    def _awarded(self, call: Call, *but: ColumnElement[bool]) -> int:
        return int(self.db.scalar(awarded(call, *but)) or 0)

    def _lock(self, call: Call) -> None:
        """Let one decide at a time, or two awards might overdraw the envelope together."""
        self.db.execute(select(Call.id).where(Call.id == call.id).with_for_update())

    def _record(
        self, action: str, decision: Decision, by: Person, before: DecisionKind | None
    ) -> None:
        facts = {
            **_amounts(decision),
            "signatory": decision.signatory_id,
            "words": letter_facts.words_digest(decision),
        }
        if decision.answer_by:
            facts["answer_by"] = decision.answer_by.isoformat()
        self.record(
            action,
            "decision",
            decision.proposal.reference,
            by=by,
            before=before.value if before else None,
            after=decision.kind.value,
            reason=decision.justification or decision.reasons,
            facts=facts,
        )


def sendable(decision: Decision) -> bool:
    """Tell whether a decision's letter can leave: not sent, not withdrawn, signed where needed."""
    return (
        decision.notified_at is None
        and decision.proposal.status in DECIDABLE
        and (not decision.departs or decision.signed_at is not None)
    )


def _action(kind: DecisionKind) -> str:
    if kind in AWARDS:
        return "award"
    return "reject" if kind in REJECTIONS else ""


def _amounts(decision: Decision) -> dict[str, object]:
    return {
        "awarded_cents": decision.awarded_cents,
        "currency": decision.proposal.call.currency,
    }
