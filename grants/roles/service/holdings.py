"""The places that people hold, and how they end: at once, told, and kept with their dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Appointment, EndedPlace, Invitation, Membership, Person
from grants.calls.models import Call, Fund, Stage
from grants.directory.models import Organisation
from grants.directory.service.officers import Officers
from grants.evaluation.models import Assignment
from grants.evaluation.service.stages import review_reference
from grants.kit.service import Service
from grants.proposals.models import Proposal, TeamMember
from grants.roles.queries import last_holders
from grants.rules.errors import Refused
from grants.rules.events import InvitationWithdrawn, PlaceEnded
from grants.rules.words import N_
from grants.rules.workflow import ASSIGNMENT_STEPS, AssignmentStatus, Role, StageStatus

ENDED_REVIEWER = N_("The reviewer no longer reviews for this call.")
_UNFINISHED = (
    AssignmentStatus.OFFERED,
    AssignmentStatus.ACCEPTED,
    AssignmentStatus.DRAFT,
    AssignmentStatus.REOPENED,
)

Holding = Membership | TeamMember | Appointment


class LastOne(Refused):
    """Nobody would be left who can act."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """Somebody who could write at a proposal, as a member of its applicant or as a guest."""

    name: str
    guest: bool
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Holdings(Service):
    """All that ends: memberships, places in teams, roles and invitations.

    What ended is no longer in the table that gives access, so that no query can forget to look
    at a date; it is kept in one of its own.
    """

    def end_membership(self, membership: Membership, *, by: Person) -> None:
        """Let somebody no longer belong to an organisation. Raises LastOne.

        Refused for the last member while the organisation has proposals or projects: they would
        be nobody's.
        """
        organisation = membership.organisation
        self._lock(Organisation, organisation.id)
        others = select(Membership.id).where(
            Membership.organisation_id == organisation.id, Membership.id != membership.id
        )
        if self._none(others) and last_holders.has_live_proposals(self.db, organisation):
            raise LastOne(
                N_("{name} has proposals and no other member. Invite a colleague first."),
                name=organisation.name,
            )
        Officers(self.db, self.publish, self.clock).leave(membership, by=by)
        self._end(membership, Role.MEMBER, organisation, by=by)

    def end_team_place(self, member: TeamMember, *, by: Person) -> None:
        """Let a guest no longer write at a proposal."""
        self._end(member, Role.APPLICANT, member.proposal, by=by)

    def end_role(self, appointment: Appointment, *, by: Person) -> None:
        """Let somebody no longer hold a role for a fund or a call. Raises LastOne.

        A fund keeps a manager who can sign in. What a reviewer has not submitted is excluded.
        """
        place = appointment.fund or appointment.call
        if place is None:
            raise LookupError("a role is held in a fund or in a call")
        if isinstance(place, Fund) and appointment.role is Role.MANAGER:
            self.require_another_manager(place, but=appointment.person)
            self._pass_on(appointment)
        if appointment.role is Role.REVIEWER:
            self._exclude(appointment, by)
        self._end(appointment, appointment.role, place, by=by)

    def withdraw(self, invitation: Invitation, *, by: Person) -> None:
        """Let an open invitation work no more; whoever was invited is told."""
        if invitation.accepted_at is not None or invitation.expires_at <= self.clock():
            return
        invitation.expires_at = self.clock()
        kind, reference = _named(invitation.at)
        facts = {"invitation": invitation.id, "role": invitation.role.value}
        self.record("withdraw", kind, reference, by=by, facts=facts)
        self.publish(InvitationWithdrawn(invitation=invitation))

    def require_another_manager(self, fund: Fund, *, but: Person) -> None:
        """Raise LastOne unless somebody else manages a fund and can sign in."""
        self._lock(Fund, fund.id)
        others = (
            select(Appointment.id)
            .join(Appointment.person)
            .where(
                Appointment.fund_id == fund.id,
                Appointment.role == Role.MANAGER,
                Appointment.person_id != but.id,
                Person.blocked_at.is_(None),
                Person.confirmed_at.is_not(None),
            )
        )
        if self._none(others):
            raise LastOne(
                N_("{name} would have no manager left. Add another manager first."),
                name=fund.name,
            )

    def last_members(self, members: Sequence[Membership]) -> frozenset[int]:
        """Name by their numbers the memberships of an organisation that cannot end now."""
        return last_holders.last_members(self.db, members)

    def membership(self, organisation: Organisation, number: int) -> Membership | None:
        """Find one of an organisation's members."""
        query = select(Membership).where(
            Membership.id == number, Membership.organisation_id == organisation.id
        )
        return self.db.scalar(query.options(joinedload(Membership.person)))

    def guest(self, proposal: Proposal, number: int) -> TeamMember | None:
        """Find a guest of a proposal's team."""
        query = select(TeamMember).where(
            TeamMember.id == number, TeamMember.proposal_id == proposal.id
        )
        return self.db.scalar(query.options(joinedload(TeamMember.person)))

    def guests(self, proposal: Proposal) -> Sequence[TeamMember]:
        """List who was asked to write at a proposal, by name."""
        query = select(TeamMember).where(TeamMember.proposal_id == proposal.id)
        found = self.db.scalars(query.options(joinedload(TeamMember.person)))
        return sorted(found, key=lambda it: (it.person.name.casefold(), it.id))

    def of_proposal(self, proposal: Proposal) -> list[Wrote]:
        """List who could write at a proposal, and from when to when: whom an auditor asks for."""
        members = self.db.scalars(
            select(Membership)
            .where(Membership.organisation_id == proposal.organisation_id)
            .options(joinedload(Membership.person))
        )
        found = [
            *(Wrote(it.person.name, False, it.since, None) for it in members),
            *(Wrote(it.person.name, True, it.since, None) for it in self.guests(proposal)),
            *(
                Wrote(it.person.name, it.role is Role.APPLICANT, it.since, it.ended_at)
                for it in self.ended_at(proposal)
            ),
        ]
        return sorted(found, key=lambda it: (it.since, it.name))

    def invitation(self, place: Organisation | Fund | Proposal, number: int) -> Invitation | None:
        """Find an open invitation to a place; those to a fund's calls count as its own."""
        found = self.db.get(Invitation, number)
        if found is None or found.accepted_at is not None or found.expires_at <= self.clock():
            return None
        match place:
            case Organisation():
                here = found.organisation_id == place.id
            case Proposal():
                here = found.proposal_id == place.id
            case Fund():
                here = found.fund_id == place.id or (
                    found.call is not None and found.call.fund_id == place.id
                )
        return found if here else None

    def of_fund(self, fund: Fund) -> Sequence[Appointment]:
        """List who holds a role in a fund or in one of its calls, by role and name."""
        query = (
            select(Appointment)
            .outerjoin(Appointment.call)
            .where(sa.or_(Appointment.fund_id == fund.id, Call.fund_id == fund.id))
            .options(joinedload(Appointment.person), joinedload(Appointment.call))
        )
        found = self.db.scalars(query)
        return sorted(found, key=lambda it: (it.role, it.person.name.casefold(), it.id))

    def role(self, fund: Fund, number: int) -> Appointment | None:
        """Find a role that somebody holds in a fund or in one of its calls."""
        return next((it for it in self.of_fund(fund) if it.id == number), None)

    def open_invitations(self, fund: Fund) -> Sequence[Invitation]:
        """List the invitations to a fund and its calls that still work."""
        query = (
            select(Invitation)
            .outerjoin(Invitation.call)
            .where(
                Invitation.accepted_at.is_(None),
                Invitation.expires_at > self.clock(),
                sa.or_(Invitation.fund_id == fund.id, Call.fund_id == fund.id),
            )
            .options(joinedload(Invitation.invited_by), joinedload(Invitation.call))
            .order_by(Invitation.invited_at, Invitation.id)
        )
        return self.db.scalars(query).all()

    def ended_in_fund(self, fund: Fund) -> Sequence[EndedPlace]:
        """List who held a role in a fund or one of its calls, the last that ended first."""
        here = sa.or_(EndedPlace.fund_id == fund.id, Call.fund_id == fund.id)
        return self.db.scalars(_ended().outerjoin(EndedPlace.call).where(here)).all()

    def ended_at(self, place: Organisation | Proposal) -> Sequence[EndedPlace]:
        """List who belonged to an organisation, or wrote at a proposal: its guests and members."""
        if isinstance(place, Organisation):
            here = EndedPlace.organisation_id == place.id
        else:
            here = sa.or_(
                EndedPlace.proposal_id == place.id,
                sa.and_(
                    EndedPlace.organisation_id == place.organisation_id,
                    EndedPlace.ended_at > place.started_at,
                ),
            )
        return self.db.scalars(_ended().where(here)).all()

    def _end(
        self,
        holding: Holding,
        role: Role,
        place: Organisation | Proposal | Fund | Call,
        *,
        by: Person,
    ) -> None:
        person = holding.person
        kind, reference = _named(place)
        ended = EndedPlace(
            person=person, role=role, since=holding.since, ended_at=self.clock(), ended_by=by
        )
        setattr(ended, kind, place)
        self.db.add(ended)
        self.db.delete(holding)
        self.db.flush()
        self.db.expire(person, ["memberships", "appointments"])
        facts = {"role": role.value, "person": person.id}
        self.record("end", kind, reference, by=by, facts=facts)
        self.publish(PlaceEnded(ended=ended))

    def _exclude(self, appointment: Appointment, by: Person) -> None:
        """Take out what a reviewer has not submitted, where no other role lets them go on."""
        here = Stage.call_id == appointment.call_id
        if appointment.fund_id is not None:
            here = Call.fund_id == appointment.fund_id
        reviews = self.db.scalars(
            select(Assignment)
            .join(Assignment.stage)
            .join(Stage.call)
            .where(
                here,
                Assignment.reviewer_id == appointment.person_id,
                Assignment.status.in_(_UNFINISHED),
                Stage.status == StageStatus.OPEN,
            )
            .options(joinedload(Assignment.proposal))
            .order_by(Assignment.id)
        ).all()
        for review in reviews:
            review.reason = ENDED_REVIEWER
            self.move(
                ASSIGNMENT_STEPS,
                review,
                "exclude",
                by=by,
                reference=review_reference(review),
                reason=ENDED_REVIEWER,
            )

    def _pass_on(self, appointment: Appointment) -> None:
        """Keep who let whom in: ending a place between two does not make them independent."""
        if appointment.appointed_by_id is None:
            return
        invited = self.db.scalars(
            select(Appointment).where(
                Appointment.fund_id == appointment.fund_id,
                Appointment.appointed_by_id == appointment.person_id,
                Appointment.person_id != appointment.appointed_by_id,
            )
        )
        for each in invited:
            if each.confirmed_by_id != appointment.appointed_by_id:
                each.appointed_by_id = appointment.appointed_by_id

    def _none(self, query: sa.Select[int]) -> bool:
        return self.db.scalar(query.limit(1)) is None

    def _lock(self, model: type[Fund] | type[Organisation], number: int) -> None:
        """Have others wait who end something in the same place."""
        self.db.execute(select(model.id).where(model.id == number).with_for_update())


def _ended() -> sa.Select[EndedPlace]:
    return (
        select(EndedPlace)
        .options(
            joinedload(EndedPlace.person),
            joinedload(EndedPlace.ended_by),
            joinedload(EndedPlace.call),
        )
        .order_by(EndedPlace.ended_at.desc(), EndedPlace.id.desc())
    )


def _named(place: Organisation | Proposal | Fund | Call) -> tuple[str, str]:
    """Return the kind of a place and how the ledger refers to it."""
    kind = type(place).__name__.lower()
    match place:
        case Organisation():
            return kind, str(place.id)
        case Proposal():
            return kind, place.reference
        case _:
            return kind, place.code
