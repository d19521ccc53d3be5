"""Projects: prepared from awards, their agreements corrected and signed, closed in the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from grants.access import Access, visible_proposals
from grants.accounts.models import Person
from grants.calls.models import Call
from grants.decisions.models import Decision
from grants.decisions.queries.award_answers import is_unanswered
from grants.directory.models import Organisation
from grants.kit import paging
from grants.kit.service import Service
from grants.ledger import LedgerEntry
from grants.projects.models import Agreement, Deliverable, Partner, Project
from grants.projects.queries import project_from_award
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries import newest_version
from grants.proposals.queries.reading import Happened
from grants.rules import timezones
from grants.rules.errors import Incomplete, NotAllowedNow, Refused
from grants.rules.events import ProjectPrepared, ProjectSigned
from grants.rules.words import N_
from grants.rules.workflow import DELIVERABLE_STEPS, PROJECT_STEPS, DeliverableStatus, Role

LONGEST = timedelta(days=3653)
"""No project takes longer: a year that was typed wrongly is seen at once."""


@dataclass(frozen=True, slots=True)
class Projects(Service):
    """All that happens to awarded projects."""

    def get(self, reference: str) -> Project | None:
        """Find a project with all that its pages show; four queries."""
        return self.db.scalar(_whole().where(Project.reference == reference))

    def by_id(self, number: int) -> Project | None:
        """Find a project by its number, as jobs know it."""
        return self.db.scalar(_whole().where(Project.id == number))

    def of(self, proposal: Proposal) -> Project | None:
        """Find the project that a proposal became."""
        return self.db.scalar(select(Project).where(Project.proposal_id == proposal.id))

    def own(self, person: Person) -> Sequence[Project]:
        """List the projects somebody works at, the newest first."""
        return self._among(Access(self.db).proposals_for(person, Role.APPLICANT))

    def in_call(
        self, call: Call, person: Person, role: Role, *, page: int | None = None
    ) -> Sequence[Project]:
        """List the projects of a call that somebody sees in a role, the newest first.

        With the number of a page, one more than fills it tells that there is another.
        """
        return self._among(Access(self.db).proposals_in(call, person, role), page)

    def history(self, project: Project) -> Sequence[Happened]:
        """List what the ledger keeps of a project and of what it owes, the oldest first."""
        owed = [deliverable_reference(it) for it in project.deliverables]
        kind, reference = LedgerEntry.subject_kind, LedgerEntry.subject_reference
        query = select(LedgerEntry, Person.name).where(
            or_(
                (kind == PROJECT_STEPS.noun) & (reference == project.reference),
                (kind == DELIVERABLE_STEPS.noun) & reference.in_(owed),
            )
        )
        joined = query.outerjoin(Person, Person.id == LedgerEntry.actor_id)
        rows = self.db.execute(joined.order_by(LedgerEntry.seq))
        return [Happened(entry, name or "") for entry, name in rows]

    def prepare(self, proposal: Proposal, decision: Decision, *, by: Person) -> Project:
        """Make a project of an award; asked again, give the one there is."""
        if made := self.of(proposal):
            return made
        version, at = self._version(proposal), self.clock()
        project = project_from_award.project_of(version, decision, at=at)
        self._know(project.agreement.partners)
        if not project.agreement.adds_up:
            raise Refused(N_("The lines of the budget do not add up to the grant and the cost."))
        self.db.add(project)
        self.db.flush()
        facts = {"awarded_cents": project.awarded_cents, "deliverables": len(project.deliverables)}
        self._record("create", project, by, facts)
        self.publish(ProjectPrepared(project=project))
        return project

    def correct(
        self,
        project: Project,
        *,
        starts_on: date,
        ends_on: date,
        due: Mapping[int, date],
        by: Person,
    ) -> None:
        """Correct the dates of an agreement that is not signed yet; `due` by number."""
        require_period(project, starts_on, ends_on)
        owed = [it.planned for it in project.deliverables]
        after = {it.number: due.get(it.number, it.due_on) for it in owed}
        require_due(after, since=awarded_on(project), ends_on=ends_on)
        self.lock(project)
        facts = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
        self._step("prepare", project, by, facts=facts)
        project.agreement.starts_on, project.agreement.ends_on = starts_on, ends_on
        for it in owed:
            it.due_on = after[it.number]

    def sign(self, project: Project, *, on: date, by: Person) -> None:
        """Keep that both sides signed the agreement on a day; work may begin.

        Refused before the award or after today, while a condition of the award is open, and while
        something would be overdue at once.
        """
        self._require_signing_day(project, on)
        self.lock(project)
        PROJECT_STEPS.target("sign", project.status)
        if project.agreement.open_conditions:
            raise NotAllowedNow(
                N_(
                    "The award has conditions. State first how they were met, then record the"
                    " signature."
                )
            )
        if is_unanswered(self.db, project.proposal_id):
            raise NotAllowedNow(
                N_("The applicant has not accepted the award yet: it is signed after that.")
            )
        due = {it.number: it.planned.due_on for it in project.deliverables}
        require_due(due, since=on, ends_on=project.agreement.ends_on)
        _sign_on(project, on)  # the database asks for it before the status says so
        facts = {"signed_on": on.isoformat(), "awarded_cents": project.awarded_cents}
        self._step("sign", project, by, facts=facts)
        self.db.flush()
        self.publish(ProjectSigned(project=project))

    def meet_conditions(self, project: Project, *, note: str, by: Person) -> None:
        """Keep how the conditions of an award were met, and where the proof is."""
        if not note.strip():
            raise Incomplete(N_("State how the conditions were met, and where the proof is."))
        self.lock(project)
        it = project.agreement
        if not it.open_conditions:
            raise NotAllowedNow(N_("All conditions of this award are met."))
        self._step("meet conditions", project, by, reason=note.strip())
        it.conditions_note = note.strip()
        it.conditions_met_at, it.conditions_met_by = self.clock(), by

    def correct_signing(self, project: Project, *, on: date, reason: str, by: Person) -> None:
        """Correct the day on which an agreement was signed; its paper is made anew and sent."""
        if not reason.strip():
            raise Incomplete(N_("State why the signature date is corrected."))
        self._require_signing_day(project, on)
        self.lock(project)
        before = project.signed_on
        facts = {"before": before.isoformat() if before else None, "signed_on": on.isoformat()}
        self._step("correct signing", project, by, reason=reason.strip(), facts=facts)
        _sign_on(project, on)
        project.agreement.signing_corrections += 1
        self.db.flush()
        self.publish(ProjectSigned(project=project))

    def _require_signing_day(self, project: Project, on: date) -> None:
        if on > timezones.day(self.clock(), project.proposal.call.zone):
            raise Refused(N_("An agreement cannot be signed in the future."))
        if on < awarded_on(project):
            raise Refused(
                N_("An agreement is signed after the award, which was notified on {day}."),
                day=awarded_on(project),
            )

    def close(self, project: Project, *, by: Person) -> None:
        """End a project that delivered everything."""
        self.lock(project)
        missing = [it for it in project.deliverables if it.status is not DeliverableStatus.ACCEPTED]
        if missing:
            raise NotAllowedNow(
                N_("{number} deliverables are not accepted yet."), number=len(missing)
            )
        self._step("close", project, by)

    def lock(self, project: Project) -> None:
        """Have others who change it wait, and see it as it is now."""
        self.db.flush()
        self.db.refresh(project, ["status"], with_for_update=True)

    def _version(self, proposal: Proposal) -> ProposalVersion:
        return self.db.scalars(newest_version.version(proposal)).one()

    def _know(self, partners: Sequence[Partner]) -> None:
        """Say which partners the directory has: by their name, in their country."""
        named = select(Organisation).where(Organisation.name.in_([it.name for it in partners]))
        known = {(it.name, it.country): it for it in self.db.scalars(named)}
        for partner in partners:
            partner.organisation = known.get((partner.name, partner.country))

    def _among(self, seen: Select[Proposal], page: int | None = None) -> Sequence[Project]:
        # Beginning with the newest project, and asking of each whether its proposal is seen.
        its = select(Proposal.id).where(
            Proposal.id == Project.proposal_id, visible_proposals.condition(seen)
        )
        query = select(Project).where(its.correlate(Project).exists())
        loaded = query.options(
            joinedload(Project.proposal).joinedload(Proposal.organisation),
            joinedload(Project.proposal).joinedload(Proposal.call),
            selectinload(Project.deliverables),
        )
        ordered = loaded.order_by(Project.id.desc())
        if page is not None:
            ordered = paging.cut(ordered, page, more=1)
        return self.db.scalars(ordered).all()

    def _step(
        self,
        action: str,
        project: Project,
        by: Person,
        *,
        reason: str = "",
        facts: Mapping[str, object] | None = None,
    ) -> None:
        reference = project.reference
        self.move(
            PROJECT_STEPS, project, action, by=by, reference=reference, reason=reason, facts=facts
        )

    def _record(
        self, action: str, project: Project, by: Person, facts: Mapping[str, object]
    ) -> None:
        after, reference = project.status.value, project.reference
        self.record(action, PROJECT_STEPS.noun, reference, by=by, after=after, facts=facts)


def _sign_on(project: Project, day: date) -> None:
    """Write the day of the signature where the agreement says it and where the status needs it."""
    project.agreement.signed_on = project.signed_on = day


def awarded_on(project: Project) -> date:
    """Return the day on which the applicant was told of the award, where the call is."""
    return timezones.day(project.created_at, project.proposal.call.zone)


def require_period(project: Project, starts_on: date, ends_on: date) -> None:
    """Refuse a period that no project of this call can have."""
    closed = timezones.day(project.proposal.call.closes_at, project.proposal.call.zone)
    awarded = awarded_on(project)
    if ends_on < starts_on:
        raise Refused(N_("The project ends before it starts."))
    if starts_on < closed:
        raise Refused(N_("The project cannot start before the call closed on {day}."), day=closed)
    if ends_on < awarded:
        raise Refused(N_("The project would end before its award of {day}."), day=awarded)
    if ends_on > awarded + LONGEST:
        raise Refused(N_("The project cannot end more than ten years after its award."))


def require_due(due: Mapping[int, date], *, since: date, ends_on: date) -> None:
    """Refuse what would be overdue the day it is owed, or is due after the project's end."""
    for number, day in sorted(due.items()):
        if day < since:
            raise Refused(
                N_(
                    "Deliverable {number} is due on {day}, which is before {since}: it would be"
                    " overdue at once. Correct the dates first."
                ),
                number=number,
                day=day,
                since=since,
            )
        if day > ends_on:
            raise Refused(
                N_("Deliverable {number} is due on {day}, after the project’s end."),
                number=number,
                day=day,
            )


def deliverable_reference(deliverable: Deliverable) -> str:
    """Name a deliverable as the ledger does: its project, and its number there."""
    return f"{deliverable.project.reference}/{deliverable.number}"


def _whole() -> Select[Project]:
    proposal = joinedload(Project.proposal)
    call = proposal.joinedload(Proposal.call)
    owed = selectinload(Project.deliverables)
    return select(Project).options(
        joinedload(Project.agreement).joinedload(Agreement.paired_city),
        call.joinedload(Call.fund),
        proposal.joinedload(Proposal.organisation),
        proposal.joinedload(Proposal.topic),
        owed.selectinload(Deliverable.participations),
        owed.selectinload(Deliverable.evidence),
        owed.joinedload(Deliverable.delivered_by),
        owed.joinedload(Deliverable.accepted_by),
        owed.joinedload(Deliverable.project),
    )
