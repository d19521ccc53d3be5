"""All that decides who may and should review what, as one manager sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from grants.access import Access, Pair
from grants.access.involvement import applies_in
from grants.accounts.models import Appointment, Person
from grants.calls.models import Stage
from grants.evaluation.models import Assignment, ReviewerProfile
from grants.evaluation.queries.affiliations import Affiliations, Shared
from grants.evaluation.queries.asked_pairs import ENDED, knowing_applicants, statuses
from grants.kit import paging
from grants.proposals.models import Proposal
from grants.rules.assigning import AssignmentProblem, Capacity, Demand
from grants.rules.workflow import AssignmentStatus, ProposalStatus, Role

TOPIC = "topic"
"""Why somebody is fit to review something: a topic that they know."""

POINTS = 10
"""What a topic that is matched is worth; a review more weighs one point for each one before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """What a manager asks of a plan."""

    reviews: int
    """For each proposal, those that it has included."""
    most: int
    """Per reviewer, where the reviewer does not want fewer."""
    foreign_only: bool = True
    mixed_countries: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Write it down."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolReviewer:
    """A reviewer of the call, with what is known of them for its fund."""

    person: Person
    profile: ReviewerProfile | None

    @property
    def country(self) -> str:
        """Where they are from; empty where nobody said."""
        return self.profile.country if self.profile else ""

    def knows(self, proposal: Proposal) -> bool:
        """Return whether the proposal's topic is one of theirs."""
        topic = proposal.topic
        return bool(topic and self.profile and topic.code in self.profile.topics)

    def most(self, settings: PlanSettings) -> int:
        """Return how many reviews they do at most."""
        own = self.profile.most if self.profile else None
        return settings.most if own is None else min(own, settings.most)

    def least(self, settings: PlanSettings) -> int:
        """Return how many they want at least, within what they do at most."""
        return min(self.profile.least, self.most(settings)) if self.profile else 0


@dataclass(frozen=True)
class AssignmentInputs:
    """Proposals and reviewers of a stage, who was asked, and what stands in the way."""

    proposals: Sequence[Proposal]
    reviewers: Sequence[PoolReviewer]
    asked: Mapping[Pair, AssignmentStatus]
    """By reviewer and proposal."""
    conflicts: frozenset[Pair]
    shared: Sequence[Shared]
    loads: Mapping[int, int]
    """How many reviews each reviewer has, of everything that the manager sees."""

    @cached_property
    def suggested(self) -> frozenset[Pair]:
        """Pairs in which something is shared that the fund should look at first."""
        return frozenset((it.person.id, it.proposal.id) for it in self.shared if it.person)

    @cached_property
    def ended(self) -> frozenset[Pair]:
        """Pairs that were asked and are no more."""
        return frozenset(pair for pair, status in self.asked.items() if status in ENDED)

    @cached_property
    def standing(self) -> frozenset[Pair]:
        """Pairs that are there and count."""
        return frozenset(self.asked) - self.ended

    def problem(self, settings: PlanSettings) -> AssignmentProblem:
        """Write it as a problem: keys are references of proposals and numbers of reviewers."""
        named = {it.id: it.reference for it in self.proposals}
        excluded = (self.conflicts | self.ended | self.suggested) - self.standing
        return AssignmentProblem(
            demands=tuple(
                Demand(key=it.reference, reviews=settings.reviews, country=it.organisation.country)
                for it in self.proposals
            ),
            capacities=tuple(
                Capacity(
                    key=str(it.person.id),
                    least=it.least(settings),
                    most=it.most(settings),
                    country=it.country,
                )
                for it in self.reviewers
            ),
            excluded=frozenset((named[number], str(person)) for person, number in excluded),
            existing=frozenset((named[number], str(person)) for person, number in self.standing),
            affinity={
                proposal.reference: {
                    str(it.person.id): POINTS for it in self.reviewers if it.knows(proposal)
                }
                for proposal in self.proposals
            },
            foreign_only=settings.foreign_only,
            mixed_countries=settings.mixed_countries,
            balance=1,
        )


