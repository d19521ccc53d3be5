"""Plans of who reviews what: proposed and looked at, then approved by a person, or discarded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Person
from grants.calls.models import Stage
from grants.evaluation.models import Assignment, AssignmentPlan
from grants.evaluation.queries.asked_pairs import Asked
from grants.evaluation.queries.assignment_files import read_assignments, sorted_pairs
from grants.evaluation.queries.assignment_inputs import (
    TOPIC,
    AssignmentInputs,
    PlanningDesk,
    PlanSettings,
)
from grants.evaluation.queries.shown_plans import ShownPlans
from grants.evaluation.service.assignments import Assignments
from grants.evaluation.service.expertise import Expertise
from grants.evaluation.service.stages import lock_open
from grants.kit.service import Service
from grants.rules import canonical
from grants.rules.assigning import Solution, solve
from grants.rules.errors import OutOfDate, Refused
from grants.rules.words import N_
from grants.rules.workflow import PLAN_STEPS, PlanSource

MOVED = N_(
    "Since this plan was made, reviewers, interests, proposals or assignments have changed, so"
    " nobody was assigned. Please make a new plan."
)


@dataclass(frozen=True, slots=True)
class AssignmentPlans(Service):
    """All that happens to plans of assignments."""

    @property
    def desk(self) -> PlanningDesk:
        """What plans are made from."""
        return PlanningDesk(self.db)

    @property
    def expertise(self) -> Expertise:
        """What reviewers know, by which it is planned."""
        return Expertise(self.db, self.publish, self.clock)

    @property
    def shown(self) -> ShownPlans:
        """Plans as pages show them."""
        return ShownPlans(self.db)

    def read_file(
        self, stage: Stage, content: bytes, *, by: Person
    ) -> tuple[list[Asked], list[Refused]]:
        """Read a file of assignments: all of it, or what is wrong with it, line by line."""
        return read_assignments(content, self.desk.everything(stage, by))

    def of(self, stage: Stage) -> list[AssignmentPlan]:
        """List the plans of a stage, the newest first."""
        query = select(AssignmentPlan).where(AssignmentPlan.stage_id == stage.id)
        people = (joinedload(AssignmentPlan.made_by), joinedload(AssignmentPlan.settled_by))
        return list(self.db.scalars(query.options(*people).order_by(AssignmentPlan.number.desc())))

    def get(self, stage: Stage, number: int) -> AssignmentPlan | None:
        """Find a plan by its number."""
        return self.db.scalar(
            select(AssignmentPlan)
            .where(AssignmentPlan.stage_id == stage.id, AssignmentPlan.number == number)
            .options(
                joinedload(AssignmentPlan.made_by),
                joinedload(AssignmentPlan.settled_by),
                joinedload(AssignmentPlan.stage),
            )
        )

    def propose(self, stage: Stage, settings: PlanSettings, *, by: Person) -> AssignmentPlan:
        """Compute who should review what. Nobody is asked yet."""
        lock_open(self.db, stage)
        inputs = self.desk.everything(stage, by)
        if not inputs.proposals:
            raise Refused(N_("No proposal is currently in the stage."))
        if not inputs.reviewers:
            raise Refused(N_("No reviewers are appointed for this call yet."))
        found = solve(inputs.problem(settings))
        numbers = {it.reference: it.id for it in inputs.proposals}
        pairs = [(numbers[reference], int(person)) for reference, person in found.pairs]
        return self._kept(
            stage,
            PlanSource.OPTIMISED,
            settings,
            inputs,
            pairs,
            by=by,
            solver=found.solver,
            unmet=_unmet(found, numbers),
        )

    def keep(
        self,
        stage: Stage,
        pairs: Sequence[Asked],
        *,
        source: PlanSource,
        settings: PlanSettings,
        by: Person,
    ) -> AssignmentPlan:
        """Keep pairs that a person chose, to be looked at like any plan. Nobody is asked yet."""
        lock_open(self.db, stage)
        inputs = self.desk.everything(stage, by)
        numbers = [(proposal.id, reviewer.id) for proposal, reviewer in sorted_pairs(pairs)]
        return self._kept(stage, source, settings, inputs, numbers, by=by)

    def approve(
        self, plan: AssignmentPlan, *, by: Person, aware: bool = False
    ) -> tuple[Assignment, ...]:
        """Assign what was planned, all of it or nothing.

        Raises OutOfDate where anything that it was made from has changed, and Affiliated as
        `Assignments.assign_pairs` does.
        """
        lock_open(self.db, plan.stage)
        PLAN_STEPS.target("approve", plan.status)
        if not plan.pairs:
            raise Refused(N_("This plan assigns nobody."))
        inputs = self.desk.everything(plan.stage, by)
        if self._digest(inputs, PlanSettings(**plan.settings)) != plan.inputs_sha256:
            raise OutOfDate(MOVED)
        proposals = {it.id: it for it in inputs.proposals}
        people = {it.person.id: it.person for it in inputs.reviewers}
        pairs = [(proposals[it["proposal"]], people[it["reviewer"]]) for it in plan.pairs]
        made = Assignments(self.db, self.publish, self.clock).assign_pairs(
            plan.stage, pairs, by=by, aware=aware
        )
        self._settle(plan, "approve", by, {"assignments": len(made)})
        return made

    def discard(self, plan: AssignmentPlan, *, by: Person) -> None:
        """Put a plan aside; it is kept as it was."""
        PLAN_STEPS.target("discard", plan.status)
        self._settle(plan, "discard", by, {})

    def _settle(self, plan: AssignmentPlan, action: str, by: Person, facts: dict[str, Any]) -> None:
        plan.settled_at, plan.settled_by_id = self.clock(), by.id
        self.move(PLAN_STEPS, plan, action, by=by, reference=plan.reference, facts=facts)

    def _kept(
        self,
        stage: Stage,
        source: PlanSource,
        settings: PlanSettings,
        inputs: AssignmentInputs,
        pairs: Sequence[tuple[int, int]],
        *,
        by: Person,
        solver: str = "",
        unmet: dict[str, Any] | None = None,
    ) -> AssignmentPlan:
        proposals = {it.id: it for it in inputs.proposals}
        reviewers = {it.person.id: it for it in inputs.reviewers}
        last = select(func.max(AssignmentPlan.number)).where(AssignmentPlan.stage_id == stage.id)
        plan = AssignmentPlan(
            stage=stage,
            number=(self.db.scalar(last) or 0) + 1,
            source=source,
            settings=settings.to_dict(),
            inputs_sha256=self._digest(inputs, settings),
            solver=solver,
            pairs=[
                {
                    "proposal": number,
                    "reviewer": person,
                    "reasons": [TOPIC] if reviewers[person].knows(proposals[number]) else [],
                }
                for number, person in pairs
            ],
            unmet=unmet or {"proposals": [], "reviewers": []},
            made_at=self.clock(),
            made_by_id=by.id,
        )
        self.db.add(plan)
        self.db.flush()
        self.record(
            "propose",
            PLAN_STEPS.noun,
            plan.reference,
            by=by,
            after=plan.status.value,
            facts={
                "source": source.value,
                "settings": plan.settings,
                "inputs": plan.inputs_sha256,
                "solver": solver,
                "assignments": len(pairs),
                "pairs": pairs_digest(plan),
            },
        )
        return plan

    def _digest(self, inputs: AssignmentInputs, settings: PlanSettings) -> str:
        return inputs.problem(settings).sha256()


def pairs_digest(plan: AssignmentPlan) -> str:
    """Return the SHA-256 of what a plan assigns, by which the ledger keeps it."""
    return canonical.digest({"pairs": plan.pairs})


def _unmet(found: Solution, numbers: dict[str, int]) -> dict[str, Any]:
    return {
        "proposals": [
            {
                "proposal": numbers[it.proposal],
                "missing": it.missing,
                "possible": it.possible,
            }
            for it in found.shortages
        ],
        "reviewers": [
            {"reviewer": int(it.reviewer), "missing": it.missing} for it in found.underloads
        ],
    }
