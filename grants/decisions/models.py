"""Decisions, and lots on the reserve list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, event, text
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
_WITH_MONEY = text("awarded_cents IS NOT NULL")


class Decision(Base):
    """What the fund decided on a proposal, with its reasons, and when the applicant was told."""

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
        CheckConstraint(
            "(told_at IS NULL) = (told_kind IS NULL)"
            " AND (letter_sent_at IS NULL OR letter_sent_at = told_at)",
            name="told",
        ),
        # Of a call's decisions few are so, and pages ask for them alone.
        Index("ix_decision_call_sent", "call_id", "letter_sent_at"),
        Index(
            "ix_decision_call_awarded",
            "call_id",
            sqlite_where=_WITH_MONEY,
            postgresql_where=_WITH_MONEY,
        ),
    )

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    """Its proposal's, so that a call's decisions are found among those of all."""
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
    letter_sent_at: Mapped[datetime | None]
    """When its letter left; none again once it is decided anew."""
    told_kind: Mapped[DecisionKind | None]
    """What the applicant was told last: a decision made anew says nothing before its own letter."""
    told_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()
    decided_by: Mapped[Person] = relationship(foreign_keys=[decided_by_id])
    signatory: Mapped[Person | None] = relationship(foreign_keys=[signatory_id])


@event.listens_for(Decision, "before_insert")
def _of_its_call(_mapper: object, _connection: object, decision: Decision) -> None:
    """Note whose call it is, once its proposal was written."""
    decision.call_id = decision.proposal.call_id


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
    reason: Mapped[str]
    held_at: Mapped[datetime]
    held_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    ranking: Mapped[Ranking] = relationship()
    held_by: Mapped[Person] = relationship()
