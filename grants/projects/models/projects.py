"""Awarded projects, what they owe, and what they delivered."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from grants.accounts.models import Person
from grants.kit.database.tables import Base, Cents, Id, guarded_by
from grants.kit.editing import Edited
from grants.projects.models.agreements import Agreement, PlannedDeliverable
from grants.proposals.models import File, Proposal
from grants.rules.errors import NotAllowedNow
from grants.rules.words import N_
from grants.rules.workflow import DELIVERABLE_STEPS, PROJECT_STEPS, DeliverableStatus, ProjectStatus

ENDED = (ProjectStatus.FAILED, ProjectStatus.CLOSED, ProjectStatus.TERMINATED)
"""Where a project owes nothing any more."""


class Project(Base):
    """The awarded work: where it stands under its agreement."""

    __tablename__ = "project"
    __table_args__ = (
        # The agreement is one about the same award; the day of its signature is copied from it by
        # the database, so that the status can be bound to it here.
        ForeignKeyConstraint(
            ["agreement_id", "proposal_id"],
            ["agreement.id", "agreement.proposal_id"],
            name="fk_project_agreement",
        ),
        ForeignKeyConstraint(
            ["agreement_id", "signed_on"],
            ["agreement.id", "agreement.signed_on"],
            name="fk_project_signed_agreement",
            onupdate="CASCADE",
        ),
        CheckConstraint("status <> 'running' OR signed_on IS NOT NULL", name="signed"),
        CheckConstraint(
            "(status = 'terminated') = (terminated_at IS NOT NULL)"
            " AND (terminated_at IS NULL) = (freed_cents IS NULL)"
            " AND (terminated_at IS NULL) = (termination_reason = '')",
            name="terminated",
        ),
        CheckConstraint("freed_cents BETWEEN 0 AND awarded_cents", name="freed"),
    )

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(unique=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    agreement_id: Mapped[int] = mapped_column(unique=True)
    """The version of the agreement that counts."""
    status: Mapped[ProjectStatus] = mapped_column(default=ProjectStatus.PREPARATION)
    __mapper_args__ = guarded_by(status)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    """For the public page."""
    awarded_cents: Mapped[Cents]
    currency: Mapped[str]
    public: Mapped[bool] = mapped_column(default=True)
    """Whether the summary and the deliverables may be published, as the proposal says."""
    signed_on: Mapped[date | None]
    """The day on which the agreement that counts was signed, as it says itself."""
    failure_reason: Mapped[str] = mapped_column(default="")
    """Why no agreement was signed; then the money is free again."""
    termination_reason: Mapped[str] = mapped_column(default="")
    """Why it was ended before it delivered everything."""
    freed_cents: Mapped[Cents | None]
    """What of the award is free again by its end; 0 is an answer too."""
    terminated_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    """When its applicant was told of the award."""

    proposal: Mapped[Proposal] = relationship(foreign_keys=[proposal_id])
    agreement: Mapped[Agreement] = relationship(
        primaryjoin=lambda: Project.agreement_id == Agreement.id,
        foreign_keys=[agreement_id],
        lazy="joined",
    )
    """Read together with the project, which says little without it."""
    deliverables: Mapped[list[Deliverable]] = relationship(
        back_populates="project", order_by=lambda: (due_on(), Deliverable.number)
    )

    @property
    def accepted(self) -> int:
        """Count the deliverables that the fund accepted."""
        return sum(it.status is DeliverableStatus.ACCEPTED for it in self.deliverables)

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: ProjectStatus) -> ProjectStatus:
        if self.status is not None and not PROJECT_STEPS.is_step(self.status, status):
            raise NotAllowedNow(
                N_("A project cannot change from {a} to {b}."), a=self.status, b=status
            )
        return status


class Deliverable(Edited, Base):
    """What a project delivered of what it owes; what was promised is in its agreement."""

    __tablename__ = "deliverable"
    __table_args__ = (
        Index("uq_deliverable_project_number", "project_id", "number", unique=True),
        # Whatever an agreement says of it, it keeps its number, by which it is addressed.
        ForeignKeyConstraint(
            ["planned_id", "number"],
            ["planned_deliverable.id", "planned_deliverable.number"],
            name="fk_deliverable_planned_deliverable",
        ),
        CheckConstraint(
            "status NOT IN ('delivered', 'accepted') OR delivered_at IS NOT NULL", name="delivered"
        ),
        CheckConstraint("held_on <= held_until", name="held"),
        CheckConstraint("status <> 'accepted' OR accepted_at IS NOT NULL", name="accepted"),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int]
    planned_id: Mapped[int] = mapped_column(unique=True)
    """What the agreement that counts says of it."""
    status: Mapped[DeliverableStatus] = mapped_column(default=DeliverableStatus.PLANNED)
    __mapper_args__ = guarded_by(status)
    held_on: Mapped[date | None]
    held_until: Mapped[date | None]
    place: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    """A web address, for what took place or stands on line."""
    description: Mapped[str] = mapped_column(default="")
    links: Mapped[list[dict[str, Any]]]
    """title and url of each."""
    unfinished: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Rows of participants and links that are not complete, as they were typed."""
    return_reason: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    delivered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    project: Mapped[Project] = relationship(back_populates="deliverables")
    planned: Mapped[PlannedDeliverable] = relationship(
        primaryjoin=lambda: Deliverable.planned_id == PlannedDeliverable.id,
        foreign_keys=[planned_id],
        lazy="joined",
    )
    """What was promised, and by when: read together with what came of it."""
    delivered_by: Mapped[Person | None] = relationship(foreign_keys=[delivered_by_id])
    accepted_by: Mapped[Person | None] = relationship(foreign_keys=[accepted_by_id])
    participations: Mapped[list[Participation]] = relationship(
        back_populates="deliverable",
        cascade="all, delete-orphan",
        order_by=lambda: (Participation.country, Participation.kind),
    )
    evidence: Mapped[list[File]] = relationship(
        primaryjoin=lambda: sa.and_(
            Deliverable.id == File.deliverable_id, File.removed_at.is_(None)
        ),
        order_by=File.id,
        viewonly=True,
    )
    """The files that are there; what was removed is not."""

    def is_overdue(self, today: date) -> bool:
        """Return whether it should have been delivered by now and was not.

        A project that ended or never began owes nothing any more.
        """
        ended = self.project.status in ENDED
        open_still = self.status in (DeliverableStatus.PLANNED, DeliverableStatus.RETURNED)
        return open_still and not ended and self.planned.due_on < today

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: DeliverableStatus) -> DeliverableStatus:
        if self.status is not None and not DELIVERABLE_STEPS.is_step(self.status, status):
            raise NotAllowedNow(
                N_("A deliverable cannot change from {a} to {b}."), a=self.status, b=status
            )
        return status


def due_on() -> sa.ScalarSelect[date]:
    """Ask by when a deliverable is due, as the agreement that counts says."""
    its = sa.select(PlannedDeliverable.due_on).where(
        PlannedDeliverable.id == Deliverable.planned_id
    )
    return its.correlate(Deliverable).scalar_subquery()


class ParticipantKind(StrEnum):
    """The kind of organisation participants come from: the programme's three axes, and others."""

    CITY_COUNCIL = "city_council"
    CLUSTER = "cluster"
    ACADEMIA = "academia"
    COMPANY = "company"
    OTHER = "other"


class Participation(Base):
    """How many people took part, by country and kind of organisation."""

    __tablename__ = "participation"
    __table_args__ = (
        Index("uq_participation_deliverable", "deliverable_id", "country", "kind", unique=True),
        CheckConstraint("people >= 0", name="people"),
    )

    id: Mapped[Id]
    deliverable_id: Mapped[int] = mapped_column(ForeignKey("deliverable.id"))
    country: Mapped[str]
    kind: Mapped[ParticipantKind]
    people: Mapped[int]

    deliverable: Mapped[Deliverable] = relationship(back_populates="participations")
