"""Panels: meetings that conclude on proposals; who sat there, who left the room, what was voted."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from grants.accounts.models import Person
from grants.calls.models import Stage
from grants.kit.database.tables import Base, Id, guarded_by
from grants.proposals.models import Proposal
from grants.rules.errors import NotAllowedNow
from grants.rules.words import N_
from grants.rules.workflow import PANEL_STEPS, PanelStatus, PanelVoteKind


class PanelMeeting(Base):
    """A meeting on the proposals of a stage; one that closed never changes."""

    __tablename__ = "panel_meeting"
    __table_args__ = (
        Index("uq_panel_meeting_stage_number", "stage_id", "number", unique=True),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("status <> 'cancelled' OR reason <> ''", name="cancelled"),
        CheckConstraint("quorum > 0", name="quorum"),
    )

    id: Mapped[Id]
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    number: Mapped[int]
    """Counts the meetings of a stage."""
    status: Mapped[PanelStatus] = mapped_column(default=PanelStatus.PLANNED)
    __mapper_args__ = guarded_by(status)
    title: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    """A room, or the address of a conference."""
    starts_at: Mapped[datetime]
    chair_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    quorum: Mapped[int]
    """How many members must be there, and not recused, to conclude on a proposal."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it was cancelled."""
    planned_at: Mapped[datetime]
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    stage: Mapped[Stage] = relationship()
    chair: Mapped[Person] = relationship(foreign_keys=[chair_id])
    planned_by: Mapped[Person] = relationship(foreign_keys=[planned_by_id])
    members: Mapped[list["PanelMember"]] = relationship(
        back_populates="meeting", order_by="PanelMember.id"
    )
    items: Mapped[list["PanelItem"]] = relationship(
        back_populates="meeting", order_by="PanelItem.position"
    )

    @property
    def reference(self) -> str:
        """How the ledger names it."""
        return f"{self.stage.reference}/P{self.number}"

    def facts(self) -> dict[str, Any]:
        """Return what was planned, as the ledger keeps it."""
        return {
            "title": self.title,
            "place": self.place,
            "starts_at": _iso(self.starts_at),
            "chair": self.chair_id,
            "quorum": self.quorum,
            "members": sorted(it.person_id for it in self.members),
            "proposals": [it.proposal_id for it in self.items],
        }

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: PanelStatus) -> PanelStatus:
        if self.status is not None and not PANEL_STEPS.is_step(self.status, status):
            raise NotAllowedNow(
                N_("A meeting cannot change from {a} to {b}."), a=self.status, b=status
            )
        return status


class PanelMember(Base):
    """Somebody who sits on a panel, and when they were there."""

    __tablename__ = "panel_member"
    __table_args__ = (
        Index("uq_panel_member_meeting_person", "meeting_id", "person_id", unique=True),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("panel_meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    arrived_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]

    meeting: Mapped[PanelMeeting] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()

    @property
    def is_present(self) -> bool:
        """Whether they are in the meeting now."""
        return self.arrived_at is not None and self.left_at is None


class PanelItem(Base):
    """A proposal on the agenda, and what the panel concluded."""

    __tablename__ = "panel_item"
    __table_args__ = (
        Index("uq_panel_item_meeting_proposal", "meeting_id", "proposal_id", unique=True),
        CheckConstraint("(concluded_at IS NULL) = (conclusion = '')", name="concluded"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("panel_meeting.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    position: Mapped[int]
    conclusion: Mapped[str] = mapped_column(default="")
    stands_on: Mapped[str] = mapped_column(default="")
    """The hash of the reviews and the consensus report on which it was concluded."""
    began_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    concluded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    meeting: Mapped[PanelMeeting] = relationship(back_populates="items")
    proposal: Mapped[Proposal] = relationship()
    concluded_by: Mapped[Person | None] = relationship()
    votes: Mapped[list["PanelVote"]] = relationship(
        back_populates="item", cascade="all, delete-orphan", order_by="PanelVote.person_id"
    )
    scores: Mapped[list["PanelScore"]] = relationship(
        back_populates="item", cascade="all, delete-orphan", order_by="PanelScore.code"
    )
    recusals: Mapped[list["PanelRecusal"]] = relationship(
        back_populates="item", order_by="PanelRecusal.person_id"
    )

    @property
    def reference(self) -> str:
        """How the ledger names it."""
        return f"{self.proposal.reference}/P{self.id}"

    @property
    def halves(self) -> dict[str, int]:
        """The scores that the panel decided, in half points, by criterion."""
        return {it.code: it.halves for it in self.scores}

    def facts(self) -> dict[str, Any]:
        """Return all that stands of it, as the ledger keeps it."""
        return {
            "votes": {str(it.person_id): it.vote.value for it in self.votes},
            "scores": {it.code: [it.halves, it.seed, it.reason] for it in self.scores},
            "recused": {
                str(it.person_id): [it.reason, _iso(it.left_at), _iso(it.returned_at)]
                for it in self.recusals
            },
            "began_at": _iso(self.began_at),
            "concluded_at": _iso(self.concluded_at),
            "stands_on": self.stands_on,
        }


class PanelVote(Base):
    """How a member voted on a proposal."""

    __tablename__ = "panel_vote"
    __table_args__ = (Index("uq_panel_vote_item_person", "item_id", "person_id", unique=True),)

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("panel_item.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    vote: Mapped[PanelVoteKind]

    item: Mapped[PanelItem] = relationship(back_populates="votes")
    person: Mapped[Person] = relationship()


class PanelRecusal(Base):
    """Somebody who leaves the room for a proposal, and when they did."""

    __tablename__ = "panel_recusal"
    __table_args__ = (Index("uq_panel_recusal_item_person", "item_id", "person_id", unique=True),)

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("panel_item.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str]
    left_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]

    item: Mapped[PanelItem] = relationship(back_populates="recusals")
    person: Mapped[Person] = relationship()


class PanelScore(Base):
    """A score that the panel moved within the band of the call, and why."""

    __tablename__ = "panel_score"
    __table_args__ = (
        Index("uq_panel_score_item_code", "item_id", "code", unique=True),
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("panel_item.id"))
    code: Mapped[str]
    halves: Mapped[int]
    seed: Mapped[str]
    """What the reviews, or the consensus report, came to: exact points such as "10/3"."""
    reason: Mapped[str]

    item: Mapped[PanelItem] = relationship(back_populates="scores")


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
