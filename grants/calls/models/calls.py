"""Calls, their versions and stages; what takes two signatures in a call."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from grants.accounts.models import Person
from grants.calls.models.funds import FormVersion, Fund, Topic
from grants.kit.database.tables import Base, Cents, Id, guarded_by
from grants.rules import canonical
from grants.rules.errors import NotAllowedNow
from grants.rules.money import UnusableMoney
from grants.rules.money.shares import WHOLE
from grants.rules.scope import Scope
from grants.rules.words import N_
from grants.rules.workflow import (
    ACT_STEPS,
    CALL_STEPS,
    STAGE_STEPS,
    ActKind,
    ActStatus,
    CallStatus,
    StageKind,
    StageStatus,
)

if TYPE_CHECKING:
    from grants.calls.models.draw_seeds import DrawSeed
    from grants.proposals.models import Proposal


call_topic = Table(
    "call_topic",
    Base.metadata,
    Column("call_id", ForeignKey("call.id"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id"), primary_key=True),
)


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
    stages: Mapped[list[Stage]] = relationship(
        back_populates="call", order_by=lambda: Stage.position
    )
    draw_seed: Mapped[DrawSeed | None] = relationship(back_populates="call")

    def is_open(self, at: datetime) -> bool:
        """Return whether proposals are taken at that moment; the closing moment is too late."""
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
            raise NotAllowedNow(
                N_("A call cannot change from {a} to {b}."), a=self.status, b=status
            )
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
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What else was said of it, such as its scale; see `CriterionFacts`."""

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
        """Return whether it was published after the call had closed, as it stood before."""
        before = [it for it in self.call.versions if it.number < self.number]
        if not before:
            return False
        return datetime.fromisoformat(before[-1].content["closes_at"]) <= self.published_at


class Stage(Base):
    """A step of the evaluation, planned with the call; its rules are frozen when it opens."""

    __tablename__ = "stage"
    __table_args__ = (
        Index("uq_stage_call_number", "call_id", "number", unique=True),
        Index("uq_stage_call_position", "call_id", "position", unique=True),
        CheckConstraint("(status = 'planned') = (opened_at IS NULL)", name="opened"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("(form_id IS NULL) = (writing_closes_at IS NULL)", name="writing"),
    )

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    """By which the ledger names it: it stays, whatever comes before or after."""
    position: Mapped[int]
    """Its place among the stages of the call, the first being 1."""
    kind: Mapped[StageKind]
    name: Mapped[str] = mapped_column(default="")
    status: Mapped[StageStatus] = mapped_column(default=StageStatus.PLANNED)
    __mapper_args__ = guarded_by(status)
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """`grants.rules.scoring.Rules`, criteria included, as they stood when the stage opened.

    Nothing while it is planned, and in formal checks, which go by the call's checklist.
    """
    rules_sha256: Mapped[str] = mapped_column(default=canonical.digest({}))
    phase: Mapped[int] = mapped_column(default=1)
    """Which form it judges, of those that are written one after the other: 1 is the call's."""
    plan: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What reviewers judge by in a stage before the last: see `grants.calls.queries.stage_plans`.

    Nothing in the last one, which goes by the criteria and rules of the call.
    """
    entry: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """`grants.rules.scoring.EntryRule`: who gets here from the stage of reviews before it."""
    form_id: Mapped[int | None] = mapped_column(ForeignKey("form_version.id"))
    """The form that is written for this stage of reviews; None: it judges what there is."""
    writing_closes_at: Mapped[datetime | None]
    """Until when that form is submitted."""
    entered_at: Mapped[datetime | None]
    """When it was settled who gets here."""
    minimum_reviews: Mapped[int] = mapped_column(default=0)
    """How many reviews each proposal needs before the stage can close."""
    opened_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(back_populates="stages")
    form: Mapped[FormVersion | None] = relationship()

    @property
    def reference(self) -> str:
        """How the ledger names it."""
        return f"{self.call.code}/{self.number}"

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: StageStatus) -> StageStatus:
        if self.status is not None and not STAGE_STEPS.is_step(self.status, status):
            raise NotAllowedNow(N_("A stage does not go from {a} to {b}."), a=self.status, b=status)
        return status


_WAITING = text("status = 'waiting'")


class ProposedAct(Base):
    """Something that one manager proposed and that takes effect when another one signs it.

    What was proposed never changes: `payload` says what is to be done, and `sha256` is the hash
    of all that the second person reads. `stands_on` is the hash of what the act was proposed
    about: when that has moved, nobody can sign any more.
    """

    __tablename__ = "proposed_act"
    __table_args__ = (
        Index(
            "uq_proposed_act_waiting",
            "kind",
            "subject",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint(
            "(status = 'waiting') = (settled_at IS NULL)"
            " AND (settled_at IS NULL) = (settled_by_id IS NULL)",
            name="settled",
        ),
        CheckConstraint(
            "status <> 'signed' OR settled_by_id <> proposed_by_id", name="two_signatures"
        ),
        CheckConstraint("status <> 'refused' OR settled_reason <> ''", name="refused"),
        CheckConstraint("status <> 'revoked' OR settled_by_id = proposed_by_id", name="revoked"),
    )

    id: Mapped[Id]
    kind: Mapped[ActKind]
    status: Mapped[ActStatus] = mapped_column(default=ActStatus.WAITING)
    __mapper_args__ = guarded_by(status)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    """The proposal it is about, if any: whoever is conflicted about that sees neither."""
    subject: Mapped[str]
    """What it is about, as the ledger names it."""
    payload: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    stands_on: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_reason: Mapped[str] = mapped_column(default="")
    """Why it was refused, or withdrawn."""

    call: Mapped[Call] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: ActStatus) -> ActStatus:
        if self.status is not None and not ACT_STEPS.is_step(self.status, status):
            raise NotAllowedNow(
                N_("A proposed action cannot change from {a} to {b}."), a=self.status, b=status
            )
        return status
