"""Many decisions at once: what the ranking says of each, with the same reasons for all alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import joinedload

from grants.accounts.models import Person
from grants.calls.models import Call
from grants.decisions.models import Decision
from grants.decisions.queries.desk import DECIDABLE, undecided
from grants.decisions.queries.offers import Offers
from grants.decisions.service.decisions import Decisions
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules.errors import Incomplete, Refused
from grants.rules.words import N_
from grants.rules.workflow import DecisionKind, ProposalStatus

MOST = 100
"""How many are shown and decided at once; the next follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedDecision:
    """What the ranking, or the check, says of a proposal; `cents` only for an award."""

    proposal: Proposal
    kind: DecisionKind
    cents: int | None


@dataclass(frozen=True, slots=True)
class BatchDecisions(Service):
    """Decisions that depart from nothing, made together; each is a decision like any other."""

    def suggested(self, call: Call) -> Sequence[SuggestedDecision]:
        """List what waits for a decision with what is suggested, by status and reference."""
        waiting = self.db.scalars(
            undecided(call)
            .options(joinedload(Proposal.organisation))
            .order_by(Proposal.reference)
            .limit(MOST)
        ).all()
        main = [it.reference for it in waiting if it.status is ProposalStatus.MAIN]
        offered = Offers(self.db).main(call, main)
        order = list(DECIDABLE)
        return sorted(
            (self._suggested(it, offered) for it in waiting),
            key=lambda it: (order.index(it.proposal.status), it.proposal.reference),
        )

    def decide(
        self,
        call: Call,
        chosen: Mapping[ProposalStatus, Sequence[str]],
        reasons: Mapping[ProposalStatus, str],
        *,
        by: Person,
    ) -> Sequence[Decision]:
        """Decide on the proposals that are named, as it is suggested; all or nothing.

        Raises Refused for one that waits no more, Incomplete where reasons are missing.
        """
        suggested = {it.proposal.reference: it for it in self.suggested(call)}
        decisions = Decisions(self.db, self.publish, self.clock)
        made = []
        for status, references in chosen.items():
            if references and not reasons.get(status, "").strip():
                raise Incomplete(N_("Give the reasons: the applicant reads them."))
            for reference in references:
                it = suggested.get(reference)
                if it is None or it.proposal.status is not status:
                    raise Refused(
                        N_("{reference} does not wait for this decision any more."),
                        reference=reference,
                    )
                made.append(
                    decisions.decide(
                        it.proposal,
                        it.kind,
                        reasons=reasons[status],
                        awarded_cents=it.cents,
                        by=by,
                    )
                )
        if not made:
            raise Incomplete(N_("Tick at least one proposal."))
        return made

    def _suggested(self, proposal: Proposal, offered: Mapping[str, int]) -> SuggestedDecision:
        kind = DECIDABLE[proposal.status][0]
        return SuggestedDecision(
            proposal=proposal, kind=kind, cents=offered.get(proposal.reference)
        )
