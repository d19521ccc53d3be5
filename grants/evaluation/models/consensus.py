"""Consensus reports: what reviewers of one proposal agree, and what one of them does not."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from grants.accounts.models import Person
from grants.calls.models import Stage
from grants.kit.database.tables import Base, Id, guarded_by
from grants.kit.editing import Edited
from grants.proposals.models import Proposal
from grants.rules.errors import NotAllowedNow
from grants.rules.words import N_
from grants.rules.workflow import CONSENSUS_STEPS, ConsensusAnswer, ConsensusStatus


class ConsensusReport(Edited, Base):
    """What the reviewers of a proposal agree in a stage; one that was withdrawn is kept."""

    __tablename__ = "consensus_report"
    __table_args__ = (
        Index(
            "uq_consensus_report_stage_proposal_number",
            "stage_id",
            "proposal_id",
            "number",
            unique=True,
        ),
        CheckConstraint("status <> 'final' OR finalised_at IS NOT NULL", name="finalised"),
    )

    id: Mapped[Id]
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    number: Mapped[int]
    """Counts the reports of a proposal in a stage; all before the last are withdrawn."""
    rapporteur_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    status: Mapped[ConsensusStatus] = mapped_column(default=ConsensusStatus.DRAFT)
    __mapper_args__ = guarded_by(status)
    seeds: Mapped[dict[str, Any]]
    """What the reviews came to when it began, by criterion: exact points such as "10/3"."""
    reviews: Mapped[list[dict[str, Any]]]
    """The reviews that it began with: `review` is the number of each, `revision` its last save."""
    overall_comment: Mapped[str] = mapped_column(default="")
    """For the applicant."""
    round: Mapped[int] = mapped_column(default=0)
    """How often it was circulated: answers belong to one round."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it was withdrawn, or made final before everybody answered."""
    begun_at: Mapped[datetime]
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime | None]
    circulated_at: Mapped[datetime | None]
    finalised_at: Mapped[datetime | None]

    stage: Mapped[Stage] = relationship()
    proposal: Mapped[Proposal] = relationship()
    rapporteur: Mapped[Person] = relationship(foreign_keys=[rapporteur_id])
    begun_by: Mapped[Person] = relationship(foreign_keys=[begun_by_id])
    scores: Mapped[list["ConsensusScore"]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="ConsensusScore.code"
    )
    views: Mapped[list["ConsensusView"]] = relationship(
        back_populates="report", order_by="ConsensusView.id"
    )

    @property
    def reference(self) -> str:
        """How the ledger names it."""
        return f"{self.proposal.reference}/CR{self.id}"

    @property
    def halves(self) -> dict[str, int]:
        """Its scores in half points, by criterion."""
        return {it.code: it.halves for it in self.scores if it.halves is not None}

    @property
    def answers(self) -> dict[int, "ConsensusView"]:
        """What was answered to it as it was circulated last, by the number of the reviewer."""
        return {it.reviewer_id: it for it in self.views if it.round == self.round}

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: ConsensusStatus) -> ConsensusStatus:
        if self.status is not None and not CONSENSUS_STEPS.is_step(self.status, status):
            raise NotAllowedNow(
                N_("A consensus report cannot change from {a} to {b}."), a=self.status, b=status
            )
        return status


class ConsensusScore(Base):
    """What is agreed on one criterion, and why it departs from what the reviews came to."""

    __tablename__ = "consensus_score"
    __table_args__ = (Index("uq_consensus_score_report_code", "report_id", "code", unique=True),)

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("consensus_report.id"))
    code: Mapped[str]
    """The criterion, by its code in the stage's frozen rules."""
    halves: Mapped[int | None]
    comment: Mapped[str] = mapped_column(default="")
    """For the applicant."""
    departure: Mapped[str] = mapped_column(default="")
    """For the fund and auditors: why the score is not the one that the reviews came to."""

    report: Mapped[ConsensusReport] = relationship(back_populates="scores")


class ConsensusView(Base):
    """What a reviewer answered to a report that was circulated: kept, also of earlier rounds."""

    __tablename__ = "consensus_view"
    __table_args__ = (
        Index(
            "uq_consensus_view_report_round_reviewer",
            "report_id",
            "round",
            "reviewer_id",
            unique=True,
        ),
        CheckConstraint("(answer = 'dissent') = (minority_view <> '')", name="view"),
    )

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("consensus_report.id"))
    round: Mapped[int]
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[ConsensusAnswer]
    minority_view: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime]

    report: Mapped[ConsensusReport] = relationship(back_populates="views")
    reviewer: Mapped[Person] = relationship()
