"""The life of a plan of assignments: proposed, then approved by a person, or discarded."""

from enum import StrEnum

from grants.rules.workflow.roles import Role
from grants.rules.workflow.table import Step, Workflow


class PlanStatus(StrEnum):
    """Where a plan of who reviews what stands; until it is approved nobody is asked."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DISCARDED = "discarded"


class PlanSource(StrEnum):
    """Where the pairs of a plan come from."""

    OPTIMISED = "optimised"
    MATRIX = "matrix"
    FILE = "file"


_ = PlanStatus

# fmt: off
PLAN_STEPS: Workflow[PlanStatus] = Workflow("assignment plan", (
    Step("approve", _.PROPOSED, _.APPROVED,  Role.MANAGER),
    Step("discard", _.PROPOSED, _.DISCARDED, Role.MANAGER),
))
# fmt: on
