"""Awarded projects, what they owe, what they delivered, and the programme's events."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from grants.accounts.models import Person
from grants.kit.database.tables import Base, Cents, Id, guarded_by
from grants.kit.editing import Edited
from grants.proposals.models import File, Proposal
from grants.rules.errors import NotAllowedNow
from grants.rules.words import N_
from grants.rules.workflow import DELIVERABLE_STEPS, PROJECT_STEPS, DeliverableStatus, ProjectStatus

ENDED = (ProjectStatus.FAILED, ProjectStatus.CLOSED, ProjectStatus.TERMINATED)
"""Where a project owes nothing any more."""


class Project(Base):
    """The awarded work, with what its agreement says."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("status <> 'running' OR signed_on IS NOT NULL", name="signed"),
        CheckConstraint(
            "status <> 'running' OR conditions = '' OR conditions_met_at IS NOT NULL",
            name="conditions",
        ),
        CheckConstraint(
            "(conditions_met_at IS NULL) = (conditions_met_by_id IS NULL)"
            " AND (conditions_met_at IS NULL) = (conditions_note = '')",
            name="conditions_met",
        ),
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
    status: Mapped[ProjectStatus] = mapped_column(default=ProjectStatus.PREPARATION)
    __mapper_args__ = guarded_by(status)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    """For the public page."""
    awarded_cents: Mapped[Cents]
    total_cents: Mapped[Cents]
    currency: Mapped[str]
    budget: Mapped[list[dict[str, Any]]]
    """Each heading with a cost: code, name, total_cents, and granted_cents of the fund's money."""
    partners: Mapped[list[dict[str, Any]]]
    """Who takes part beside the beneficiary: name, kind, country, role. The paired city first."""
    public: Mapped[bool] = mapped_column(default=True)
    """Whether the summary and the deliverables may be published, as the proposal says."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    signed_on: Mapped[date | None]
    failure_reason: Mapped[str] = mapped_column(default="")
    """Why no agreement was signed; then the money is free again."""
    conditions: Mapped[str] = mapped_column(default="")
    """What the award hangs on: nothing is signed before it is met."""
    conditions_note: Mapped[str] = mapped_column(default="")
    """How they were met, and where the proof is."""
    conditions_met_at: Mapped[datetime | None]
    conditions_met_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signing_corrections: Mapped[int] = mapped_column(default=0)
    """How often the day of the signature was corrected: each has a paper of its own."""
    termination_reason: Mapped[str] = mapped_column(default="")
    """Why it was ended before it delivered everything."""
    freed_cents: Mapped[Cents | None]
    """What of the award is free again by its end; 0 is an answer too."""
    terminated_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    """When its applicant was told of the award."""

    proposal: Mapped[Proposal] = relationship()
    conditions_met_by: Mapped[Person | None] = relationship(foreign_keys=[conditions_met_by_id])
    deliverables: Mapped[list[Deliverable]] = relationship(
        back_populates="project", order_by=lambda: (Deliverable.due_on, Deliverable.number)
    )

    @property
    def open_conditions(self) -> bool:
        """Return whether something that the award hangs on is not met yet."""
        return bool(self.conditions) and self.conditions_met_at is None

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


class Deliverable(Edited, Base):
    """What a project owes, by when; and what it delivered."""

    __tablename__ = "deliverable"
    __table_args__ = (
        Index("uq_deliverable_project_number", "project_id", "number", unique=True),
        CheckConstraint(
            "status NOT IN ('delivered', 'accepted') OR delivered_at IS NOT NULL", name="delivered"
        ),
        CheckConstraint("held_on <= held_until", name="held"),
        CheckConstraint("status <> 'accepted' OR accepted_at IS NOT NULL", name="accepted"),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int]
    type: Mapped[DeliverableType]
    title: Mapped[str]
    planned: Mapped[str] = mapped_column(default="")
    """What the proposal promised."""
    due_on: Mapped[date]
    proposed_due_on: Mapped[date | None]
    """What the proposal said, whatever was agreed since; nothing, where it said none."""
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
        return open_still and not ended and self.due_on < today

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: DeliverableStatus) -> DeliverableStatus:
        if self.status is not None and not DELIVERABLE_STEPS.is_step(self.status, status):
            raise NotAllowedNow(
                N_("A deliverable cannot change from {a} to {b}."), a=self.status, b=status
            )
        return status


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


class Event(Base):
    """An entry of the programme's public calendar: all day or timed, on one or several days.

    All-day events have dates and no moments; timed ones have moments and the
    named zone in which they were announced.
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(
            "(starts_on IS NULL) <> (starts_at IS NULL)"
            " AND (starts_on IS NULL) = (ends_on IS NULL)"
            " AND (starts_at IS NULL) = (ends_at IS NULL)",
            name="all_day_or_timed",
        ),
        CheckConstraint("starts_on IS NULL OR starts_on <= ends_on", name="days"),
        CheckConstraint("starts_at IS NULL OR starts_at < ends_at", name="moments"),
    )

    id: Mapped[Id]
    token: Mapped[str] = mapped_column(unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    """The last day, included."""
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(default="UTC")
    entered_at: Mapped[datetime | None]
    """When it was entered or changed last; not known of the oldest."""
    revision: Mapped[int] = mapped_column(default=0)
    """Counts the changes, for calendars that hold it already."""

    project: Mapped[Project | None] = relationship()

    @property
    def stamp(self) -> datetime:
        """The moment since when it says what it says; where that is not known, its beginning."""
        midnight = datetime.combine(self.first_day, time(), ZoneInfo(self.zone))
        return (self.entered_at or midnight).astimezone(UTC)

    @property
    def first_day(self) -> date:
        """The day on which it begins, where it was announced."""
        if self.starts_on is not None:
            return self.starts_on
        assert self.starts_at is not None  # noqa: S101  -- the CHECK says so
        return self.starts_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def last_day(self) -> date:
        """The day on which it ends, where it was announced."""
        if self.ends_on is not None:
            return self.ends_on
        assert self.ends_at is not None  # noqa: S101  -- the CHECK says so
        return self.ends_at.astimezone(ZoneInfo(self.zone)).date()
