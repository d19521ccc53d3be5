"""A plan of assignments as one manager may read it: pairs, loads, and what cannot be met."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from grants.access import Access
from grants.accounts.models import Person
from grants.evaluation.models import Assignment, AssignmentPlan
from grants.evaluation.queries.affiliations import Affiliations, Shared
from grants.evaluation.queries.asked_pairs import ENDED
from grants.evaluation.queries.assignment_inputs import TOPIC
from grants.proposals.models import Proposal
from grants.rules.workflow import PlanSource, PlanStatus, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReviewer:
    """Somebody who would review a proposal, and whether they know its topic."""

    person: Person
    knows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedProposal:
    """A proposal with who would review it, and what is missing then."""

    proposal: Proposal
    reviewers: Sequence[PlannedReviewer]
    missing: int = 0
    possible: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLoad:
    """A reviewer with what they have, what would come, and how much of the least is missing."""

    person: Person
    before: int
    new: int
    missing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanShown:
    """All that a page says of a plan."""

    proposals: Sequence[PlannedProposal]
    loads: Sequence[PlannedLoad]
    shared: Sequence[Shared]
    assignments: int

    reviews: int

    @property
    def scarce(self) -> list[PlannedProposal]:
        """Proposals that would have too few reviews because too few people may write them."""
        return [it for it in self.proposals if it.missing and it.possible < self.reviews]

    @property
    def crowded(self) -> list[PlannedProposal]:
        """Those that lack reviews although enough may: loads or conditions stand in the way."""
        return [it for it in self.proposals if it.missing and it.possible >= self.reviews]

    @property
    def crowded_missing(self) -> int:
        """How many reviews these lack."""
        return sum(it.missing for it in self.crowded)

    @property
    def underloaded(self) -> list[PlannedLoad]:
        """Reviewers who would have less to do than they want at least."""
        return [it for it in self.loads if it.missing]


@dataclass(frozen=True, slots=True)
class ShownPlans:
    """Reads plans through the eyes of a manager: what they may not see is not in them."""

    db: Session

    def of(self, plan: AssignmentPlan, reader: Person) -> PlanShown:
        """Read one; the number of queries does not hang on how long it is."""
        lacking = {it["proposal"]: it for it in plan.unmet["proposals"]}
        too_few = {it["reviewer"]: it["missing"] for it in plan.unmet["reviewers"]}
        chosen: defaultdict[int, list[tuple[int, bool]]] = defaultdict(list)
        for it in plan.pairs:
            chosen[it["proposal"]].append((it["reviewer"], TOPIC in it["reasons"]))
        proposals = self._proposals(plan, reader, {*chosen, *lacking})
        visible = {it.id for it in proposals}
        new = Counter(person for at in visible for person, _knows in chosen.get(at, ()))
        people = self._people({*new, *too_few})
        before = self._loads(plan, reader, list(people))
        none = {"missing": 0, "possible": 0}
        return PlanShown(
            proposals=[
                PlannedProposal(
                    proposal=it,
                    reviewers=[
                        PlannedReviewer(person=people[person], knows=knows)
                        for person, knows in chosen.get(it.id, ())
                    ],
                    missing=lacking.get(it.id, none)["missing"],
                    possible=lacking.get(it.id, none)["possible"],
                )
                for it in proposals
            ],
            loads=[
                PlannedLoad(
                    person=it,
                    before=before.get(it.id, 0),
                    new=new[it.id],
                    missing=too_few.get(it.id, 0),
                )
                for it in sorted(people.values(), key=lambda it: (it.name.casefold(), it.id))
            ],
            shared=self._shared(plan, proposals, people, chosen),
            assignments=sum(new.values()),
            reviews=plan.settings["reviews"],
        )

    def counts(self, plans: Sequence[AssignmentPlan], reader: Person) -> dict[int, int]:
        """Count what each plan assigns, by its number, of what the reader sees."""
        if not plans:
            return {}
        seen = Access(self.db).proposals_in(plans[0].stage.call, reader, Role.MANAGER)
        visible = set(self.db.scalars(seen.with_only_columns(Proposal.id)))
        return {plan.number: sum(it["proposal"] in visible for it in plan.pairs) for plan in plans}

    def _proposals(
        self, plan: AssignmentPlan, reader: Person, numbers: set[int]
    ) -> Sequence[Proposal]:
        seen = Access(self.db).proposals_in(plan.stage.call, reader, Role.MANAGER)
        here = seen.where(Proposal.id.in_(numbers)).order_by(Proposal.reference)
        loaded = here.options(joinedload(Proposal.organisation), joinedload(Proposal.topic))
        return self.db.scalars(loaded).all()

    def _people(self, numbers: set[int]) -> dict[int, Person]:
        found = self.db.scalars(select(Person).where(Person.id.in_(numbers)))
        return {it.id: it for it in found}

    def _loads(self, plan: AssignmentPlan, reader: Person, people: Sequence[int]) -> dict[int, int]:
        """Count what they had when the plan was made, or have now while it is proposed."""
        seen = Access(self.db).proposals_in(plan.stage.call, reader, Role.MANAGER)
        query = (
            select(Assignment.reviewer_id, func.count())
            .where(
                Assignment.stage_id == plan.stage_id,
                Assignment.reviewer_id.in_(people),
                Assignment.proposal_id.in_(seen.with_only_columns(Proposal.id)),
            )
            .group_by(Assignment.reviewer_id)
        )
        if plan.status is PlanStatus.PROPOSED:
            query = query.where(Assignment.status.not_in(ENDED))
        else:
            query = query.where(Assignment.assigned_at < (plan.settled_at or plan.made_at))
        return dict(self.db.execute(query).all())

    def _shared(
        self,
        plan: AssignmentPlan,
        proposals: Sequence[Proposal],
        people: dict[int, Person],
        chosen: dict[int, list[tuple[int, bool]]],
    ) -> list[Shared]:
        """List what pairs share that a person chose; a computed plan has none of these."""
        if plan.status is not PlanStatus.PROPOSED or plan.source is PlanSource.OPTIMISED:
            return []
        asked = {(person, at) for at, row in chosen.items() for person, _knows in row}
        found = Affiliations(self.db).shared(proposals, list(people.values()))
        return [it for it in found if it.person and (it.person.id, it.proposal.id) in asked]
