"""Interests: what people declare, what the fund rules, and who is conflicted."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grants.access import Access
from grants.accounts.models import Person
from grants.calls.models import Call
from grants.evaluation.models import Assignment, Declaration
from grants.evaluation.service.stages import require_open, review_reference
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules.errors import Incomplete, NotAllowedNow, Refused
from grants.rules.words import N_
from grants.rules.workflow import ASSIGNMENT_STEPS, AssignmentStatus, Interest, Role, Ruling


@dataclass(frozen=True, slots=True)
class Interests(Service):
    """All that happens to declarations of interests."""

    def of(self, person: Person, proposal: Proposal) -> Declaration | None:
        """Find what somebody declared about a proposal."""
        query = select(Declaration).where(
            Declaration.person_id == person.id, Declaration.proposal_id == proposal.id
        )
        return self.db.scalar(query)

    def declare(
        self, person: Person, proposal: Proposal, interest: Interest, explanation: str = ""
    ) -> Declaration:
        """Declare one's own interests. Whoever has any is conflicted at once; so is their review.

        Raises Incomplete if an interest comes without an explanation.
        """
        if interest is not Interest.NONE and not explanation.strip():
            raise Incomplete(N_("Describe the interest in a sentence."))
        declaration = self.of(person, proposal) or Declaration(person=person, proposal=proposal)
        before = declaration.interest
        declaration.interest, declaration.explanation = interest, explanation.strip()
        declaration.declared_at = self.clock()
        declaration.ruling = declaration.ruled_at = declaration.ruled_by = None
        declaration.ruling_reason = ""
        self.db.add(declaration)
        self.db.flush()
        self.record(
            "declare",
            "declaration",
            _reference(declaration),
            by=person,
            before=before.value if before else None,
            after=interest.value,
            reason=declaration.explanation,
        )
        if interest is not Interest.NONE:
            self._recuse(person, proposal, by=person)
        return declaration

    def rule(self, declaration: Declaration, ruling: Ruling, *, reason: str, by: Person) -> None:
        """Rule on a potential conflict: the person may go on, or stays conflicted."""
        if declaration.interest is not Interest.POTENTIAL:
            raise NotAllowedNow(N_("Only a potential interest needs a decision."))
        if declaration.person_id == by.id:
            raise Refused(N_("You cannot decide on your own interests."))
        if not reason.strip():
            raise Incomplete(N_("Give the reason for the ruling."))
        before = declaration.ruling
        declaration.ruling, declaration.ruling_reason = ruling, reason.strip()
        declaration.ruled_at, declaration.ruled_by = self.clock(), by
        self.db.flush()
        self.record(
            "rule",
            "declaration",
            _reference(declaration),
            by=by,
            before=before.value if before else None,
            after=ruling.value,
            reason=declaration.ruling_reason,
        )
        if ruling is Ruling.ALLOWED:
            self._clear(declaration, by)
        else:
            self._recuse(declaration.person, declaration.proposal, by=by)

    def in_call(self, call: Call, *, seen_by: Person, role: Role) -> list[Declaration]:
        """List the interests declared in a call, those that wait for a ruling first.

        Those in proposals that the reader does not see are not there.
        """
        visible = Access(self.db).proposals_for(seen_by, role).with_only_columns(Proposal.id)
        seen = visible.where(Proposal.call_id == call.id)
        query = (
            select(Declaration)
            .join(Proposal, Proposal.id == Declaration.proposal_id)
            .where(
                Proposal.call_id == call.id,
                Declaration.interest != Interest.NONE,
                Proposal.id.in_(seen),
            )
            .options(
                joinedload(Declaration.person),
                joinedload(Declaration.ruled_by),
                joinedload(Declaration.proposal).joinedload(Proposal.organisation),
            )
            .order_by(Declaration.declared_at, Declaration.id)
        )
        return sorted(self.db.scalars(query), key=lambda each: not waits(each))

    def _recuse(self, person: Person, proposal: Proposal, *, by: Person) -> None:
        for review in self._reviews(person, proposal):
            if review.status in ASSIGNMENT_STEPS.sources("recuse"):
                self._step(review, "recuse", by)

    def _clear(self, declaration: Declaration, by: Person) -> None:
        applicants = Access(self.db).applicants(declaration.proposal.call, [declaration.person_id])
        for review in self._reviews(declaration.person, declaration.proposal):
            if review.status is AssignmentStatus.CONFLICTED and not applicants:
                require_open(review.stage)
                self._step(review, "clear", by)

    def _reviews(self, person: Person, proposal: Proposal) -> list[Assignment]:
        query = select(Assignment).where(
            Assignment.reviewer_id == person.id, Assignment.proposal_id == proposal.id
        )
        loaded = query.options(joinedload(Assignment.stage), joinedload(Assignment.proposal))
        return list(self.db.scalars(loaded))

    def _step(self, review: Assignment, action: str, by: Person) -> None:
        self.move(ASSIGNMENT_STEPS, review, action, by=by, reference=review_reference(review))


def waits(declaration: Declaration) -> bool:
    """Return whether a declared interest waits for the fund's ruling."""
    return declaration.interest is Interest.POTENTIAL and declaration.ruling is None


def _reference(declaration: Declaration) -> str:
    return f"{declaration.proposal.reference}/D{declaration.id}"
