"""Requests for redress: the table."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from grants.accounts.models import Person
from grants.decisions.models import Decision
from grants.kit.database.tables import Base, Id, guarded_by
from grants.rules.errors import NotAllowedNow
from grants.rules.words import N_
from grants.rules.workflow.redress import REDRESS_STEPS, RedressStatus


class RedressRequest(Base):
    """An applicant's request to look again at how a decision came about; one for each decision.

    What was evaluated and decided stays as it is, whatever comes of it.
    """

    __tablename__ = "redress_request"
    __table_args__ = (
        Index("uq_redress_request_decision", "decision_id", unique=True),
        CheckConstraint("(status = 'asked') = (settled_at IS NULL)", name="settled"),
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by"),
    )

    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    """The decision that the applicant was told of."""
    status: Mapped[RedressStatus] = mapped_column(default=RedressStatus.ASKED)
    __mapper_args__ = guarded_by(status)
    grounds: Mapped[str]
    """What was not right in the procedure, in the applicant's words."""
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reasons: Mapped[str] = mapped_column(default="")
    """What the fund found, for the applicant."""
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    decision: Mapped[Decision] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])

    @property
    def reference(self) -> str:
        """How the ledger names it."""
        return f"{self.decision.proposal.reference}/X{self.decision.number}"

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: RedressStatus) -> RedressStatus:
        if self.status is not None and not REDRESS_STEPS.is_step(self.status, status):
            raise NotAllowedNow(N_("This request is settled."))
        return status
