"""Who reviews what: assigned by hand, several at once, and never somebody with an interest."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from grants.errors import Incomplete, Refused
from grants.events import ReviewersAssigned
from grants.i18n import N_
from grants.models import (
    Appointment,
    Assignment,
    Call,
    Person,
    Proposal,
    ProposalVersion,
    Stage,
)
from grants.services.access import Access, Pair
from grants.services.base import Service
from grants.services.stages import lock_open, require_open, review_reference
from grants.workflow import (
    ASSIGNMENT_STEPS,
    HANDED_IN,
    PROPOSAL_STEPS,
    AssignmentStatus,
    Role,
)

ENDED = (AssignmentStatus.DECLINED, AssignmentStatus.VOID, AssignmentStatus.BARRED)

Named = tuple[str, AssignmentStatus]
"""A reviewer's name, and where the review stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A reviewer of the call, with how much they have to do and have done."""

    reviewer: Person
    assigned: int
    done: int


@dataclass(frozen=True, slots=True)
class Assignments(Service):
    """All that happens to assignments, but for the review itself."""

    def reviewers(self, call: Call) -> list[Person]:
        """List those who are appointed to review for a call or its whole fund, by name."""
        found = self.db.scalars(self._appointed(call))
        return sorted(found, key=lambda each: (each.name.casefold(), each.id))

    def loads(self, stage: Stage, *, seen_by: Person, role: Role) -> list[Load]:
        """Count each reviewer's work, but only on proposals that the reader sees."""
        visible = Access(self.db).proposals_for(seen_by, role).with_only_columns(Proposal.id)
        counts = (
            select(
                Assignment.reviewer_id,
                func.count().label("assigned"),
                func.count().filter(Assignment.status.in_(HANDED_IN)).label("done"),
            )
            .where(
                Assignment.stage_id == stage.id,
                Assignment.status.not_in(ENDED),
                Assignment.proposal_id.in_(visible),
            )
            .group_by(Assignment.reviewer_id)
            .subquery()
        )
        query = (
            self._appointed(stage.call)
            .outerjoin(counts, counts.c.reviewer_id == Person.id)
            .add_columns(func.coalesce(counts.c.assigned, 0), func.coalesce(counts.c.done, 0))
        )
        loads = [
            Load(reviewer=person, assigned=assigned, done=done)
            for person, assigned, done in self.db.execute(query)
        ]
        return sorted(loads, key=lambda each: (each.reviewer.name.casefold(), each.reviewer.id))

    def names(self, stage: Stage, proposals: Sequence[int]) -> dict[int, list[Named]]:
        """Name the reviewers of these proposals, by the proposal's number; one query."""
        query = (
            select(Assignment.proposal_id, Person.name, Assignment.status)
            .join(Person, Person.id == Assignment.reviewer_id)
            .where(Assignment.stage_id == stage.id, Assignment.proposal_id.in_(proposals))
            .order_by(Assignment.id)
        )
        found: dict[int, list[Named]] = {number: [] for number in proposals}
        for number, name, status in self.db.execute(query):
            found[number].append((name, status))
        return found

    def with_marks(self, stage: Stage, proposal: Proposal) -> list[Assignment]:
        """List the assignments of one proposal with what the reviewers wrote."""
        query = (
            select(Assignment)
            .where(Assignment.stage_id == stage.id, Assignment.proposal_id == proposal.id)
            .options(joinedload(Assignment.reviewer), selectinload(Assignment.marks))
            .order_by(Assignment.id)
        )
        return list(self.db.scalars(query))

    def assign(
        self,
        stage: Stage,
        proposals: Sequence[Proposal],
        reviewers: Sequence[Person],
        *,
        by: Person,
    ) -> tuple[Assignment, ...]:
        """Ask every one of the reviewers to review every one of the proposals; give the new ones.

        All or nothing: Refused names the first pair that must not be. Asking twice is asking once.
        """
        lock_open(self.db, stage)
        for proposal in proposals:
            PROPOSAL_STEPS.target("assign", proposal.status)
        self._require_fit(stage, proposals, reviewers)
        there = self._statuses(stage, proposals)
        self._require_not_ended(there, proposals, reviewers)
        versions = self._versions(proposals)
        new = tuple(
            self._new(stage, proposal, versions[proposal.id], reviewer, by)
            for proposal in proposals
            for reviewer in reviewers
            if (reviewer.id, proposal.id) not in there
        )
        self.db.add_all(new)
        self.db.flush()
        for assignment in new:
            self.record(
                "assign",
                "review",
                review_reference(assignment),
                by=by,
                after=assignment.status.value,
                facts={"reviewer": assignment.reviewer_id, "version": assignment.version_id},
            )
        if new:
            self.publish(ReviewersAssigned(assignments=new))
        return new

    def void(self, assignment: Assignment, *, reason: str, by: Person) -> None:
        """Take an assignment out, with a reason. What was written is kept and counts no more."""
        require_open(assignment.stage)
        if not reason.strip():
            raise Incomplete(N_("Give the reason."))
        assignment.reason = reason.strip()
        self.move(
            ASSIGNMENT_STEPS,
            assignment,
            "void",
            by=by,
            reference=review_reference(assignment),
            reason=assignment.reason,
        )

    def _appointed(self, call: Call) -> Select[Person]:
        here = or_(Appointment.call_id == call.id, Appointment.fund_id == call.fund_id)
        reviewers = select(Appointment.person_id).where(Appointment.role == Role.REVIEWER, here)
        return select(Person).where(Person.id.in_(reviewers))

    def _new(
        self, stage: Stage, proposal: Proposal, version_id: int, reviewer: Person, by: Person
    ) -> Assignment:
        return Assignment(
            stage=stage,
            proposal=proposal,
            version_id=version_id,
            reviewer=reviewer,
            status=AssignmentStatus.OFFERED,
            assigned_at=self.clock(),
            assigned_by_id=by.id,
        )

    def _require_fit(
        self, stage: Stage, proposals: Sequence[Proposal], reviewers: Sequence[Person]
    ) -> None:
        appointed = {person.id for person in self.reviewers(stage.call)}
        people = [reviewer.id for reviewer in reviewers]
        conflicted = Access(self.db).conflicted(proposals, people)
        for reviewer in reviewers:
            if reviewer.id not in appointed:
                raise Refused(N_("{name} is not a reviewer of this call."), name=reviewer.name)
            for proposal in proposals:
                if (reviewer.id, proposal.id) in conflicted:
                    raise Refused(
                        N_("{name} must not review {reference}: an interest stands in the way."),
                        name=reviewer.name,
                        reference=proposal.reference,
                    )

    def _statuses(
        self, stage: Stage, proposals: Sequence[Proposal]
    ) -> dict[Pair, AssignmentStatus]:
        query = select(Assignment.reviewer_id, Assignment.proposal_id, Assignment.status).where(
            Assignment.stage_id == stage.id,
            Assignment.proposal_id.in_([proposal.id for proposal in proposals]),
        )
        return {(person, proposal): status for person, proposal, status in self.db.execute(query)}

    def _require_not_ended(
        self,
        there: dict[Pair, AssignmentStatus],
        proposals: Sequence[Proposal],
        reviewers: Sequence[Person],
    ) -> None:
        for proposal in proposals:
            for reviewer in reviewers:
                if there.get((reviewer.id, proposal.id)) in ENDED:
                    raise Refused(
                        N_("{name} was asked to review {reference} before, and does not."),
                        name=reviewer.name,
                        reference=proposal.reference,
                    )

    def _versions(self, proposals: Sequence[Proposal]) -> dict[int, int]:
        """Find the newest frozen version of each proposal."""
        query = (
            select(ProposalVersion.proposal_id, func.max(ProposalVersion.id))
            .where(ProposalVersion.proposal_id.in_([proposal.id for proposal in proposals]))
            .group_by(ProposalVersion.proposal_id)
        )
        return {row[0]: row[1] for row in self.db.execute(query)}
