"""Decisions, and lots on the reserve list."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, event, inspect, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import Person
from grants.evaluation.models import Ranking
from grants.kit.database.tables import Base, Cents, Id
from grants.proposals.models import Proposal
from grants.rules.workflow import (
    DecisionKind,
)

LETTER = "letter"
"""The kind of the documents that tell applicants what was decided: one each time."""
_CURRENT = {"sqlite": "is_current = 1", "postgresql": "is_current"}
_AWARDED = {kind: text(f"awarded_cents IS NOT NULL AND {it}") for kind, it in _CURRENT.items()}


class Decision(Base):
    """What the fund decided on a proposal, with its reasons, and when its letter left.

    Deciding anew makes another row. Of the former nothing changes but that it is not current:
    what the applicant was told is the newest row whose letter left.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('award', 'award_with_conditions') OR awarded_cents IS NULL", name="amount"
        ),
        CheckConstraint(
            "NOT departs OR (justification <> '' AND signatory_id IS NOT NULL"
            " AND signatory_id <> decided_by_id)",
            name="two_signatures",
        ),
        CheckConstraint("number > 0", name="number"),
        Index("uq_decision_proposal_number", "proposal_id", "number", unique=True),
        Index(
            "uq_decision_current",
            "proposal_id",
            unique=True,
            sqlite_where=text(_CURRENT["sqlite"]),
            postgresql_where=text(_CURRENT["postgresql"]),
        ),
        # Of a call's decisions few are so, and pages ask for them alone.
        Index("ix_decision_call_notified", "call_id", "is_current", "notified_at"),
        Index(
            "ix_decision_call_awarded",
            "call_id",
            sqlite_where=_AWARDED["sqlite"],
            postgresql_where=_AWARDED["postgresql"],
        ),
    )

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    """Its proposal's, so that a call's decisions are found among those of all."""
    number: Mapped[int] = mapped_column(default=1)
    """1, 2, 3 ... among those on its proposal."""
    is_current: Mapped[bool] = mapped_column(default=True)
    """Whether it stands; none of the former does."""
    kind: Mapped[DecisionKind]
    awarded_cents: Mapped[Cents | None]
    reasons: Mapped[str]
    conditions: Mapped[str] = mapped_column(default="")
    departs: Mapped[bool] = mapped_column(default=False)
    """From the ranking; then it needs a justification and a second signatory."""
    justification: Mapped[str] = mapped_column(default="")
    signatory_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    """When the second signatory signed; no letter leaves before."""
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    notified_at: Mapped[datetime | None]
    """When its letter left."""
    answer_by: Mapped[date | None]
    """The day until which the applicant answers an award, as its letter says; none was asked of
    awards without one."""
    unknown: Mapped[list[str]] = mapped_column(default=list)
    """Which of its columns nobody knows any more: of rows that a migration rebuilt from the ledger
    and from letters, since decisions made anew were not kept before."""

    proposal: Mapped[Proposal] = relationship()
    decided_by: Mapped[Person] = relationship(foreign_keys=[decided_by_id])
    signatory: Mapped[Person | None] = relationship(foreign_keys=[signatory_id])
    answer: Mapped[AwardAnswer | None] = relationship(back_populates="decision")


@event.listens_for(Decision, "before_update")
def _former_stands(_mapper: object, _connection: object, decision: Decision) -> None:
    """Refuse to change a former decision in anything but that it is not current."""
    attributes = inspect(decision).attrs
    changed = {it.key for it in attributes if it.history.has_changes()}
    if not decision.is_current and changed - {"is_current"}:
        raise ValueError("a former decision stays as it was made")


@event.listens_for(Decision, "before_insert")
def _of_its_call(_mapper: object, _connection: object, decision: Decision) -> None:
    """Note whose call it is, once its proposal was written."""
    decision.call_id = decision.proposal.call_id


class AwardAnswer(Base):
    """What an applicant answered to an award: given once, never changed."""

    __tablename__ = "award_answer"
    __table_args__ = (CheckConstraint("accepted OR reason <> ''", name="reason"),)

    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    accepted: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    """Why it was declined."""
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    decision: Mapped[Decision] = relationship(back_populates="answer")
    answered_by: Mapped[Person] = relationship()


class ReserveDraw(Base):
    """A lot that was drawn among level proposals of the reserve list, once money was free.

    The adopted ranking itself is never edited.
    """

    __tablename__ = "reserve_draw"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)

    id: Mapped[Id]
    ranking_id: Mapped[int] = mapped_column(ForeignKey("ranking.id"), index=True)
    order: Mapped[list[str]]
    """References, first drawn first."""
    seed: Mapped[str] = mapped_column(default="")
    """What the order follows from; nothing where people drew lots and typed it in."""
    reason: Mapped[str]
    held_at: Mapped[datetime]
    held_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    ranking: Mapped[Ranking] = relationship()
    held_by: Mapped[Person] = relationship()
