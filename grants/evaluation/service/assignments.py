"""Who reviews what: assigned by hand, several at once, and never somebody with an interest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from grants.access import Access
from grants.access.involvement import applies_in
from grants.accounts.models import Appointment, Person
from grants.calls.models import Call, ProposedAct, Stage
from grants.calls.service.proposed_acts import Signatures
from grants.evaluation.models import Assignment, Review
from grants.evaluation.queries.affiliations import Affiliated, Affiliations, pointed_out
from grants.evaluation.queries.asked_pairs import (
    ENDED,
    Asked,
    counting_versions,
    require_fit,
    require_not_ended,
    statuses,
)
from grants.evaluation.queries.lateness import late
from grants.evaluation.service.stages import lock_open, require_open, review_reference
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules.canonical import digest
from grants.rules.errors import Incomplete, NotAllowedNow
from grants.rules.events import ReviewersAssigned
from grants.rules.words import N_
from grants.rules.workflow import (
    ASSIGNMENT_STEPS,
    PROPOSAL_STEPS,
    SUBMITTED_REVIEWS,
    ActKind,
    ActStatus,
    AssignmentStatus,
    Role,
)

Named = tuple[str, AssignmentStatus]
"""A reviewer's name, and where the review stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A reviewer of the call, with how much they have to do and have done."""

    reviewer: Person
    assigned: int
    done: int
    late: int = 0
    applies: bool = False  # in the same call, with something that was submitted


