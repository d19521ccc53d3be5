"""A dated question to an applicant, which opens the named fields of a submitted proposal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from grants.accounts.models import Person
from grants.kit.database.tables import Base, Id, guarded_by
from grants.proposals.models import Proposal, ProposalVersion
from grants.rules.errors import NotAllowedNow
from grants.rules.words import N_
from grants.rules.workflow.clarifications import CLARIFICATION_STEPS, ClarificationStatus


class Clarification(Base):
    """What was asked, which fields may be changed until when, and what was answered."""

    __tablename__ = "clarification"
    __table_args__ = (
        Index("uq_clarification_proposal_number", "proposal_id", "number", unique=True),
        CheckConstraint("(status = 'answered') = (version_id IS NOT NULL)", name="answered"),
    )

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    number: Mapped[int]
    status: Mapped[ClarificationStatus] = mapped_column(default=ClarificationStatus.ASKED)
    __mapper_args__ = guarded_by(status)
    question: Mapped[str]
    fields: Mapped[list[str]]
    """The fields that may be changed, each as section.field of the form."""
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    due_at: Mapped[datetime]
    before_id: Mapped[int] = mapped_column(ForeignKey("proposal_version.id"))
    """The version that it was asked about, which stands unless it is answered."""
    answer: Mapped[str] = mapped_column(default="")
    version_id: Mapped[int | None] = mapped_column(ForeignKey("proposal_version.id"))
    """The version that the answer froze."""
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    """Why it was withdrawn."""

    proposal: Mapped[Proposal] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])
    before: Mapped[ProposalVersion] = relationship(foreign_keys=[before_id])
    version: Mapped[ProposalVersion | None] = relationship(foreign_keys=[version_id])

    @property
    def reference(self) -> str:
        """What the ledger calls it."""
        return f"{self.proposal.reference}/C{self.number}"

    def is_open(self, at: datetime) -> bool:
        """Return whether it may be answered at that moment."""
        return self.status is ClarificationStatus.ASKED and at < self.due_at

    def is_unanswered(self, at: datetime) -> bool:
        """Return whether its time passed without an answer."""
        return self.status is ClarificationStatus.ASKED and at >= self.due_at

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: ClarificationStatus) -> ClarificationStatus:
        if self.status is not None and not CLARIFICATION_STEPS.is_step(self.status, status):
            raise NotAllowedNow(N_("This clarification is closed."))
        return status
