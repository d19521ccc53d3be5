"""What was agreed with a beneficiary, one version after the other."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import Person
from grants.directory.models import Organisation
from grants.kit.database.tables import Base, Cents, Id
from grants.proposals.models import Proposal

PAIRED = "paired_city"
"""The kind of the partner with which a city is paired: always the first."""


class Agreement(Base):
    """A version of what was agreed about an award; the project names the one that counts."""

    __tablename__ = "agreement"
    __table_args__ = (
        Index("uq_agreement_proposal_sequence", "proposal_id", "sequence", unique=True),
        # What a project refers to: the agreement of its proposal, and the day of its signature.
        UniqueConstraint("id", "proposal_id"),
        UniqueConstraint("id", "signed_on"),
        CheckConstraint("sequence >= 1", name="sequence"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("granted_cents BETWEEN 0 AND total_cents", name="granted"),
        CheckConstraint(
            "signed_on IS NULL OR conditions = '' OR conditions_met_at IS NOT NULL",
            name="conditions",
        ),
        CheckConstraint(
            "(conditions_met_at IS NULL) = (conditions_met_by_id IS NULL)"
            " AND (conditions_met_at IS NULL) = (conditions_note = '')",
            name="conditions_met",
        ),
    )

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    sequence: Mapped[int]
    """1 is the agreement that follows the award; each amendment is one more."""
    prepared_at: Mapped[datetime]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    granted_cents: Mapped[Cents]
    """The grant, in the currency of the project."""
    total_cents: Mapped[Cents]
    """What the work costs as a whole, never less than the grant."""
    conditions: Mapped[str] = mapped_column(default="")
    """What the award hangs on: nothing is signed before it is met."""
    conditions_note: Mapped[str] = mapped_column(default="")
    """How they were met, and where the proof is."""
    conditions_met_at: Mapped[datetime | None]
    conditions_met_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_on: Mapped[date | None]
    """The day on which both sides had signed."""
    signing_corrections: Mapped[int] = mapped_column(default=0)
    """How often the day of the signature was corrected: each has a paper of its own."""

    proposal: Mapped[Proposal] = relationship()
    conditions_met_by: Mapped[Person | None] = relationship(foreign_keys=[conditions_met_by_id])
    budget: Mapped[list[BudgetLine]] = relationship(
        cascade="all, delete-orphan", order_by=lambda: BudgetLine.position
    )
    """Each heading with a cost; nothing, where the form asked for no budget."""
    partners: Mapped[list[Partner]] = relationship(
        cascade="all, delete-orphan", order_by=lambda: Partner.position
    )
    """Who takes part beside the beneficiary; the paired city first."""
    planned: Mapped[list[PlannedDeliverable]] = relationship(
        cascade="all, delete-orphan",
        order_by=lambda: (PlannedDeliverable.due_on, PlannedDeliverable.number),
    )
    """What is to be delivered, the first that is due first."""
    paired_city: Mapped[Partner | None] = relationship(
        primaryjoin=lambda: sa.and_(
            Agreement.id == Partner.agreement_id, Partner.position == 1, Partner.kind == PAIRED
        ),
        uselist=False,
        viewonly=True,
    )
    """The city with which the beneficiary is paired."""

    @property
    def adds_up(self) -> bool:
        """Return whether the lines of the budget sum up to the grant and to the whole cost."""
        granted = sum(line.granted_cents for line in self.budget)
        total = max(granted, sum(line.total_cents for line in self.budget))
        return not self.budget or (granted, total) == (self.granted_cents, self.total_cents)

    @property
    def open_conditions(self) -> bool:
        """Return whether something that the award hangs on is not met yet."""
        return bool(self.conditions) and self.conditions_met_at is None


class BudgetLine(Base):
    """A heading of the budget that was agreed: what it costs, and what of it the fund gives."""

    __tablename__ = "budget_line"
    __table_args__ = (
        Index("uq_budget_line_position", "agreement_id", "position", unique=True),
        Index("uq_budget_line_code", "agreement_id", "code", unique=True),
        CheckConstraint("total_cents >= 0 AND granted_cents >= 0", name="amounts"),
    )

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    position: Mapped[int]
    code: Mapped[str]
    """Of the heading, as the form knows it."""
    name: Mapped[str]
    total_cents: Mapped[Cents]
    granted_cents: Mapped[Cents]


class Partner(Base):
    """Somebody who takes part in the work beside the beneficiary."""

    __tablename__ = "partner"
    __table_args__ = (Index("uq_partner_position", "agreement_id", "position", unique=True),)

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    position: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    """As the form offers it; `PAIRED` for the paired city."""
    country: Mapped[str]
    role: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """In the directory, where it has one of that name in that country."""

    organisation: Mapped[Organisation | None] = relationship()


class DeliverableType(StrEnum):
    """What can be delivered."""

    WEBINAR = "webinar"
    MISSION = "mission"
    ROADSHOW = "roadshow"
    EXHIBITION = "exhibition"
    WORKSHOP = "workshop"
    SUMMIT = "summit"
    VIDEO = "video"
    PLATFORM = "platform"
    REPORT = "report"
    OTHER = "other"


class PlannedDeliverable(Base):
    """What an agreement says will be delivered, and by when."""

    __tablename__ = "planned_deliverable"
    __table_args__ = (
        Index("uq_planned_deliverable_number", "agreement_id", "number", unique=True),
        # What a deliverable refers to: it has the same number.
        UniqueConstraint("id", "number"),
    )

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[int]
    """The same in every version of an agreement."""
    type: Mapped[DeliverableType]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    """What the proposal promised."""
    due_on: Mapped[date]
    proposed_due_on: Mapped[date | None]
    """What the proposal said, whatever was agreed since; nothing, where it said none."""