@dataclass(frozen=True, slots=True)
class Assignments(Service):
    """All that happens to assignments, but for the review itself."""

    def reviewers(self, call: Call) -> list[Person]:
        """List those who are appointed to review for a call or its whole fund, by name."""
        found = self.db.scalars(self._appointed(call))
        return sorted(found, key=lambda each: (each.name.casefold(), each.id))

    def loads(self, stage: Stage, *, seen_by: Person, role: Role) -> list[Load]:
        """Count each reviewer's work, but only on proposals that the reader sees.

        What was submitted counts only where the reader owes no review of their own.
        """
        access, here = Access(self.db), Proposal.call_id == stage.call_id
        visible = access.proposals_for(seen_by, role).with_only_columns(Proposal.id).where(here)
        owed = select(Proposal.id).where(here, access.reviewing(seen_by))
        counts = (
            select(
                Assignment.reviewer_id,
                func.count().label("assigned"),
                func.count()
                .filter(
                    Assignment.status.in_(SUBMITTED_REVIEWS), Assignment.proposal_id.not_in(owed)
                )
                .label("done"),
                func.count().filter(late(stage, self.clock())).label("late"),
            )
            .join(Assignment.review)
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
            .add_columns(
                *(func.coalesce(counts.c[name], 0) for name in ("assigned", "done", "late")),
                applies_in(Person.id, stage.call_id),
            )
        )
        loads = [
            Load(reviewer=person, assigned=assigned, done=done, late=belated, applies=applies)
            for person, assigned, done, belated, applies in self.db.execute(query)
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
            .options(
                joinedload(Assignment.reviewer),
                joinedload(Assignment.review).selectinload(Review.marks),
            )
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
        aware: bool = False,
    ) -> tuple[Assignment, ...]:
        """Ask every one of the reviewers to review every one of the proposals; give the new ones.

        All or nothing: Refused names the first pair that must not be. Asking twice is asking once.
        Raises Affiliated when a reviewer shares something with an applicant, until whoever asks
        is `aware` of it.
        """
        pairs = [(proposal, reviewer) for proposal in proposals for reviewer in reviewers]
        return self.assign_pairs(stage, pairs, by=by, aware=aware)

    def assign_pairs(
        self, stage: Stage, pairs: Sequence[Asked], *, by: Person, aware: bool = False
    ) -> tuple[Assignment, ...]:
        """Ask each reviewer to review the proposal beside them; see `assign`."""
        lock_open(self.db, stage)
        proposals = list(dict.fromkeys(proposal for proposal, _reviewer in pairs))
        reviewers = list(dict.fromkeys(reviewer for _proposal, reviewer in pairs))
        for proposal in proposals:
            PROPOSAL_STEPS.target("assign", proposal.status)
        require_fit(self.db, stage, pairs, appointed={it.id for it in self.reviewers(stage.call)})
        there = statuses(self.db, stage, proposals)
        require_not_ended(there, pairs)
        wanted = {(reviewer.id, proposal.id) for proposal, reviewer in pairs}
        found = Affiliations(self.db).shared(proposals, reviewers, but=there)
        shared = [it for it in found if it.person and (it.person.id, it.proposal.id) in wanted]
        if shared and not aware:
            raise Affiliated(shared)
        versions = counting_versions(self.db, proposals)
        new = tuple(
            self._new(stage, proposal, versions[proposal.id], reviewer, by)
            for proposal, reviewer in pairs
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
                facts={
                    "reviewer": assignment.reviewer_id,
                    "version": assignment.review.version_id,
                    **pointed_out(shared, assignment.reviewer_id, assignment.proposal_id),
                },
            )
        if new:
            self.publish(ReviewersAssigned(assignments=new))
        return new

    def exclude(self, assignment: Assignment, *, reason: str, by: Person) -> None:
        """Exclude a review that never came in, with a reason. What was written is kept.

        Raises NotAllowedNow for one that was submitted: no one person excludes that.
        """
        require_open(assignment.stage)
        if not reason.strip():
            raise Incomplete(N_("Give the reason."))
        if needs_second(assignment):
            raise NotAllowedNow(
                N_("This review was submitted: excluding it needs a second signature.")
            )
        self._exclude(assignment, reason=reason.strip(), by=by)

    def propose_exclusion(self, assignment: Assignment, *, reason: str, by: Person) -> ProposedAct:
        """Propose that a review that was submitted counts no more; another manager signs it."""
        lock_open(self.db, assignment.stage)
        self._hold(assignment)
        ASSIGNMENT_STEPS.target("exclude", assignment.status)
        if not needs_second(assignment):
            raise NotAllowedNow(N_("This review was never submitted: remove it directly."))
        return self._signatures.propose(
            ActKind.EXCLUDE_REVIEW,
            call=assignment.stage.call,
            proposal=assignment.proposal,
            subject=review_reference(assignment),
            payload={"assignment": assignment.id, "not_by": assignment.reviewer_id},
            stands_on=_standing(assignment),
            reason=reason,
            by=by,
        )

    def exclusions(self, stage: Stage) -> dict[int, ProposedAct]:
        """Return the exclusions that wait for a second signature, by the review's number."""
        waiting = self._signatures.in_call(stage.call, ActStatus.WAITING)
        return {it.payload["assignment"]: it for it in waiting if it.kind is ActKind.EXCLUDE_REVIEW}

    def hold(self, act: ProposedAct) -> None:
        """Have whoever closes the stage, or changes the review, wait."""
        assignment = self._assignment(act)
        self.db.refresh(assignment.stage, ["status"], with_for_update={"key_share": True})
        self._hold(assignment)

    def standing(self, act: ProposedAct) -> str:
        """Return the digest of a review whose exclusion was proposed, as it is now."""
        return _standing(self._assignment(act))

    def carry_out(self, act: ProposedAct, *, by: Person) -> None:
        """Exclude a review, now that two have signed."""
        self._exclude(
            self._assignment(act),
            reason=act.reason,
            by=by,
            facts={"act": act.id, "proposed_by": act.proposed_by_id},
        )

    def _exclude(
        self,
        assignment: Assignment,
        *,
        reason: str,
        by: Person,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        require_open(assignment.stage)
        assignment.reason = reason
        self.move(
            ASSIGNMENT_STEPS,
            assignment,
            "exclude",
            by=by,
            reference=review_reference(assignment),
            reason=reason,
            facts=facts,
        )

    def _assignment(self, act: ProposedAct) -> Assignment:
        query = select(Assignment).where(Assignment.id == act.payload["assignment"])
        loaded = query.options(
            joinedload(Assignment.stage),
            joinedload(Assignment.proposal),
            joinedload(Assignment.reviewer),
            joinedload(Assignment.review).selectinload(Review.marks),
        )
        return self.db.scalars(loaded).one()

    def _hold(self, assignment: Assignment) -> None:
        self.db.refresh(assignment, ["status"], with_for_update=True)
        self.db.refresh(assignment.review, ["revision", "submitted_at"])
        self.db.expire(assignment.review, ["marks"])

    @property
    def _signatures(self) -> Signatures:
        return Signatures(self.db, self.publish, self.clock)

    def _appointed(self, call: Call) -> Select[Person]:
        here = or_(Appointment.call_id == call.id, Appointment.fund_id == call.fund_id)
        reviewers = select(Appointment.person_id).where(Appointment.role == Role.REVIEWER, here)
        return select(Person).where(Person.id.in_(reviewers), Person.blocked_at.is_(None))

    def _new(
        self, stage: Stage, proposal: Proposal, version_id: int, reviewer: Person, by: Person
    ) -> Assignment:
        return Assignment(
            stage=stage,
            proposal=proposal,
            reviewer=reviewer,
            status=AssignmentStatus.OFFERED,
            assigned_at=self.clock(),
            assigned_by_id=by.id,
            review=Review(version_id=version_id),
        )


def needs_second(assignment: Assignment) -> bool:
    """Return whether no one person excludes a review: it came in, so that its scores are known."""
    return assignment.review.submitted_at is not None


def _standing(assignment: Assignment) -> str:
    review, stage = assignment.review, assignment.stage
    # What was signed before anything could be left out keeps its digest.
    marks = sorted(
        (it.code, it.halves, it.comment, *(["not assessed"] if it.not_assessed else []))
        for it in review.marks
    )
    at = review.submitted_at
    written = [review.revision, at and at.isoformat(), marks]
    return digest([stage.status, assignment.status, *written])
