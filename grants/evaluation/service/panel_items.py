"""What a panel concludes on one proposal: who leaves, votes, words, scores that it moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from grants.accounts.models import Person
from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models.panels import PanelItem, PanelRecusal, PanelScore, PanelVote
from grants.evaluation.queries.panel_scores import standing_on
from grants.evaluation.queries.panel_seeds import panel_seeds
from grants.evaluation.service.panels import (
    INTEREST,
    conflicting,
    lock_meeting,
    require_sitting,
)
from grants.kit.service import Service
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate, Refused
from grants.rules.words import N_
from grants.rules.workflow import PanelStatus, PanelVoteKind

ITEM = "panel item"
"""How the ledger calls what a panel concludes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedScore:
    """A score that a panel moves, in half points, and why."""

    halves: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelConclusion:
    """What a panel concludes on a proposal: votes by member, words, scores that it moves."""

    votes: Mapping[int, PanelVoteKind]
    conclusion: str
    scores: Mapping[str, MovedScore]


@dataclass(frozen=True, slots=True)
class PanelItems(Service):
    """All that happens to the items of a panel's agenda."""

    def seeds(self, item: PanelItem) -> Mapping[str, Fraction]:
        """Return what an item comes to before the panel, by criterion, exactly, in points."""
        return panel_seeds(self.db, item.meeting.stage, item.proposal_id)

    def recuse(self, item: PanelItem, person: int, *, reason: str, by: Person) -> None:
        """Record that a member leaves the room for a proposal."""
        meeting = item.meeting
        lock_meeting(self.db, meeting)
        if item.concluded_at is not None or meeting.status not in (
            PanelStatus.PLANNED,
            PanelStatus.OPEN,
        ):
            raise NotAllowedNow(N_("The panel has concluded on this proposal."))
        if not reason.strip():
            raise Incomplete(N_("Give the reason: it is in the minutes."))
        if person in {it.person_id for it in item.recusals}:
            return
        if person not in {it.person_id for it in meeting.members}:
            raise Refused(N_("This person is not a member of the panel."))
        item.recusals.append(PanelRecusal(person_id=person, reason=reason.strip()))
        self.db.flush()
        facts = {"member": person, "reason": reason.strip()}
        self.record("recuse", ITEM, item.reference, by=by, facts=facts)

    def begin(self, item: PanelItem, *, by: Person) -> None:
        """Call a proposal up: whoever is recused leaves the room at this moment."""
        lock_meeting(self.db, item.meeting)
        require_sitting(item.meeting)
        if item.began_at is not None:
            return  # a double click
        self._add_known(item)
        item.began_at = self.clock()
        for it in item.recusals:
            it.left_at = item.began_at
        self.record("begin", ITEM, item.reference, by=by, facts=item.facts())

    def conclude(self, item: PanelItem, given: PanelConclusion, *, by: Person) -> None:
        """Keep what the panel concludes on a proposal: votes, words, scores within the band."""
        meeting = item.meeting
        lock_meeting(self.db, meeting)
        require_sitting(meeting)
        if item.concluded_at is not None:
            raise OutOfDate(N_("The panel has concluded on this proposal."))
        if item.began_at is None:
            raise NotAllowedNow(N_("Call the proposal up first: so it is known who left the room."))
        self._require_votes(item, given.votes)
        if not given.conclusion.strip():
            raise Incomplete(N_("Write what the panel concludes."))
        seeds = panel_seeds(self.db, meeting.stage, item.proposal_id)
        item.scores = self._scores(meeting.stage, seeds, given.scores)
        item.votes = [
            PanelVote(person_id=person, vote=vote) for person, vote in sorted(given.votes.items())
        ]
        stands_on = self._standing(item)
        item.conclusion, item.stands_on = given.conclusion.strip(), stands_on
        item.concluded_at, item.concluded_by = self.clock(), by
        for it in item.recusals:
            it.returned_at = item.concluded_at
        self.db.flush()
        facts, reference = item.facts(), item.reference
        self.record("conclude", ITEM, reference, by=by, reason=item.conclusion, facts=facts)

    def retract(self, item: PanelItem, *, reason: str, by: Person) -> None:
        """Withdraw a conclusion while the meeting sits; the ledger keeps it."""
        lock_meeting(self.db, item.meeting)
        require_sitting(item.meeting)
        if item.concluded_at is None:
            raise NotAllowedNow(N_("The panel has not concluded on this proposal."))
        if not reason.strip():
            raise Incomplete(N_("State why the conclusion is withdrawn."))
        item.votes, item.scores = [], []
        item.conclusion, item.stands_on = "", ""
        item.concluded_at, item.concluded_by = None, None
        for it in item.recusals:
            it.returned_at = None
        self.db.flush()
        self.record("retract", ITEM, item.reference, by=by, reason=reason.strip())

    def _add_known(self, item: PanelItem) -> None:
        """Recuse whoever declared an interest since the meeting was planned."""
        people = [it.person_id for it in item.meeting.members]
        known = {it.person_id for it in item.recusals}
        for person in sorted(
            conflicting(self.db, [item.proposal], people)[item.proposal_id] - known
        ):
            item.recusals.append(PanelRecusal(person_id=person, reason=INTEREST))
        self.db.flush()

    def _require_votes(self, item: PanelItem, votes: Mapping[int, PanelVoteKind]) -> None:
        self._add_known(item)
        recused = {it.person_id for it in item.recusals}
        voting = {
            it.person_id: it.person.name
            for it in item.meeting.members
            if it.is_present and it.person_id not in recused
        }
        if set(votes) - set(voting):
            raise Refused(N_("Only members who are present and not recused vote."))
        if len(voting) < item.meeting.quorum:
            raise Refused(
                N_("{count} members are present and not recused; the quorum is {quorum}."),
                count=len(voting),
                quorum=item.meeting.quorum,
            )
        silent = [name for person, name in voting.items() if person not in votes]
        if silent:
            raise Incomplete(N_("A vote is missing: {names}."), names=", ".join(silent))

    def _scores(
        self, stage: Stage, seeds: Mapping[str, Fraction], given: Mapping[str, MovedScore]
    ) -> list[PanelScore]:
        rules, made = frozen_rules(stage), []
        for criterion in rules.criteria:
            moved, seed = given.get(criterion.code), seeds.get(criterion.code)
            if moved is None or seed is None:
                continue
            rules.scale_of(criterion).check(moved.halves)
            if Fraction(moved.halves, 2) == seed:
                continue
            if rules.panel is None or not rules.panel.allows(moved.halves, seed):
                raise Refused(
                    N_("{name}: the score lies outside the band that the call allows."),
                    name=criterion.name,
                )
            if not moved.reason.strip():
                raise Incomplete(
                    N_("{name}: state why the panel moves the score."), name=criterion.name
                )
            made.append(
                PanelScore(
                    code=criterion.code,
                    halves=moved.halves,
                    seed=str(seed),
                    reason=moved.reason.strip(),
                )
            )
        return made

    def _standing(self, item: PanelItem) -> str:
        return standing_on(self.db, item.meeting.stage, [item.proposal_id])[item.proposal_id]
