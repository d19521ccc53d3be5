"""Endings before the time: an agreement given up, a project terminated. Both take two people.

Each moves money that was awarded, so one manager proposes it and another one signs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Person
from grants.calls.models import ProposedAct
from grants.calls.service.proposed_acts import Signatures
from grants.projects.models import Project
from grants.projects.service.projects import Projects
from grants.proposals.models import Proposal
from grants.rules.canonical import digest
from grants.rules.errors import Refused
from grants.rules.events import ProjectTerminated
from grants.rules.money.amounts import Amount
from grants.rules.words import N_
from grants.rules.workflow import PROJECT_STEPS, ActKind, ActStatus

ENDINGS = (ActKind.GIVE_UP_AGREEMENT, ActKind.TERMINATE_PROJECT)


@dataclass(frozen=True, slots=True)
class Terminations(Projects):
    """How projects end before they delivered everything, with all that projects know."""

    def propose_failure(self, project: Project, *, reason: str, by: Person) -> ProposedAct:
        """Propose that there will be no agreement: its money is free for the reserve list."""
        return self._propose(ActKind.GIVE_UP_AGREEMENT, "fail", project, {}, reason=reason, by=by)

    def propose_termination(
        self, project: Project, *, reason: str, freed_cents: int, by: Person
    ) -> ProposedAct:
        """Propose to end a running project; `freed_cents` of its award are free again, or none."""
        if not 0 <= freed_cents <= project.awarded_cents:
            raise Refused(
                N_("The released amount must be between zero and the whole award of {awarded}."),
                awarded=Amount(project.awarded_cents, project.currency),
            )
        facts = {"freed_cents": freed_cents, "currency": project.currency}
        kind = ActKind.TERMINATE_PROJECT
        return self._propose(kind, "terminate", project, facts, reason=reason, by=by)

    def waiting(self, project: Project) -> ProposedAct | None:
        """Find the proposal to end a project that waits for a second signature."""
        query = select(ProposedAct).where(
            ProposedAct.kind.in_(ENDINGS),
            ProposedAct.subject == project.reference,
            ProposedAct.status == ActStatus.WAITING,
        )
        return self.db.scalars(query.options(joinedload(ProposedAct.proposed_by))).first()

    def about(self, act: ProposedAct) -> Project:
        """Find the project that an act is about."""
        query = select(Project).where(Project.id == act.payload["project"])
        whole = query.options(joinedload(Project.proposal).joinedload(Proposal.organisation))
        return self.db.scalars(whole).one()

    def hold(self, act: ProposedAct) -> None:
        """Have others wait who change the same project."""
        self.lock(self.about(act))

    def standing(self, act: ProposedAct) -> str:
        """Return the digest of what an end was proposed about: where the project stands."""
        return _standing(self.about(act))

    def carry_out(self, act: ProposedAct, *, by: Person) -> None:
        """End the project, now that two have signed."""
        project = self.about(act)
        facts = {"act": act.id, "proposed_by": act.proposed_by_id}
        if act.kind is ActKind.GIVE_UP_AGREEMENT:
            self._step("fail", project, by, reason=act.reason, facts=facts)
            project.failure_reason = act.reason
        else:
            self._terminate(project, act, by, facts)

    def _propose(
        self,
        kind: ActKind,
        action: str,
        project: Project,
        facts: Mapping[str, object],
        *,
        reason: str,
        by: Person,
    ) -> ProposedAct:
        self.lock(project)
        PROJECT_STEPS.target(action, project.status)
        return Signatures(self.db, self.publish, self.clock).propose(
            kind,
            call=project.proposal.call,
            proposal=project.proposal,
            subject=project.reference,
            payload={"project": project.id, **facts},
            stands_on=_standing(project),
            reason=reason,
            by=by,
        )

    def _terminate(
        self, project: Project, act: ProposedAct, by: Person, signed: Mapping[str, object]
    ) -> None:
        facts = {name: act.payload[name] for name in ("freed_cents", "currency")} | dict(signed)
        with self.db.no_autoflush:  # the database wants the status and its evidence together
            project.termination_reason = act.reason
            project.freed_cents = act.payload["freed_cents"]
            project.terminated_at = self.clock()
            self._step("terminate", project, by, reason=act.reason, facts=facts)
        self.db.flush()
        self.publish(ProjectTerminated(project=project))


def _standing(project: Project) -> str:
    """Return the digest of a project as far as its end is concerned: not of what its team does."""
    signed = project.signed_on.isoformat() if project.signed_on else None
    return digest([project.status.value, project.awarded_cents, signed])
