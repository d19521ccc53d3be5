"""Panels: planned, opened, attended, concluded on item by item, closed for good."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from grants.access import Access
from grants.accounts.models import Person
from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models.panels import (
    PanelItem,
    PanelMeeting,
    PanelMember,
    PanelRecusal,
)
from grants.evaluation.queries.panel_scores import concluded, standing_on
from grants.evaluation.service.assignments import Assignments
from grants.evaluation.service.consensus import ConsensusReports
from grants.evaluation.service.stages import Stages, lock_open
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules.agendas import ordered
from grants.rules.errors import Incomplete, NotAllowedNow, Refused
from grants.rules.events import PanelCancelled, PanelPlanned
from grants.rules.words import N_
from grants.rules.workflow import PANEL_STEPS, PanelStatus, ProposalStatus

INTEREST = N_("Conflict of interest.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelFacts:
    """What a manager says of a meeting; `members` and `chair` are numbers of people."""

    title: str
    place: str
    starts_at: datetime
    chair: int
    members: tuple[int, ...]
    quorum: int


@dataclass(frozen=True, slots=True)
class Panels(Service):
    """All that happens to meetings of panels."""

    def of(self, stage: Stage) -> Sequence[PanelMeeting]:
        """List the meetings of a stage, the newest first."""
        query = select(PanelMeeting).where(PanelMeeting.stage_id == stage.id)
        loaded = query.options(joinedload(PanelMeeting.chair))
        return self.db.scalars(loaded.order_by(PanelMeeting.number.desc())).all()

    def get(self, stage: Stage, number: int) -> PanelMeeting | None:
        """Find a meeting of a stage, with all that belongs to it; few queries for any number."""
        found = self.db.scalar(
            select(PanelMeeting)
            .where(PanelMeeting.stage_id == stage.id, PanelMeeting.number == number)
            .options(
                selectinload(PanelMeeting.members).joinedload(PanelMember.person),
                selectinload(PanelMeeting.items).options(
                    joinedload(PanelItem.proposal).joinedload(Proposal.organisation),
                    selectinload(PanelItem.votes),
                    selectinload(PanelItem.scores),
                    selectinload(PanelItem.recusals).joinedload(PanelRecusal.person),
                ),
            )
        )
        if found is not None:
            set_committed_value(found, "stage", stage)
            for it in (*found.members, *found.items):
                set_committed_value(it, "meeting", found)
        return found

    def missing(self, stage: Stage) -> int:
        """Count what no closed meeting has concluded on; no query where no panel meets."""
        return 0 if frozen_rules(stage).panel is None else len(self._waiting(stage))

    def eligible(self, stage: Stage) -> list[Person]:
        """List who can be a member: the call's reviewers who do not apply in it."""
        reviewers = Assignments(self.db, self.publish, self.clock).reviewers(stage.call)
        applying = Access(self.db).applicants(stage.call, [it.id for it in reviewers])
        return [it for it in reviewers if it.id not in applying]

    def plan(self, stage: Stage, facts: PanelFacts, *, by: Person) -> PanelMeeting:
        """Plan a meeting on everything in the stage that no closed meeting has concluded on."""
        lock_open(self.db, stage)
        if frozen_rules(stage).panel is None:
            raise NotAllowedNow(N_("No panel meets in this call."))
        if any(it.status in (PanelStatus.PLANNED, PanelStatus.OPEN) for it in self.of(stage)):
            raise NotAllowedNow(N_("Another meeting is planned already."))
        people = self._require_fit(stage, facts)
        proposals = self._waiting(stage)
        if not proposals:
            raise Refused(N_("There is nothing on which a panel has to conclude."))
        last = select(func.max(PanelMeeting.number)).where(PanelMeeting.stage_id == stage.id)
        meeting = PanelMeeting(
            stage=stage,
            number=(self.db.scalar(last) or 0) + 1,
            title=facts.title,
            place=facts.place,
            starts_at=facts.starts_at,
            chair_id=facts.chair,
            quorum=facts.quorum,
            planned_at=self.clock(),
            planned_by=by,
        )
        self.db.add(meeting)
        meeting.members = [PanelMember(person=it) for it in people]
        self._lay_out(meeting, proposals)
        self.db.flush()
        self.record(
            "plan",
            PANEL_STEPS.noun,
            meeting.reference,
            by=by,
            after=meeting.status.value,
            facts=meeting.facts(),
        )
        self.publish(PanelPlanned(meeting=meeting))
        return meeting

    def open(self, meeting: PanelMeeting, *, by: Person) -> None:
        """Begin the meeting, once all reviews are in and what is to be agreed is."""
        lock_meeting(self.db, meeting)
        stage, numbers = meeting.stage, {it.proposal_id for it in meeting.items}
        stages = Stages(self.db, self.publish, self.clock)
        for each in stages.in_evaluation(stage):
            if each.proposal.id in numbers and (each.missing or each.reopened):
                raise Refused(
                    N_("{reference} has {done} reviews and needs {needed}."),
                    reference=each.proposal.reference,
                    done=each.done,
                    needed=each.needed,
                )
        for it in ConsensusReports(self.db, self.publish, self.clock).progress(stage):
            if it.proposal.id in numbers and not it.is_settled:
                raise Refused(
                    N_("{reference} needs a final consensus report."),
                    reference=it.proposal.reference,
                )
        meeting.opened_at = self.clock()
        self._move(meeting, "open", by)

    def attend(self, meeting: PanelMeeting, person: int, *, present: bool, by: Person) -> None:
        """Record that a member arrives, or leaves for good."""
        lock_meeting(self.db, meeting)
        require_sitting(meeting)
        member = next((it for it in meeting.members if it.person_id == person), None)
        if member is None:
            raise Refused(N_("This person is not a member of the panel."))
        if member.is_present is present:
            return  # a double click
        now = self.clock()
        if present:
            member.arrived_at, member.left_at = member.arrived_at or now, None
        else:
            member.left_at = now
        self.record(
            "attend" if present else "leave",
            PANEL_STEPS.noun,
            meeting.reference,
            by=by,
            facts={"member": person, "at": now.isoformat()},
        )

    def close(self, meeting: PanelMeeting, *, by: Person) -> None:
        """Close the meeting for good, once it has concluded on all of its agenda."""
        lock_meeting(self.db, meeting)
        require_sitting(meeting)
        stands = standing_on(self.db, meeting.stage, [it.proposal_id for it in meeting.items])
        for it in meeting.items:
            if it.proposal.status is not ProposalStatus.IN_STAGE:
                continue  # it was withdrawn meanwhile
            if it.concluded_at is None:
                raise Refused(
                    N_("The panel has not concluded on {reference} yet."),
                    reference=it.proposal.reference,
                )
            if it.stands_on != stands[it.proposal_id]:
                raise Refused(
                    N_("The reviews of {reference} have changed since the panel concluded on it."),
                    reference=it.proposal.reference,
                )
        closes = self.clock()
        for member in meeting.members:
            if member.is_present:
                member.left_at = closes
        meeting.closed_at = closes
        self._move(meeting, "close", by, facts={"at": closes.isoformat()})

    def cancel(self, meeting: PanelMeeting, *, reason: str, by: Person) -> None:
        """Cancel a meeting, with a reason; it is kept, and another one can be planned."""
        lock_meeting(self.db, meeting)
        if not reason.strip():
            raise Incomplete(N_("State why the meeting is cancelled: its members are informed."))
        meeting.reason = reason.strip()
        self._move(meeting, "cancel", by, reason=meeting.reason)
        self.publish(PanelCancelled(meeting=meeting))

    def _require_fit(self, stage: Stage, facts: PanelFacts) -> list[Person]:
        known = {it.id: it for it in self.eligible(stage)}
        if not set(facts.members) <= known.keys():
            raise Refused(N_("Members are reviewers of the call who do not apply in it."))
        if facts.chair not in facts.members:
            raise Refused(N_("The chair is one of the members."))
        if not 1 <= facts.quorum <= len(facts.members):
            raise Refused(N_("The quorum is at least one, and no more than there are members."))
        return [known[it] for it in sorted(facts.members)]

    def _waiting(self, stage: Stage) -> Sequence[Proposal]:
        done = concluded(stage).with_only_columns(PanelItem.proposal_id)
        here = select(Proposal).where(
            Proposal.stage_id == stage.id,
            Proposal.status == ProposalStatus.IN_STAGE,
            Proposal.id.not_in(done),
        )
        return self.db.scalars(here.order_by(Proposal.reference)).all()

    def _lay_out(self, meeting: PanelMeeting, proposals: Sequence[Proposal]) -> None:
        """Put proposals on the agenda, so that few people leave the room and come back."""
        conflicts = conflicting(self.db, proposals, [it.person.id for it in meeting.members])
        named = {it.reference: it for it in proposals}
        order = ordered({name: conflicts[it.id] for name, it in named.items()})
        for position, name in enumerate(order, 1):
            proposal = named[name]
            item = PanelItem(proposal=proposal, position=position)
            item.recusals = [
                PanelRecusal(person_id=it, reason=INTEREST) for it in sorted(conflicts[proposal.id])
            ]
            meeting.items.append(item)

    def _move(
        self,
        meeting: PanelMeeting,
        action: str,
        by: Person,
        *,
        reason: str = "",
        facts: Mapping[str, object] | None = None,
    ) -> None:
        reference = meeting.reference
        self.move(
            PANEL_STEPS, meeting, action, by=by, reference=reference, reason=reason, facts=facts
        )


def lock_meeting(db: Session, meeting: PanelMeeting) -> None:
    """Have others wait who write on a meeting, and see what they did before."""
    lock_open(db, meeting.stage)
    db.refresh(meeting, ["status"], with_for_update={"key_share": True})
    db.expire(meeting, ["members", "items"])


def require_sitting(meeting: PanelMeeting) -> None:
    """Raise NotAllowedNow unless a meeting is open."""
    if meeting.status is not PanelStatus.OPEN:
        raise NotAllowedNow(N_("The meeting is not open."))


def conflicting(
    db: Session, proposals: Sequence[Proposal], people: Collection[int]
) -> Mapping[int, set[int]]:
    """Find who of these people has a conflict, by the number of the proposal."""
    pairs = Access(db).conflicts(proposals, list(people))
    found: dict[int, set[int]] = {it.id: set() for it in proposals}
    for person, number in pairs:
        found[number].add(person)
    return found
