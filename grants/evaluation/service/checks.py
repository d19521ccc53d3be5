"""The eligibility check: item by item, with evidence and reasons, and then its conclusion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Person
from grants.calls.models import Stage
from grants.evaluation.models import CheckItem, StageResult
from grants.evaluation.queries.computed_items import ComputedItem, computed_items
from grants.evaluation.service.check_stages import CheckStages
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.proposals.queries import newest_version
from grants.proposals.service.clarifications import Clarifications
from grants.rules.errors import Incomplete, NotAllowedNow, Refused
from grants.rules.words import N_
from grants.rules.workflow import PROPOSAL_STEPS, ProposalStatus, StageKind, StageOutcome

WHY_MET = N_("By what the portal computes it is not met. State in the evidence why it is.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAnswered:
    """What somebody says to an item: met, not met or open, the evidence, why it is not met."""

    met: bool | None = None
    evidence: str = ""
    reason: str = ""

    def stripped(self) -> "CheckAnswered":
        """Return it as it is kept: without blanks around the words."""
        return replace(self, evidence=self.evidence.strip(), reason=self.reason.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a call's checklist, and what was answered so far."""

    code: str
    kind: str
    text: str
    answer: CheckItem | None
    computed: ComputedItem | None = None
    """What the portal computes of it, where the call says how."""

    @property
    def met(self) -> bool | None:
        """Whether it is met; None while nobody said."""
        return self.answer.met if self.answer else None

    @property
    def said(self) -> CheckAnswered:
        """What was said to it; an empty answer while nobody said anything."""
        it = self.answer
        return (
            CheckAnswered(met=it.met, evidence=it.evidence, reason=it.reason)
            if it
            else CheckAnswered()
        )


