"""What the portal computes of the formal check, filled in for all proposals of a call at once."""

from dataclasses import dataclass

from sqlalchemy.orm import joinedload

from grants.access import Access
from grants.accounts.models import Person
from grants.calls.models import Call
from grants.evaluation.service.check_stages import UNCHECKED
from grants.evaluation.service.checks import CheckAnswered, Checks
from grants.kit.language.formats import Formats
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules.workflow import PROPOSAL_STEPS, Role


@dataclass(frozen=True, slots=True)
class ComputedChecks(Service):
    """Fills in items of checks; what somebody said already stays."""

    def fill_in(self, call: Call, said: Formats, *, by: Person) -> int:
        """Save what is computed of items that nobody answered; return of how many proposals.

        Of proposals that `by` sees, are not checked yet, and whose form has closed.
        """
        seen = Access(self.db).proposals_in(call, by, Role.MANAGER)
        waiting = seen.where(Proposal.status.in_(UNCHECKED)).order_by(Proposal.reference)
        loaded = waiting.options(joinedload(Proposal.organisation), joinedload(Proposal.form))
        now = self.clock()
        return sum(
            self._fill_in(it, said, by)
            for it in self.db.scalars(loaded).all()
            if it.closes_at <= now and "check" in PROPOSAL_STEPS.actions(it.status, Role.MANAGER)
        )

    def _fill_in(self, proposal: Proposal, said: Formats, by: Person) -> bool:
        checks = Checks(self.db, self.publish, self.clock)
        given = {}
        for item in checks.of(proposal):
            found = item.computed
            if found is None or found.met is None or item.said != CheckAnswered():
                continue
            words = found.in_words(said)
            given[item.code] = (
                CheckAnswered(met=True, evidence=words)
                if found.met
                else CheckAnswered(met=False, reason=words)
            )
        return bool(given and checks.answer_all(proposal, given, by=by))
