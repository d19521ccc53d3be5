"""Calls, their versions, the forms they ask with and the criteria they judge by."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from grants.kit.tables import Base, Cents, Id, guarded_by
from grants.models.person import Person
from grants.models.programme import Fund, Topic
from grants.rules.errors import NotAllowedNow
from grants.rules.money import UnusableMoney
from grants.rules.money.shares import WHOLE
from grants.rules.scope import Scope
from grants.rules.words import N_
from grants.rules.workflow import CALL_STEPS, CallStatus, StageStatus

call_topic = Table(
    "call_topic",
    Base.metadata,
    Column("call_id", ForeignKey("call.id"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id"), primary_key=True),
)


class FormVersion(Base):
    """What a call asks, as data. A version never changes; the next one has a new number."""

    __tablename__ = "form_version"
    __table_args__ = (Index("uq_form_version_code_number", "code", "number", unique=True),)

    id: Mapped[Id]
    code: Mapped[str]
    number: Mapped[int]
    title: Mapped[str]
    definition: Mapped[dict[str, Any]]
    """See `grants.rules.forms.Definition`."""
    sha256: Mapped[str]
    created_at: Mapped[datetime]


class Call(Base):
    """An invitation to propose, with dates, rules and money."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="dates"),
        CheckConstraint(
            "0 <= smallest_cents AND smallest_cents <= largest_cents"
            " AND largest_cents <= envelope_cents",
            name="amounts",
        ),
        CheckConstraint("cofinancing_bp BETWEEN 1 AND 10000", name="cofinancing"),
        CheckConstraint("(status = 'draft') = (published_at IS NULL)", name="published"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    status: Mapped[CallStatus] = mapped_column(default=CallStatus.DRAFT)
    __mapper_args__ = guarded_by(status)
    number: Mapped[int] = mapped_column(default=0)
    """The newest version; 0 before publication."""
    title: Mapped[str]
    summary: Mapped[str]
    currency: Mapped[str] = mapped_column(default="EUR")
    envelope_cents: Mapped[Cents]
    smallest_cents: Mapped[Cents]
    largest_cents: Mapped[Cents]
    cofinancing: Mapped[Fraction]
    """The share of eligible costs that the fund pays at most, exactly: 4/5 is 80 %."""
    cofinancing_bp: Mapped[int]
    """The same in basis points, rounded down: follows from the exact share, and only reads it."""
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    zone: Mapped[str]
    """The named time zone in which people read the dates, e.g. Europe/Brussels."""
    form_id: Mapped[int | None] = mapped_column(ForeignKey("form_version.id"))
    checklist: Mapped[list[dict[str, Any]]]
    """Items of the eligibility check: code, kind (admissibility or eligibility), text."""
    rules: Mapped[dict[str, Any]]
    """How reviews become a ranking, but for the criteria: see `grants.rules.scoring.Rules`."""
    published_at: Mapped[datetime | None]

    fund: Mapped[Fund] = relationship()
    form: Mapped[FormVersion | None] = relationship()
    topics: Mapped[list[Topic]] = relationship(secondary=call_topic, order_by=Topic.name)
    criteria: Mapped[list[Criterion]] = relationship(
        back_populates="call",
        order_by=lambda: Criterion.position,
        cascade="all, delete-orphan",
    )
    versions: Mapped[list[CallVersion]] = relationship(
        back_populates="call", order_by=lambda: CallVersion.number
    )

    def is_open(self, at: datetime) -> bool:
        """Tell whether proposals are taken at that moment; the closing moment is too late."""
        return self.status is CallStatus.PUBLISHED and self.opens_at <= at < self.closes_at

    @validates("cofinancing")
    def _round_the_share(self, _key: str, share: Fraction) -> Fraction:
        if not 0 < share <= 1:
            raise UnusableMoney(N_("A share of the costs is more than nothing and at most all."))
        self.cofinancing_bp = max(1, int(share * WHOLE))
        return share

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: CallStatus) -> CallStatus:
        if self.status is not None and not CALL_STEPS.is_step(self.status, status):
            raise NotAllowedNow(N_("A call does not go from {a} to {b}."), a=self.status, b=status)
        return status

    @property
    def scope(self) -> Scope:
        """Where it belongs."""
        return Scope(fund_id=self.fund_id, call_id=self.id)


class Criterion(Base):
    """What reviewers judge by, with its weight and threshold."""

    __tablename__ = "criterion"
    __table_args__ = (Index("uq_criterion_call_code", "call_id", "code", unique=True),)

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    position: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]
    guidance: Mapped[str] = mapped_column(default="")
    weight: Mapped[str]
    """An exact number as text, the way it was typed: "1", "1.5", "3/2" or "40"."""
    threshold_halves: Mapped[int | None]
    """In half points: 6 is 3 out of 5."""

    call: Mapped[Call] = relationship(back_populates="criteria")


class CallVersion(Base):
    """A call as it was published, or corrected: frozen and hashed."""

    __tablename__ = "call_version"
    __table_args__ = (Index("uq_call_version_call_number", "call_id", "number", unique=True),)

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who signed second, where it was corrected after the call had closed."""

    call: Mapped[Call] = relationship(back_populates="versions")
    published_by: Mapped[Person] = relationship(foreign_keys=[published_by_id])
    signed_by: Mapped[Person | None] = relationship(foreign_keys=[signed_by_id])

    @property
    def is_late(self) -> bool:
        """Tell whether it was published after the call had closed, as it stood before."""
        before = [it for it in self.call.versions if it.number < self.number]
        if not before:
            return False
        return datetime.fromisoformat(before[-1].content["closes_at"]) <= self.published_at


class Stage(Base):
    """A step of the evaluation; its rules are frozen when it opens."""

    __tablename__ = "stage"
    __table_args__ = (
        Index("uq_stage_call_number", "call_id", "number", unique=True),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    )

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    name: Mapped[str]
    status: Mapped[StageStatus] = mapped_column(default=StageStatus.OPEN)
    __mapper_args__ = guarded_by(status)
    rules: Mapped[dict[str, Any]]
    """`grants.rules.scoring.Rules`, criteria included, as they stood when the stage opened."""
    rules_sha256: Mapped[str]
    minimum_reviews: Mapped[int]
    """How many reviews each proposal needs before the stage can close."""
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship()