@dataclass(frozen=True, slots=True)
class Checks(Service):
    """All that happens to the formal check of a proposal."""

    def of(self, proposal: Proposal) -> tuple[Item, ...]:
        """List the call's checklist with what was answered, in the call's order."""
        query = select(CheckItem).where(CheckItem.proposal_id == proposal.id)
        found = self.db.scalars(query.options(joinedload(CheckItem.checked_by)))
        answers = {item.code: item for item in found}
        computed = self._computed(proposal)
        return tuple(
            Item(
                code=line["code"],
                kind=line["kind"],
                text=line["text"],
                answer=answers.get(line["code"]),
                computed=computed.get(line["code"]),
            )
            for line in proposal.call.checklist
            if line.get("phase", 1) == proposal.phase
        )

    def _computed(self, proposal: Proposal) -> Mapping[str, ComputedItem]:
        """Compute what the call says how to; no query where it says nothing."""
        if not any("rule" in line for line in proposal.call.checklist):
            return {}
        version = self.db.scalar(newest_version.version(proposal))
        return {} if version is None else computed_items(proposal, version)

    def answer(
        self,
        proposal: Proposal,
        code: str,
        *,
        met: bool,
        evidence: str = "",
        reason: str = "",
        by: Person,
    ) -> CheckItem:
        """Return whether one item is met. Raises Incomplete if it is not and no reason is given."""
        given = CheckAnswered(met=met, evidence=evidence, reason=reason)
        return self.answer_all(proposal, {code: given}, by=by)[code]

    def answer_all(
        self, proposal: Proposal, given: Mapping[str, CheckAnswered], *, by: Person
    ) -> Mapping[str, CheckItem]:
        """Save what is said to several items, and return the answers by code; all or none.

        What says the same as before is left as it is, with whoever said it first. Raises
        Incomplete if an item is not met and no reason is given, or is met against what the portal
        computes and no evidence is given.
        """
        self._require_closed(proposal)
        self._lock(proposal)
        PROPOSAL_STEPS.target("check", proposal.status)
        items = {item.code: item for item in self.of(proposal)}
        if given.keys() - items.keys():
            raise Refused(N_("The checklist of this call has no such item."))
        if any(it.met is False and not it.reason.strip() for it in given.values()):
            raise Incomplete(N_("State why it is not met: the applicant is informed."))
        if any(departs(items[code], it) and not it.evidence.strip() for code, it in given.items()):
            raise Incomplete(WHY_MET)
        return {
            code: self._keep(proposal, items[code], it.stripped(), by)
            for code, it in given.items()
            if items[code].answer or it.stripped() != CheckAnswered()
        }

    def _keep(self, proposal: Proposal, item: Item, given: CheckAnswered, by: Person) -> CheckItem:
        if item.answer and item.said == given:
            return item.answer
        answer = item.answer or CheckItem(proposal=proposal, code=item.code)
        before = _word(item.met) if item.answer else None
        answer.met, answer.evidence, answer.reason = given.met, given.evidence, given.reason
        answer.checked_at, answer.checked_by = self.clock(), by
        self.db.add(answer)
        self.db.flush()
        self.record(
            "check",
            "check item",
            f"{proposal.reference}/{item.code}",
            by=by,
            before=before,
            after=_word(given.met),
            reason=answer.reason,
            facts={"evidence": answer.evidence, **_computed_fact(item)},
        )
        return answer

    def conclude(self, proposal: Proposal, *, by: Person) -> ProposalStatus:
        """Draw the conclusion of all answers: where the proposal stands from now on.

        Raises Incomplete while an item has no answer.
        """
        self._require_closed(proposal)
        self._lock(proposal)
        if Clarifications(self.db, self.publish, self.clock).open(proposal) is not None:
            raise NotAllowedNow(
                N_("A clarification is still open. Wait for the answer, or withdraw the question.")
            )
        items = self.of(proposal)
        if missing := sum(item.met is None for item in items):
            raise Incomplete(
                N_("{count} items of the checklist have no answer yet."), count=missing
            )
        stages = CheckStages(self.db, self.publish, self.clock)
        begun = stages.begin(proposal.call, proposal.phase, by=by)
        formal, substance = begun[StageKind.ADMISSIBILITY], begun[StageKind.ELIGIBILITY]
        if self._judge(proposal, formal, items, ("admit", "exclude"), by):
            self._judge(proposal, substance, items, ("qualify", "disqualify"), by)
        stages.end(proposal.call, by=by)
        return proposal.status

    def _judge(
        self,
        proposal: Proposal,
        stage: Stage,
        items: Sequence[Item],
        steps: tuple[str, str],
        by: Person,
    ) -> bool:
        """Take the first step if all items of the stage's kind are met, else the second."""
        missed = [it for it in items if it.kind == stage.kind and not it.met]
        self.move(
            PROPOSAL_STEPS,
            proposal,
            steps[bool(missed)],
            by=by,
            reference=proposal.reference,
            reason=" ".join(it.answer.reason for it in missed if it.answer),
        )
        result = StageResult(
            stage=stage,
            proposal=proposal,
            outcome=StageOutcome.FAILED if missed else StageOutcome.PASSED,
            reached_at=self.clock(),
            evidence={"not_met": [it.code for it in missed]},
        )
        self.db.add(result)
        return not missed

    def _lock(self, proposal: Proposal) -> None:
        """Have others wait who answer or conclude, and see what they did before."""
        self.db.flush()  # refreshing drops what is not written yet
        self.db.refresh(proposal, ["status"], with_for_update={"key_share": True})

    def _require_closed(self, proposal: Proposal) -> None:
        if self.clock() < proposal.closes_at:
            raise NotAllowedNow(
                N_(
                    "Proposals are checked after the call has closed: until then their teams"
                    " can reopen them."
                )
            )


def departs(item: Item, given: CheckAnswered) -> bool:
    """Return whether somebody says met where the portal computes that it is not."""
    return given.met is True and item.computed is not None and item.computed.met is False


def _computed_fact(item: Item) -> dict[str, str]:
    """Return what the portal computed, for the ledger; nothing of what people answer alone."""
    return {"computed": _word(item.computed.met)} if item.computed else {}


def _word(met: bool | None) -> str:
    return "open" if met is None else "met" if met else "not met"
