"""The life of a question that is asked of an applicant during the check."""

from enum import StrEnum

from grants.rules.workflow.roles import Role
from grants.rules.workflow.table import Step, Workflow


class ClarificationStatus(StrEnum):
    """Where a question stands; that it was not answered in time is derived, never stored."""

    ASKED = "asked"
    ANSWERED = "answered"
    REVOKED = "revoked"


_ = ClarificationStatus

# fmt: off
CLARIFICATION_STEPS: Workflow[ClarificationStatus] = Workflow("clarification", (
    Step("answer", _.ASKED, _.ANSWERED, Role.APPLICANT),
    *(Step("revoke", _.ASKED, _.REVOKED, by) for by in (Role.MANAGER, Role.RECUSED)),
))
# fmt: on
