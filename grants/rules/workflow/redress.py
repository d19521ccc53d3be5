"""The life of a request for redress: asked by an applicant, settled by somebody not involved."""

from enum import StrEnum

from grants.rules.workflow.roles import Role
from grants.rules.workflow.table import Step, Workflow


class RedressStatus(StrEnum):
    """Where a request to look again at the procedure stands."""

    ASKED = "asked"
    FOUNDED = "founded"
    """The procedure was not right: the fund decides again."""
    UNFOUNDED = "unfounded"
    """The procedure was right: the decision stands."""


_ = RedressStatus

# fmt: off
REDRESS_STEPS: Workflow[RedressStatus] = Workflow("redress request", (
    Step("uphold",  _.ASKED, _.FOUNDED,   Role.MANAGER),
    Step("dismiss", _.ASKED, _.UNFOUNDED, Role.MANAGER),
))
# fmt: on
