"""What members of a panel read: the agenda without anything from which they are recused."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.access import Access
from grants.accounts.models import Person
from grants.calls.models import Call, Stage
from grants.evaluation.models import Assignment, Declaration, Review
from grants.evaluation.models.panels import PanelItem, PanelMeeting, PanelMember, PanelRecusal
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries import newest_version
from grants.rules.workflow import SUBMITTED_REVIEWS, Interest, PanelStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberItem:
    """An item that a member may know of, and the version that it is about.

    Its text opens once they have declared that they have no interest in it.
    """

    item: PanelItem
    version: ProposalVersion
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAgenda:
    """A meeting as one of its members reads it."""

    meeting: PanelMeeting
    items: Sequence[MemberItem]


@dataclass(frozen=True, slots=True)
class PanelReading:
    """Reads meetings for their members."""

    db: Session

    def to_come(self, person: Person) -> Sequence[PanelMeeting]:
        """List the meetings of somebody that are planned or open, the next one first."""
        wanted = (PanelStatus.PLANNED, PanelStatus.OPEN)
        query = self._mine(person).where(PanelMeeting.status.in_(wanted))
        return self.db.scalars(query.order_by(PanelMeeting.starts_at, PanelMeeting.id)).all()

    def agenda(self, person: Person, number: int) -> MemberAgenda | None:
        """Return a meeting as a member reads it; None for everybody else. Four queries."""
        meeting = self.db.scalar(self._mine(person).where(PanelMeeting.id == number))
        if meeting is None:
            return None
        access = Access(self.db)
        recused = select(PanelRecusal.item_id).where(PanelRecusal.person_id == person.id)
        visible = (
            select(PanelItem)
            .join(PanelItem.proposal)
            .where(
                PanelItem.meeting_id == meeting.id,
                PanelItem.id.not_in(recused),
                ~access.conflicted(person),
                ~access.own(person),
            )
            .options(
                joinedload(PanelItem.proposal).joinedload(Proposal.organisation),
                selectinload(PanelItem.votes),
                selectinload(PanelItem.scores),
                selectinload(PanelItem.recusals).joinedload(PanelRecusal.person),
            )
            .order_by(PanelItem.position)
        )
        items = self.db.scalars(visible).all()
        numbers = [it.proposal_id for it in items]
        versions = self._versions(numbers)
        declared = set(
            self.db.scalars(
                select(Declaration.proposal_id).where(
                    Declaration.person_id == person.id,
                    Declaration.proposal_id.in_(numbers),
                    Declaration.interest == Interest.NONE,
                )
            )
        )
        return MemberAgenda(
            meeting=meeting,
            items=[
                MemberItem(
                    item=it,
                    version=versions[it.proposal_id],
                    is_open=it.proposal_id in declared,
                )
                for it in items
            ],
        )

    def reviews(self, item: PanelItem) -> Sequence[Assignment]:
        """List the reviews of an item that are in, as they were asked for."""
        query = (
            select(Assignment)
            .where(
                Assignment.stage_id == item.meeting.stage_id,
                Assignment.proposal_id == item.proposal_id,
                Assignment.status.in_(SUBMITTED_REVIEWS),
            )
            .options(
                joinedload(Assignment.stage),
                joinedload(Assignment.reviewer),
                joinedload(Assignment.review).selectinload(Review.marks),
            )
            .order_by(Assignment.id)
        )
        return self.db.scalars(query).all()

    def _versions(self, proposals: Sequence[int]) -> dict[int, ProposalVersion]:
        query = newest_version.versions(proposals).options(
            joinedload(ProposalVersion.form), joinedload(ProposalVersion.submitted_by)
        )
        return {it.proposal_id: it for it in self.db.scalars(query)}

    def _mine(self, person: Person) -> Select[PanelMeeting]:
        """Select the meetings of somebody who still reviews in the call, and does not apply."""
        access = Access(self.db)
        there = select(Proposal.call_id).where(access.reviews(person), ~access.applies(person))
        return (
            select(PanelMeeting)
            .join(PanelMeeting.stage)
            .join(PanelMember, PanelMember.meeting_id == PanelMeeting.id)
            .where(PanelMember.person_id == person.id, Stage.call_id.in_(there))
            .options(
                joinedload(PanelMeeting.stage).joinedload(Stage.call).joinedload(Call.fund),
                joinedload(PanelMeeting.chair),
                selectinload(PanelMeeting.members).joinedload(PanelMember.person),
            )
        )
