"""Who goes on to the next stage of reviews: by the rule that the call published, and by no one."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Person
from grants.calls.models import Call, Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import StageResult
from grants.evaluation.queries.own_reviews import require_own_done
from grants.evaluation.service.stages import Stages, review_stages
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.proposals.service.next_form import NextForms
from grants.rules import canonical
from grants.rules.errors import NotAllowedNow, OutOfDate, Refused
from grants.rules.scoring import Contender, EntryRule, entering
from grants.rules.words import N_
from grants.rules.workflow import (
    PROPOSAL_STEPS,
    ProposalStatus,
    StageOutcome,
    StageStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteringProposal:
    """A proposal that an earlier stage judged, its exact total, and whether it goes on."""

    proposal: Proposal
    total: Fraction
    passed: bool
    goes_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEntry:
    """What the rule makes of the stage that is closed: looked at before it is carried out."""

    stage: Stage
    """The stage that they go on to."""
    before: Stage
    rule: EntryRule
    proposals: tuple[EnteringProposal, ...]
    """The best first; those that are level by reference."""
    sha256: str
    """Of the rule and of all that it was applied to."""

    @property
    def going_on(self) -> tuple[EnteringProposal, ...]:
        """Those that go on."""
        return tuple(it for it in self.proposals if it.goes_on)


@dataclass(frozen=True, slots=True)
class StageEntries(Service):
    """All that happens between two stages of reviews."""

    def due(self, call: Call) -> Stage | None:
        """Find the stage into which it is to be settled who gets, if there is one by now."""
        stages = self.db.scalars(review_stages(call).order_by(Stage.position)).all()
        for before, stage in pairwise(stages):
            if before.status is StageStatus.CLOSED and stage.entered_at is None:
                return stage
        return None

    def preview(self, call: Call) -> StageEntry:
        """Apply the rule to what the closed stage came to. Raises NotAllowedNow before."""
        stage = self.due(call)
        if stage is None:
            raise NotAllowedNow(N_("No stage waits for its proposals now."))
        before = self._before(stage)
        query = (
            select(StageResult)
            .join(StageResult.proposal)
            .where(StageResult.stage_id == before.id, Proposal.status != ProposalStatus.WITHDRAWN)
            .options(joinedload(StageResult.proposal).joinedload(Proposal.organisation))
        )
        results = self.db.scalars(query).all()
        rule = EntryRule.from_dict(stage.entry)
        contenders = [_contender(it) for it in results]
        envelope = frozen_rules(before).envelope_cents  # what it was when the stage was opened
        chosen = entering(rule, contenders, envelope)
        ordered = sorted(results, key=lambda it: (-_total(it), it.proposal.reference))
        written = sorted(
            [it.reference, str(it.total), it.passed, it.requested_cents] for it in contenders
        )
        return StageEntry(
            stage=stage,
            before=before,
            rule=rule,
            proposals=tuple(
                EnteringProposal(
                    proposal=it.proposal,
                    total=_total(it),
                    passed=it.outcome is not StageOutcome.FAILED,
                    goes_on=it.proposal.reference in chosen,
                )
                for it in ordered
            ),
            sha256=canonical.digest(
                {"rule": rule.to_dict(), "envelope_cents": envelope, "of": written}
            ),
        )

    def settle(self, call: Call, *, seen: str, by: Person) -> StageEntry:
        """Have those go on whom the rule names, as it was looked at.

        Raises OutOfDate if anything it is applied to changed since.
        """
        require_own_done(self.db, call, by)
        stage = self.due(call)
        if stage is not None:
            self.db.flush()
            self.db.refresh(stage, ["status", "entered_at"], with_for_update={"key_share": True})
        entry = self.preview(call)
        if entry.sha256 != seen:
            raise OutOfDate(N_("A proposal has been withdrawn or changed since. Read it again."))
        if not entry.going_on:
            raise Refused(N_("No proposal goes on to the next stage."))
        now = self.clock()
        until = entry.stage.writing_closes_at
        if until is not None and until <= now:
            raise Refused(
                N_("The form of the next stage has closed already. Correct the call first.")
            )
        entry.stage.entered_at = now
        for it in entry.proposals:
            if it.passed:
                self._move(it, entry, by)
        self.record(
            "enter",
            "stage",
            entry.stage.reference,
            by=by,
            facts={
                "rule": entry.rule.to_dict(),
                "sha256": entry.sha256,
                "going_on": [it.proposal.reference for it in entry.going_on],
            },
        )
        return entry

    def awaited(self, call: Call) -> Mapping[ProposalStatus, int]:
        """Count those that write, or wrote, for the stage that is to be opened."""
        counted = (ProposalStatus.INVITED, ProposalStatus.SUBMITTED, ProposalStatus.LAPSED)
        stages = Stages(self.db, self.publish, self.clock)
        return {status: stages.standing(call, status) for status in counted}

    def _move(self, it: EnteringProposal, entry: StageEntry, by: Person) -> None:
        form = entry.stage.form
        action = "pass_over" if not it.goes_on else "invite_next" if form else "advance"
        facts = {"total": str(it.total), "entry": entry.sha256}
        self.move(
            PROPOSAL_STEPS,
            it.proposal,
            action,
            by=by,
            reference=it.proposal.reference,
            facts=facts,
        )
        if action == "invite_next" and form is not None:
            NextForms(self.db, self.publish, self.clock).open(it.proposal, entry.stage, form)

    def _before(self, stage: Stage) -> Stage:
        query = review_stages(stage.call).where(Stage.position < stage.position)
        return self.db.scalars(query.order_by(Stage.position.desc()).limit(1)).one()


def _total(result: StageResult) -> Fraction:
    return Fraction(result.evidence["total"])


def _contender(result: StageResult) -> Contender:
    return Contender(
        reference=result.proposal.reference,
        total=_total(result),
        passed=result.outcome is not StageOutcome.FAILED,
        requested_cents=result.proposal.requested_cents or 0,
    )
