"""People, how they sign in, and what they may do where."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from grants.kit.database.tables import Base, Id
from grants.rules.workflow import Role

if TYPE_CHECKING:
    from grants.calls.models import Call, Fund
    from grants.directory.models import Organisation
    from grants.proposals.models import Proposal

PLACES = ("organisation", "fund", "call", "proposal")
"""Where people belong, or hold roles."""


class Person(Base):
    """Someone with an account."""

    __tablename__ = "person"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    """In small letters: people do not care about case, and mail servers hardly."""
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[bool] = mapped_column(default=True)
    """Whether they want the daily mail of what waits for them."""
    blocked_at: Mapped[datetime | None]
    """Since when nobody signs in with it; its roles are kept, and open again with it."""
    blocked_reason: Mapped[str] = mapped_column(default="", server_default="")
    administers_since: Mapped[datetime | None]
    """Since when this person may block and unblock accounts; it opens nothing else."""

    identities: Mapped[list[Identity]] = relationship(
        back_populates="person", cascade="all, delete-orphan"
    )
    """By what they are recognised; nothing before they set a password."""
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="person", foreign_keys=lambda: Membership.person_id
    )
    appointments: Mapped[list[Appointment]] = relationship(
        back_populates="person", foreign_keys=lambda: Appointment.person_id
    )


class IdentityKind(StrEnum):
    """By what somebody is recognised."""

    PASSWORD = "password"  # noqa: S105 -- the kind, not one of them


class Identity(Base):
    """A way in which a person is recognised when they sign in; of each kind one."""

    __tablename__ = "identity"
    __table_args__ = (
        Index("uq_identity_person_kind", "person_id", "kind", unique=True),
        CheckConstraint("secret <> ''", name="secret"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[IdentityKind]
    secret: Mapped[str]
    """Never a password itself, but its hash: see `grants.accounts.passwords`."""
    created_at: Mapped[datetime]
    """Since when this secret is the one."""
    used_at: Mapped[datetime | None]
    """When somebody signed in with it last; not known of what is older than this column."""

    person: Mapped[Person] = relationship(back_populates="identities")


class Membership(Base):
    """A person belongs to an organisation and may write for it."""

    __tablename__ = "membership"
    __table_args__ = (
        Index("uq_membership_person_organisation", "person_id", "organisation_id", unique=True),
        CheckConstraint("(authorised_at IS NULL) = (authorised_by_id IS NULL)", name="authorised"),
        CheckConstraint("authorised_by_id <> person_id", name="authorised_by_another"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    since: Mapped[datetime]
    authorised_at: Mapped[datetime | None]
    """Since when they are an authorised officer: who binds the organisation."""
    authorised_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who named them, and never they themselves."""

    person: Mapped[Person] = relationship(back_populates="memberships", foreign_keys=[person_id])
    authorised_by: Mapped[Person | None] = relationship(foreign_keys=[authorised_by_id])
    organisation: Mapped[Organisation] = relationship(back_populates="memberships")


class Appointment(Base):
    """A person holds a role for a whole fund, or for one call of it."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("(fund_id IS NULL) <> (call_id IS NULL)", name="fund_or_call"),
        Index("uq_appointment_fund", "person_id", "role", "fund_id", unique=True),
        Index("uq_appointment_call", "person_id", "role", "call_id", unique=True),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed"),
        CheckConstraint(
            "confirmed_by_id IS NULL"
            " OR (confirmed_by_id <> person_id AND confirmed_by_id <> appointed_by_id)",
            name="confirmed_by_another",
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role]
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"), index=True)
    since: Mapped[datetime]
    appointed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who invited them; nobody, where the portal's operator set the fund up."""
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who else stands for a manager: only then they sign beside whoever invited them."""

    person: Mapped[Person] = relationship(back_populates="appointments", foreign_keys=[person_id])
    appointed_by: Mapped[Person | None] = relationship(foreign_keys=[appointed_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    fund: Mapped[Fund | None] = relationship()
    call: Mapped[Call | None] = relationship()


class InOnePlace:
    """A row about a place where people belong or hold roles: exactly one.

    The places have a key each, since who may read such a row is asked through its place: those
    of a fund are those of its calls as well. See docs/decisions/0021.
    """

    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)

    @declared_attr.directive
    def __table_args__(self) -> tuple[CheckConstraint, ...]:
        """Hold that there is one place."""
        each = (f"(CASE WHEN {it}_id IS NULL THEN 0 ELSE 1 END)" for it in PLACES)
        return (CheckConstraint(f"{' + '.join(each)} = 1", name="one_place"),)

    @declared_attr
    def organisation(self) -> Mapped[Organisation | None]:
        """The organisation, if it is that."""
        return relationship("Organisation")

    @declared_attr
    def fund(self) -> Mapped[Fund | None]:
        """The fund."""
        return relationship("Fund")

    @declared_attr
    def call(self) -> Mapped[Call | None]:
        """The call."""
        return relationship("Call")

    @declared_attr
    def proposal(self) -> Mapped[Proposal | None]:
        """The proposal."""
        return relationship("Proposal")

    @property
    def at(self) -> Organisation | Fund | Call | Proposal:
        """The place itself."""
        found = next((it for name in PLACES if (it := getattr(self, name)) is not None), None)
        if found is None:
            raise LookupError("a row about a place has one")
        return cast("Organisation | Fund | Call | Proposal", found)

    @property
    def place(self) -> str:
        """Name the place."""
        if self.proposal:
            return self.proposal.title or self.proposal.reference
        return self.call.title if self.call else cast("Organisation | Fund", self.at).name


class EndedPlace(InOnePlace, Base):
    """What somebody belonged to, wrote at or was appointed to, and is no more.

    Kept for whoever asks later who had access when; what gives access is in the other tables.
    """

    __tablename__ = "ended_place"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role]
    since: Mapped[datetime]
    ended_at: Mapped[datetime]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who ended it; nobody, where the portal's operator did."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])


class WebSession(Base):
    """A signed-in browser. The cookie holds a token, the table only its SHA-256."""

    __tablename__ = "web_session"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """The absolute end; going on does not move it."""
    agent: Mapped[str] = mapped_column(default="")
    kept: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    """What was typed under the session before, which ended meanwhile: path and fields."""

    person: Mapped[Person] = relationship()

    def is_stale(self, at: datetime) -> bool:
        """Return whether the last sign of life is old enough to be noted anew."""
        return at - self.seen_at >= timedelta(minutes=1)


class Purpose(StrEnum):
    """What a one-time link is for."""

    CONFIRM = "confirm"
    RESET = "reset"


class OneTimeLink(Base):
    """A link sent by mail that works once and not for long; kept as a hash."""

    __tablename__ = "one_time_link"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[Purpose]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    email: Mapped[str]
    """Where it was sent: once the account has another address, it is of no use."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Invitation(InOnePlace, Base):
    """Somebody is asked by mail to join an organisation or a proposal's team, or to take a role."""

    __tablename__ = "invitation"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(index=True)
    role: Mapped[Role]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    invited_by: Mapped[Person] = relationship()


class SignInAttempt(Base):
    """A failed sign-in, remembered for as long as the limit looks back."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_email", "email", "at"),
        Index("ix_sign_in_attempt_address", "address", "at"),
    )

    id: Mapped[Id]
    email: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
