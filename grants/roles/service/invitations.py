"""Invitations: to an organisation or a proposal by members, to a role by the fund."""

from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from grants.access import Access
from grants.accounts.models import Appointment, Invitation, Membership, Person
from grants.calls.models import Call, Fund
from grants.directory.models import Organisation
from grants.directory.service.organisations import Organisations
from grants.evaluation.queries.affiliations import Affiliated, Affiliations
from grants.evaluation.service.applicants import Applicants
from grants.kit.secrets import tokens
from grants.kit.service import Service
from grants.kit.settings import MailLimits
from grants.proposals.models import Proposal, TeamMember
from grants.rules.errors import Refused
from grants.rules.events import Invited, ManagerAppointed
from grants.rules.words import N_
from grants.rules.workflow import ProposalStatus, Role

VALID_FOR = timedelta(days=14)
DAY = timedelta(days=1)
AT_ONCE = 50
"""Open invitations to one place: the portal is not to be used for mass mail."""

Place = Organisation | Fund | Call | Proposal
_WRITTEN = (
    ProposalStatus.DRAFT,
    ProposalStatus.SUBMITTED,
    ProposalStatus.TAKEN_BACK,
    ProposalStatus.INVITED,
)


class NotInvited(Refused):
    """The invitation is for somebody else, or is over."""


