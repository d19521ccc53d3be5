"""Who sees and does what: the one place that decides, by what somebody is to something.

Roles are always held towards something. Views turn the answers into ACLs;
lists start from `proposals_for`, so that what somebody may not see is not
counted, ordered, searched or exported for them either.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from grants.access import visible_proposals
from grants.access.involvement import (
    applies_in,
    conflicts,
    is_conflict,
    recused_calls,
    was_there,
)
from grants.access.roles_towards import standing
from grants.accounts.models import Appointment, Person
from grants.calls.models import Call
from grants.evaluation.models import Assignment, Declaration
from grants.proposals.models import Proposal
from grants.rules.workflow import AssignmentStatus, Role

Pair = tuple[int, int]
"""The numbers of a reviewer and a proposal."""

_OWED = (
    AssignmentStatus.OFFERED,
    AssignmentStatus.ACCEPTED,
    AssignmentStatus.DRAFT,
    AssignmentStatus.REOPENED,
)
"""Where a review is still to come in."""


def _left(role: Role, recused: bool) -> Role | None:
    """Tell what an interest leaves of a role: managers still judge one by one, auditors nothing."""
    if not recused or role not in (Role.MANAGER, Role.AUDITOR):
        return role
    return Role.RECUSED if role is Role.MANAGER else None


@dataclass(frozen=True, slots=True)
class Access:
    """Questions about people's standing, asked of the database."""

    db: Session

    def roles_in_fund(self, person: Person | None, fund_id: int) -> frozenset[Role]:
        """Name the roles somebody holds for a whole fund."""
        return self._appointed(person, Appointment.fund_id == fund_id)

    def roles_in_call(self, person: Person | None, call: Call) -> frozenset[Role]:
        """Name the roles somebody holds for a call, or for the whole fund of it.

        An interest in one of its proposals recuses managers and auditors from the call.
        """
        if person is None:
            return frozenset()
        places = {"person": person.id, "call": call.id, "fund": call.fund_id}
        found = self.db.execute(visible_proposals.roles_there(), places).all()
        return frozenset(left for role, recused in found if (left := _left(role, recused)))

    def managers(self, call: Call) -> Select[Person]:
        """Select the managers of a call, less those whom an interest recuses from it."""
        held = select(Appointment.id).where(
            Appointment.person_id == Person.id,
            Appointment.role == Role.MANAGER,
            sa.or_(Appointment.fund_id == call.fund_id, Appointment.call_id == call.id),
        )
        recused = sa.literal(call.id).in_(recused_calls(Person.id))
        return select(Person).where(held.exists(), ~recused)

    def roles_in_proposal(self, person: Person | None, proposal: Proposal) -> frozenset[Role]:
        """Name the roles somebody holds towards one proposal; one query.

        Whoever is conflicted keeps no role but that in their own team.
        """
        if person is None:
            return frozenset()
        places = {
            "person": person.id,
            "proposal": proposal.id,
            "organisation": proposal.organisation_id,
            "fund": proposal.call.fund_id,
            "call": proposal.call_id,
        }
        found = self.db.execute(standing(), places).one()
        member, asked_in, conflicted, applies, cleared, offered, manages, audits, recused = found
        roles = {Role.APPLICANT} if member or asked_in else set()
        if member:
            roles.add(Role.MEMBER)
        if conflicted or roles:
            return frozenset(roles)
        held = (
            (Role.REVIEWER, cleared and not applies),
            (Role.INVITED_REVIEWER, offered and not applies),
            (Role.MANAGER, manages and not recused),
            (Role.AUDITOR, audits and not recused),
            (Role.RECUSED, recused and manages),
        )
        return frozenset(roles | {role for role, holds in held if holds})

    def proposals_for(self, person: Person, role: Role) -> Select[Proposal]:
        """Select the proposals that somebody sees in one role: where every list begins."""
        return visible_proposals.proposals(person.id, role)

    def proposals_in(self, call: Call, person: Person, role: Role) -> Select[Proposal]:
        """Select what somebody sees of one call: the role is asked once, and not for each row."""
        return visible_proposals.proposals_in(call.id, call.fund_id, person.id, role)

    def calls_for(self, person: Person) -> Select[Call]:
        """Select the calls that somebody manages, or audits with no interest in the way."""
        return visible_proposals.calls(person.id)

    def recused_from(self, person: Person) -> Sequence[int]:
        """List the calls, by number, from whose comparison an interest recuses somebody."""
        return self.db.scalars(visible_proposals.recused(person.id)).all()

    def conflicted(self, person: Person) -> ColumnElement[bool]:
        """Return the condition on Proposal under which somebody is conflicted about it."""
        return visible_proposals.conflicted(person.id)

    def is_conflicted(self, person: Person, proposal: Proposal) -> bool:
        """Return whether an interest of somebody's stands in the way of a proposal."""
        pair = (sa.literal(person.id), sa.literal(proposal.id))
        found = self.db.scalar(
            select(sa.or_(sa.exists(conflicts(*pair)), sa.exists(was_there(*pair))))
        )
        return bool(found)

    def applies(self, person: Person) -> ColumnElement[bool]:
        """Return the condition on Proposal under which somebody applies in the same call."""
        return visible_proposals.applies(person.id)

    def reviews(self, person: Person) -> ColumnElement[bool]:
        """Return the condition on Proposal under which somebody is a reviewer of its call."""
        return visible_proposals.reviews(person.id)

    def applicants(self, call: Call, people: Sequence[int]) -> set[int]:
        """Find who of these people applies in a call with something that was submitted."""
        return self._applicants(call.id, people)

    def _applicants(self, call_id: int, people: Sequence[int]) -> set[int]:
        found = select(Person.id).where(Person.id.in_(people), applies_in(Person.id, call_id))
        return set(self.db.scalars(found))

    def who_sees_applicants(self, call: Call, people: Collection[int]) -> set[int]:
        """Find who of these people sees all that a call receives: its managers and auditors."""
        here = sa.or_(Appointment.fund_id == call.fund_id, Appointment.call_id == call.id)
        found = select(Appointment.person_id).where(
            Appointment.person_id.in_(people),
            Appointment.role.in_((Role.MANAGER, Role.AUDITOR)),
            here,
        )
        return set(self.db.scalars(found))

    def reviewing(self, person: Person) -> ColumnElement[bool]:
        """Return the condition on Proposal under which somebody still owes a review of it.

        Whoever judges it themselves reads no other judgement of it before, in whatever role.
        """
        return (
            select(Assignment.id)
            .where(
                Assignment.proposal_id == Proposal.id,
                Assignment.reviewer_id == person.id,
                Assignment.status.in_(_OWED),
            )
            .exists()
        )

    def untold(self, call: Call, person: Person) -> frozenset[int]:
        """Name the proposals of a call, by number, of which somebody still owes a review."""
        if not is_reviewer(person):
            return frozenset()
        owed = select(Proposal.id).where(Proposal.call_id == call.id, self.reviewing(person))
        return frozenset(self.db.scalars(owed))

    def owes_review(self, person: Person, proposal: Proposal) -> bool:
        """Return whether somebody still owes a review of a proposal."""
        if not is_reviewer(person):
            return False
        found = select(sa.exists().where(Proposal.id == proposal.id, self.reviewing(person)))
        return bool(self.db.scalar(found))

    def conflicts(self, proposals: Sequence[Proposal], people: Sequence[int]) -> set[Pair]:
        """Find the pairs that must not be: declared interests, and whoever applies in the call."""
        numbers = [proposal.id for proposal in proposals]
        found = self.declared_conflicts(numbers, people)
        for call_id in {proposal.call_id for proposal in proposals}:
            here = [proposal.id for proposal in proposals if proposal.call_id == call_id]
            found |= {(it, number) for it in self._applicants(call_id, people) for number in here}
        return found

    def declared_conflicts(self, proposals: Sequence[int], people: Sequence[int]) -> set[Pair]:
        """Find the pairs that a declared interest stands in the way of; by numbers."""
        declared = select(Declaration.person_id, Declaration.proposal_id).where(
            Declaration.proposal_id.in_(proposals), Declaration.person_id.in_(people), is_conflict()
        )
        return {(person, proposal) for person, proposal in self.db.execute(declared)}

    def own(self, person: Person) -> ColumnElement[bool]:
        """Return the condition on Proposal under which somebody writes at it."""
        return visible_proposals.own(person.id)

    def _appointed(self, person: Person | None, here: ColumnElement[bool]) -> frozenset[Role]:
        if person is None:
            return frozenset()
        roles = select(Appointment.role).where(Appointment.person_id == person.id, here)
        return frozenset(self.db.scalars(roles))


def role_in(roles: Collection[Role]) -> Role:
    """Name the role in which somebody looks at a call's proposals; the narrowest that they hold."""
    for role in (Role.RECUSED, Role.MANAGER, Role.AUDITOR):
        if role in roles:
            return role
    raise LookupError("nobody else looks at all that a call received")


def is_reviewer(person: Person) -> bool:
    """Return whether somebody reviews anywhere: most do not, and cost no query."""
    return any(it.role is Role.REVIEWER for it in person.appointments)
