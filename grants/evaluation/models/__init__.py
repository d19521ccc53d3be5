"""The evaluation: checks, assignments, declarations, reviews, rankings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from grants.accounts.models import Person
from grants.calls.models import Call, Fund, Stage
from grants.kit.database.tables import Base, Id, guarded_by
from grants.kit.editing import Edited
from grants.proposals.models import Proposal, ProposalVersion
from grants.rules.errors import NotAllowedNow
from grants.rules.words import N_
from grants.rules.workflow import (
    ASSIGNMENT_STEPS,
    OUTSTANDING,
    PLAN_STEPS,
    AssignmentStatus,
    Interest,
    PlanSource,
    PlanStatus,
    RankingStatus,
    Ruling,
    StageOutcome,
)


class CheckItem(Base):
    """One item of the eligibility check: met or not, by which evidence, and why."""

    __tablename__ = "check_item"
    __table_args__ = (Index("uq_check_item_proposal_code", "proposal_id", "code", unique=True),)

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    code: Mapped[str]
    met: Mapped[bool | None]
    evidence: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime]
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    proposal: Mapped[Proposal] = relationship()
    checked_by: Mapped[Person] = relationship()


class Declaration(Base):
    """What a person declares about their interests in a proposal, and the fund's ruling.

    With a disqualifying interest, or a potential one that nobody has ruled on, the person is
    conflicted and learns nothing about the proposal: see `grants.access`.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        Index("uq_declaration_person_proposal", "person_id", "proposal_id", unique=True),
        Index("ix_declaration_ruling", "interest", "ruling", "proposal_id"),
        CheckConstraint("(ruling IS NULL) = (ruled_at IS NULL)", name="ruled"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    interest: Mapped[Interest]
    explanation: Mapped[str] = mapped_column(default="")
    declared_at: Mapped[datetime]
    ruling: Mapped[Ruling | None]
    ruling_reason: Mapped[str] = mapped_column(default="")
    ruled_at: Mapped[datetime | None]
    ruled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    ruled_by: Mapped[Person | None] = relationship(foreign_keys=[ruled_by_id])
    proposal: Mapped[Proposal] = relationship()


class Assignment(Base):
    """A review to be done: by whom, of which proposal, in which stage, and where it stands."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_stage_proposal_reviewer",
            "stage_id",
            "proposal_id",
            "reviewer_id",
            unique=True,
        ),
    )

    id: Mapped[Id]
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    status: Mapped[AssignmentStatus] = mapped_column(default=AssignmentStatus.OFFERED)
    __mapper_args__ = guarded_by(status)
    reason: Mapped[str] = mapped_column(default="")
    """Why it was declined, reopened or excluded."""
    assigned_at: Mapped[datetime]
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    stage: Mapped[Stage] = relationship()
    proposal: Mapped[Proposal] = relationship()
    reviewer: Mapped[Person] = relationship(foreign_keys=[reviewer_id])
    review: Mapped[Review] = relationship(back_populates="assignment")

    def lateness(self, now: datetime) -> timedelta | None:
        """Return how long after the stage's date it first came in, or is still out; None if not.

        What was declined, excluded or is conflicted is not waited for.
        """
        due, came = self.stage.due_at, self.review.first_submitted_at
        if due is None or (came is None and self.status not in OUTSTANDING):
            return None
        late = (came or now) - due
        return late if late > timedelta(0) else None

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: AssignmentStatus) -> AssignmentStatus:
        if self.status is not None and not ASSIGNMENT_STEPS.is_step(self.status, status):
            raise NotAllowedNow(
                N_("A review cannot change from {a} to {b}."), a=self.status, b=status
            )
        return status


class Review(Edited, Base):
    """What a reviewer writes of one frozen version: comments here, scores in its marks.

    There is one from the moment somebody is asked, and nothing in it at first. Whether it counts
    is what its assignment says.
    """

    __tablename__ = "review"
    __table_args__ = (
        Index("uq_review_assignment", "assignment_id", unique=True),
        CheckConstraint("first_submitted_at IS NULL OR submitted_at IS NOT NULL", name="submitted"),
    )

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("proposal_version.id"))
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    first_submitted_at: Mapped[datetime | None]
    """When it came in first: what is handed in again after it was reopened is not late by that."""
    overall_comment: Mapped[str] = mapped_column(default="")
    """For the applicant."""
    private_comment: Mapped[str] = mapped_column(default="")
    """For the fund only; never in a letter."""

    assignment: Mapped[Assignment] = relationship(back_populates="review")
    version: Mapped[ProposalVersion] = relationship()
    marks: Mapped[list[Mark]] = relationship(back_populates="review", cascade="all, delete-orphan")


class Mark(Base):
    """What a reviewer says to one criterion: a score in half points, and a comment."""

    __tablename__ = "mark"
    __table_args__ = (Index("uq_mark_review_criterion", "review_id", "code", unique=True),)

    id: Mapped[Id]
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    code: Mapped[str]
    """The criterion, by its code in the stage's frozen rules."""
    halves: Mapped[int | None]
    not_assessed: Mapped[bool] = mapped_column(default=False)
    """That the reviewer could not assess it, where the call allows that; `halves` is empty then."""
    comment: Mapped[str] = mapped_column(default="")

    review: Mapped[Review] = relationship(back_populates="marks")


class StageResult(Base):
    """What a stage came to for one proposal, when, and from which evidence.

    Written where the check is completed or the stage closes; adopting a ranking writes it anew.
    """

    __tablename__ = "stage_result"
    __table_args__ = (
        Index("uq_stage_result_stage_proposal", "stage_id", "proposal_id", unique=True),
    )

    id: Mapped[Id]
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    outcome: Mapped[StageOutcome]
    reached_at: Mapped[datetime]
    evidence: Mapped[dict[str, Any]]
    """The items that were not met, or the total and the reviews; the rank and its ranking."""

    stage: Mapped[Stage] = relationship()
    proposal: Mapped[Proposal] = relationship()


class Ranking(Base):
    """A ranking run: computed, then adopted; a new run supersedes, none is edited."""

    __tablename__ = "ranking"
    __table_args__ = (
        Index("uq_ranking_call_number", "call_id", "number", unique=True),
        CheckConstraint("status <> 'adopted' OR adopted_at IS NOT NULL", name="adopted"),
    )

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    number: Mapped[int]
    status: Mapped[RankingStatus] = mapped_column(default=RankingStatus.COMPUTED)
    __mapper_args__ = guarded_by(status)
    inputs: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    """Rules, final reviews, requests and draws: enough to compute it again."""
    result: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    """`grants.rules.scoring.Ranking` as data: what the hash is taken of."""
    summary: Mapped[dict[str, Any]]
    """The result less its places, and their number: all that a page needs beside its rows."""
    sha256: Mapped[str]
    draws: Mapped[list[dict[str, Any]]]
    computed_at: Mapped[datetime]
    computed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    adopted_at: Mapped[datetime | None]
    adopted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    call: Mapped[Call] = relationship()
    stage: Mapped[Stage] = relationship()
    computed_by: Mapped[Person] = relationship(foreign_keys=[computed_by_id])
    adopted_by: Mapped[Person | None] = relationship(foreign_keys=[adopted_by_id])
    places: Mapped[list[RankingPlace]] = relationship(order_by=lambda: RankingPlace.position)

    @validates("result")
    def _cut(self, _key: str, result: dict[str, Any]) -> dict[str, Any]:
        """Keep each place by itself too, since pages show sixty of them."""
        places = result["places"]
        self.summary = {**result, "places": len(places)}
        self.places = [
            RankingPlace(position=at, reference=place["reference"], place=place)
            for at, place in enumerate(places)
        ]
        return result


class RankingPlace(Base):
    """One place of a ranking, the first being 0: a copy of what its result says."""

    __tablename__ = "ranking_place"
    __table_args__ = (Index("ix_ranking_place_reference", "reference", "ranking_id"),)

    ranking_id: Mapped[int] = mapped_column(ForeignKey("ranking.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    place: Mapped[dict[str, Any]]


class ReviewerProfile(Base):
    """What a person reviews for a fund, across its calls: topics, languages, country, load."""

    __tablename__ = "reviewer_profile"
    __table_args__ = (
        Index("uq_reviewer_profile_person_fund", "person_id", "fund_id", unique=True),
        CheckConstraint("least >= 0 AND (most IS NULL OR most >= least)", name="load"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    topics: Mapped[list[str]]
    """Of the fund, by their codes."""
    languages: Mapped[list[str]]
    """As people write them."""
    country: Mapped[str] = mapped_column(default="")
    """ISO 3166-1 alpha-2; empty where nobody said it."""
    least: Mapped[int] = mapped_column(default=0)
    """How many reviews of a call they want at least; a wish, and no promise."""
    most: Mapped[int | None]
    """How many they do at most; none: as many as the fund sets."""
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    fund: Mapped[Fund] = relationship()


class AssignmentPlan(Base):
    """Who would review what: looked at before anybody is asked, and kept as it was."""

    __tablename__ = "assignment_plan"
    __table_args__ = (
        Index("uq_assignment_plan_stage_number", "stage_id", "number", unique=True),
        CheckConstraint(
            "(status = 'proposed') = (settled_at IS NULL)"
            " AND (settled_at IS NULL) = (settled_by_id IS NULL)",
            name="settled",
        ),
    )

    id: Mapped[Id]
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    number: Mapped[int]
    source: Mapped[PlanSource]
    status: Mapped[PlanStatus] = mapped_column(default=PlanStatus.PROPOSED)
    __mapper_args__ = guarded_by(status)
    settings: Mapped[dict[str, Any]]
    """Reviews for each proposal, most per reviewer, and the conditions on countries."""
    inputs_sha256: Mapped[str]
    """Of all that it was made from: when that moves, nobody can approve it any more."""
    solver: Mapped[str] = mapped_column(default="")
    pairs: Mapped[list[dict[str, Any]]]
    """Numbers of a proposal and a reviewer, and why: `topic` where a topic is matched."""
    unmet: Mapped[dict[str, Any]]
    """Proposals with too few reviewers, and reviewers with too little to do, by how much."""
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    stage: Mapped[Stage] = relationship()
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])

    @property
    def reference(self) -> str:
        """How the ledger names it."""
        return f"{self.stage.reference}/P{self.number}"

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: PlanStatus) -> PlanStatus:
        if self.status is not None and not PLAN_STEPS.is_step(self.status, status):
            raise NotAllowedNow(
                N_("A plan cannot change from {a} to {b}."), a=self.status, b=status
            )
        return status