@dataclass(frozen=True, slots=True)
class Invitations(Service):
    """All that happens to invitations."""

    limits: MailLimits = field(default_factory=MailLimits)

    def to_organisation(self, organisation: Organisation, *, email: str, by: Person) -> Invitation:
        """Ask somebody to join an organisation."""
        return self._invite(organisation, Role.MEMBER, email=email, by=by)

    def to_fund(self, fund: Fund, *, role: Role, email: str, by: Person) -> Invitation:
        """Ask somebody to manage or to audit a fund."""
        if role not in (Role.MANAGER, Role.AUDITOR):
            raise NotInvited(N_("People are invited to a fund as managers or auditors."))
        return self._invite(fund, role, email=email, by=by)

    def to_call(self, call: Call, *, email: str, by: Person, aware: bool = False) -> Invitation:
        """Ask somebody to review proposals of a call.

        Raises NotInvited if they apply in it, and Affiliated if they share something with an
        applicant, until whoever asks is `aware` of it.
        """
        known = self.db.scalar(select(Person).where(Person.email == email))
        if known and Access(self.db).applicants(call, [known.id]):
            raise NotInvited(
                N_("{email} is an applicant in this call. Applicants cannot review in it."),
                email=email,
            )
        shared = Affiliations(self.db).shared_by(email, call)
        if shared and not aware:
            raise Affiliated(shared)
        return self._invite(call, Role.REVIEWER, email=email, by=by)

    def to_proposal(self, proposal: Proposal, *, email: str, by: Person) -> Invitation:
        """Ask somebody of another organisation to write one proposal with its own.

        Raises NotInvited unless a member of the applicant asks, while the call is open.
        """
        if not self._is_member(by, proposal):
            raise NotInvited(
                N_("Only members of {name} can invite others to write with them."),
                name=proposal.organisation.name,
            )
        self._require_written(proposal)
        return self._invite(proposal, Role.APPLICANT, email=email, by=by)

    def waiting(self, place: Place) -> list[Invitation]:
        """List who was invited to a place and has neither accepted nor run out of time."""
        return list(
            self.db.scalars(
                select(Invitation)
                .where(self._is_open(), _to(place))
                .options(joinedload(Invitation.invited_by))
                .order_by(Invitation.invited_at, Invitation.id)
            )
        )

    def find(self, token: str) -> Invitation | None:
        """Find an invitation that can still be accepted, with its place and who invited."""
        return self.db.scalar(
            select(Invitation)
            .where(Invitation.token_hash == tokens.hashed(token), self._is_open())
            .options(
                joinedload(Invitation.invited_by),
                joinedload(Invitation.organisation),
                joinedload(Invitation.fund),
                joinedload(Invitation.call),
                joinedload(Invitation.proposal).joinedload(Proposal.call),
            )
        )

    def accept(self, invitation: Invitation, person: Person) -> None:
        """Take up an invitation. Raises NotInvited if it is not for this person's address."""
        if invitation.email != person.email:
            raise NotInvited(
                N_("This invitation was sent to another address than yours, which is {email}."),
                email=person.email,
            )
        self.db.refresh(invitation, ["accepted_at"], with_for_update=True)
        if invitation.accepted_at is not None:
            raise NotInvited(N_("This invitation has already been accepted."))
        self._require_no_applicant(invitation, person)
        invitation.accepted_at = self.clock()
        if invitation.proposal:
            self._join(person, invitation.proposal, invitation)
        elif invitation.organisation:
            self._organisations.admit(person, invitation.organisation)
        else:
            self._appoint(person, invitation)
        self._applicants.withdraw_reviews_of(person, by=person)

    def _invite(self, place: Place, role: Role, *, email: str, by: Person) -> Invitation:
        self._require_few(email, by)
        open_ones = self.waiting(place)
        for earlier in open_ones:
            if (earlier.email, earlier.role) == (email, role):
                earlier.expires_at = self.clock()  # only the newest letter's link works
        if len(open_ones) >= AT_ONCE:
            raise NotInvited(
                N_("There are already {number} open invitations. Wait until some are accepted."),
                number=len(open_ones),
            )
        token = tokens.fresh()
        made = self._made(place, role, token=token, email=email, by=by)
        self.record(
            "invite",
            _kind(place),
            _reference(place),
            by=by,
            facts={"invitation": made.id, "role": role.value},
        )
        self.publish(Invited(invitation=made, place=made.place, token=token))
        return made

    def _require_few(self, email: str, by: Person) -> None:
        """Refuse to flood a mailbox, or many of them, in the name of the fund."""
        since = Invitation.invited_at > self.clock() - DAY
        sent = select(sa.func.count(Invitation.id)).where(since)
        by_sender = self.db.scalar(sent.where(Invitation.invited_by_id == by.id)) or 0
        if by_sender >= self.limits.by_sender:
            raise NotInvited(
                N_("You have sent {number} invitations in 24 hours. Please send more tomorrow."),
                number=by_sender,
            )
        to_address = self.db.scalar(sent.where(Invitation.email == email)) or 0
        if to_address >= self.limits.to_recipient:
            raise NotInvited(
                N_("{email} was sent {number} invitations in 24 hours. No more go there today."),
                email=email,
                number=to_address,
            )

    def _made(self, place: Place, role: Role, *, token: str, email: str, by: Person) -> Invitation:
        made = Invitation(
            token_hash=tokens.hashed(token),
            email=email,
            role=role,
            invited_by=by,
            invited_at=self.clock(),
            expires_at=self.clock() + VALID_FOR,
        )
        setattr(made, _kind(place), place)
        self.db.add(made)
        self.db.flush()
        return made

    def _join(self, person: Person, proposal: Proposal, invitation: Invitation) -> None:
        """Put somebody on a proposal's team; nothing happens to those who are."""
        self._require_written(proposal)
        there = select(TeamMember.id).where(
            TeamMember.person_id == person.id, TeamMember.proposal_id == proposal.id
        )
        if self._is_member(person, proposal) or self.db.scalar(there) is not None:
            return
        self.db.add(TeamMember(person_id=person.id, proposal=proposal, since=self.clock()))
        self.db.flush()
        facts = {"invited_by": invitation.invited_by_id}
        self.record("join", "proposal", proposal.reference, by=person, facts=facts)

    def _require_no_applicant(self, invitation: Invitation, person: Person) -> None:
        """Refuse to have somebody review who applies, or writes what they may still submit."""
        call = invitation.call
        if call is None or invitation.role is not Role.REVIEWER:
            return
        own = Access(self.db).own(person)
        writes = select(Proposal.id).where(Proposal.call_id == call.id, own).limit(1)
        if not call.is_open(self.clock()):
            writes = writes.where(Proposal.status != ProposalStatus.DRAFT)
        if self.db.scalar(writes) is not None:
            raise NotInvited(
                N_(
                    "You are an applicant in this call or writing a proposal for it."
                    " Applicants cannot review."
                )
            )

    def _require_written(self, proposal: Proposal) -> None:
        if proposal.status not in _WRITTEN or not proposal.is_open(self.clock()):
            raise NotInvited(N_("People join a proposal only while its call is open."))

    def _is_member(self, person: Person, proposal: Proposal) -> bool:
        found = select(Membership.id).where(
            Membership.person_id == person.id,
            Membership.organisation_id == proposal.organisation_id,
        )
        return self.db.scalar(found) is not None

    def _appoint(self, person: Person, invitation: Invitation) -> None:
        place = invitation.fund or invitation.call
        held = select(Appointment.id).where(
            Appointment.person_id == person.id,
            Appointment.role == invitation.role,
            Appointment.fund_id.is_not_distinct_from(invitation.fund_id),
            Appointment.call_id.is_not_distinct_from(invitation.call_id),
        )
        if place is None or self.db.scalar(held) is not None:
            return
        made = Appointment(
            person=person,
            role=invitation.role,
            fund_id=invitation.fund_id,
            call_id=invitation.call_id,
            since=self.clock(),
            appointed_by=invitation.invited_by,
        )
        self.db.add(made)
        self.db.flush()
        facts = {"role": invitation.role.value, "invited_by": invitation.invited_by_id}
        self.record("appoint", _kind(place), _reference(place), by=person, facts=facts)
        if made.role is Role.MANAGER:
            self.publish(ManagerAppointed(appointment=made))

    def _is_open(self) -> ColumnElement[bool]:
        return sa.and_(Invitation.accepted_at.is_(None), Invitation.expires_at > self.clock())

    @property
    def _applicants(self) -> Applicants:
        return Applicants(self.db, self.publish, self.clock)

    @property
    def _organisations(self) -> Organisations:
        return Organisations(self.db, self.publish, self.clock)


def _to(place: Place) -> ColumnElement[bool]:
    match place:
        case Organisation():
            return Invitation.organisation_id == place.id
        case Fund():
            return Invitation.fund_id == place.id
        case Call():
            return Invitation.call_id == place.id
        case Proposal():
            return Invitation.proposal_id == place.id


def _kind(place: Place) -> str:
    return type(place).__name__.lower()


def _reference(place: Place) -> str:
    match place:
        case Organisation():
            return str(place.id)
        case Proposal():
            return place.reference
        case _:
            return place.code
