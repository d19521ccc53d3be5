"""Awards accepted or declined by their applicants; what is declined is free for the next."""

from dataclasses import dataclass

from grants.accounts.models import Person
from grants.decisions.models import AwardAnswer, Decision
from grants.decisions.queries.award_answers import answer_to, is_open_to
from grants.projects.service.projects import Projects
from grants.proposals.models import Proposal
from grants.proposals.service.authorisation import Authorisation
from grants.rules import timezones
from grants.rules.errors import Incomplete, NotAllowedNow
from grants.rules.events import AwardAnswered
from grants.rules.words import N_
from grants.rules.workflow import PROJECT_STEPS, PROPOSAL_STEPS


@dataclass(frozen=True, slots=True)
class AwardAnswers(Projects):
    """What applicants say to their awards, with all that projects know."""

    def to(self, decision: Decision) -> AwardAnswer | None:
        """Find what was answered to a decision."""
        return answer_to(self.db, decision)

    def answer(
        self, proposal: Proposal, decision: Decision, *, accepted: bool, reason: str, by: Person
    ) -> AwardAnswer:
        """Keep the answer, once; also after its day, as long as the fund has not given it up.

        Declining ends the project before its agreement, so that its money is free again.
        """
        Authorisation(self.db).require(proposal, by=by)
        reason = "" if accepted else reason.strip()
        if not accepted and not reason:
            raise Incomplete(N_("State why you decline the award."))
        PROPOSAL_STEPS.target("answer", proposal.status)
        project = self.of(proposal)
        if project is None or not is_open_to(proposal, decision):
            raise NotAllowedNow(N_("No answer to this award is asked for."))
        self.lock(project)
        PROJECT_STEPS.target("decline", project.status)
        if self.to(decision):
            raise NotAllowedNow(N_("The award is answered already."))
        answer = AwardAnswer(
            decision=decision,
            accepted=accepted,
            reason=reason,
            answered_at=self.clock(),
            answered_by=by,
        )
        self.db.add(answer)
        self.db.flush()
        self.record(
            "accept award" if accepted else "decline award",
            "award answer",
            proposal.reference,
            by=by,
            reason=reason,
            facts={
                "decision": decision.number,
                "awarded_cents": decision.awarded_cents,
                "currency": proposal.call.currency,
                "late": self.is_late(decision),
            },
        )
        if not accepted:
            self._step("decline", project, by, reason=reason)
            project.failure_reason = reason
        self.publish(AwardAnswered(answer=answer))
        return answer

    def is_late(self, decision: Decision) -> bool:
        """Return whether the day until which to answer is over, in the zone of the call."""
        today = timezones.day(self.clock(), decision.proposal.call.zone)
        return decision.answer_by is not None and decision.answer_by < today