@dataclass(frozen=True, slots=True)
class PlanningDesk:
    """Reads what a manager plans from; whoever may not see a proposal plans without it."""

    db: Session

    def everything(self, stage: Stage, reader: Person) -> AssignmentInputs:
        """Read all proposals of a stage; as many queries however many there are."""
        visible = self.visible(stage, reader)
        return self._of(stage, list(self.db.scalars(self._with(visible))), visible)

    def page(self, stage: Stage, reader: Person, number: int) -> tuple[AssignmentInputs, int, int]:
        """Read one page of them, with which page that is and how many there are."""
        visible = self.visible(stage, reader)
        counted = visible.add_columns(func.count().over())
        rows = self.db.execute(paging.cut(self._with(counted), number)).all()
        if not rows and number > 1:
            return self.page(stage, reader, 1)
        cut, count = [row[0] for row in rows], rows[0][1] if rows else 0
        return self._of(stage, cut, visible), number, paging.pages(count)

    def visible(self, stage: Stage, reader: Person) -> Select[Proposal]:
        """Select what is in the stage and seen by a manager, by reference."""
        seen = Access(self.db).proposals_in(stage.call, reader, Role.MANAGER)
        here = seen.where(Proposal.status == ProposalStatus.IN_STAGE)
        return here.order_by(Proposal.reference)

    def _reviewers(
        self, stage: Stage, whole: Select[Proposal]
    ) -> list[tuple[PoolReviewer, int, bool]]:
        """List the reviewers of the call by name: how much they do, and whether they apply."""
        call = stage.call
        here = or_(Appointment.call_id == call.id, Appointment.fund_id == call.fund_id)
        appointed = select(Appointment.person_id).where(Appointment.role == Role.REVIEWER, here)
        tied = (ReviewerProfile.person_id == Person.id) & (ReviewerProfile.fund_id == call.fund_id)
        loads = (
            select(Assignment.reviewer_id, func.count().label("assigned"))
            .where(
                Assignment.stage_id == stage.id,
                Assignment.status.not_in(ENDED),
                Assignment.proposal_id.in_(whole.order_by(None).with_only_columns(Proposal.id)),
            )
            .group_by(Assignment.reviewer_id)
            .subquery()
        )
        rows = self.db.execute(
            select(
                Person,
                ReviewerProfile,
                func.coalesce(loads.c.assigned, 0),
                applies_in(Person.id, call.id),
            )
            .outerjoin(ReviewerProfile, tied)
            .outerjoin(loads, loads.c.reviewer_id == Person.id)
            .where(Person.id.in_(appointed), Person.blocked_at.is_(None))
        )
        found = [
            (PoolReviewer(person=person, profile=profile), load, applies)
            for person, profile, load, applies in rows
        ]
        return sorted(found, key=lambda it: (it[0].person.name.casefold(), it[0].person.id))

    def _with(self, query: Select[Any]) -> Select[Any]:
        return query.options(joinedload(Proposal.organisation), joinedload(Proposal.topic))

    def _of(
        self, stage: Stage, proposals: Sequence[Proposal], whole: Select[Proposal]
    ) -> AssignmentInputs:
        """Read what is known of these; loads are counted over the `whole`."""
        numbers = [it.id for it in proposals]
        listed = self._reviewers(stage, whole)
        people = [it.person for it, _load, _applies in listed]
        declared = Access(self.db).declared_conflicts(numbers, [it.id for it in people])
        knowing = knowing_applicants(self.db, stage, [it.id for it in people])
        barred = {it.person.id for it, _n, applies in listed if applies} | knowing
        asked = statuses(self.db, stage, proposals)
        return AssignmentInputs(
            proposals=proposals,
            reviewers=[it for it, _load, _applies in listed],
            asked=asked,
            conflicts=frozenset(declared | {(it, at) for it in barred for at in numbers}),
            shared=Affiliations(self.db).shared(proposals, people, but=asked),
            loads={it.person.id: load for it, load, _applies in listed},
        )
