"""Corrections of calls that have closed: proposed by one manager, published when another signs."""

from dataclasses import dataclass

from grants.accounts.models import Person
from grants.calls.models import Call, ProposedAct
from grants.calls.queries.changes import as_data, as_it_is, changes, from_data
from grants.calls.queries.facts import CallFacts, frozen
from grants.calls.service.calls import Calls
from grants.calls.service.proposed_acts import Signatures
from grants.evaluation.models import Ranking
from grants.evaluation.queries import newest_ranking
from grants.rules.canonical import digest
from grants.rules.errors import Refused
from grants.rules.words import N_
from grants.rules.workflow import CALL_STEPS, ActKind


@dataclass(frozen=True, slots=True)
class Corrections(Calls):
    """What becomes of a closed call, with all that calls know of themselves."""

    def propose(self, call: Call, facts: CallFacts, *, reason: str, by: Person) -> ProposedAct:
        """Propose a correction of a closed call; `reason` is public once another signed it."""
        self._require_reason(reason)
        self._lock(call)
        CALL_STEPS.target("correct", call.status)
        self._require_correctable(call, facts)
        before, after = as_it_is(call), as_data(facts)
        if not changes(before, after):
            raise Refused(N_("Nothing would change."))
        self._try(call, facts)
        return Signatures(self.db, self.publish, self.clock).propose(
            ActKind.CORRECT_CALL,
            call=call,
            subject=call.code,
            payload={"before": before, "after": after},
            stands_on=self._standing(call),
            reason=reason,
            by=by,
        )

    def hold(self, act: ProposedAct) -> None:
        """Have others wait who would correct the same call."""
        self._lock(act.call)

    def standing(self, act: ProposedAct) -> str:
        """Return the digest of what a correction was proposed about: the call, and its ranking."""
        return self._standing(act.call)

    def carry_out(self, act: ProposedAct, *, by: Person) -> None:
        """Publish a correction that was signed."""
        facts = from_data(act.payload["after"])
        self._require_correctable(act.call, facts)
        self._correct(act.call, facts, reason=act.reason, by=act.proposed_by, signed_by=by)

    def _try(self, call: Call, facts: CallFacts) -> None:
        """Refuse what could not be published, before anybody is asked to sign it."""
        trial = self.db.begin_nested()
        try:
            self._write(call, facts)
            self._require_fitting(call)
        finally:
            trial.rollback()

    def _standing(self, call: Call) -> str:
        run = newest_ranking.ranking(call).with_only_columns(Ranking.sha256, Ranking.status)
        ranking = self.db.execute(run).first()
        return digest([frozen(call), call.number, list(ranking) if ranking else None])
