"""The life of an act that takes effect only once a second person signed it."""

from enum import StrEnum

from grants.rules.workflow.roles import Role
from grants.rules.workflow.table import Step, Workflow


class ActKind(StrEnum):
    """What takes more than one person to do."""

    EXCLUDE_REVIEW = "exclude_review"
    CORRECT_CALL = "correct_call"
    GIVE_UP_AGREEMENT = "give_up_agreement"
    TERMINATE_PROJECT = "terminate_project"


class ActStatus(StrEnum):
    """Where a proposed act stands."""

    WAITING = "waiting"
    SIGNED = "signed"
    REFUSED = "refused"
    REVOKED = "revoked"


_ = ActStatus

# fmt: off
ACT_STEPS: Workflow[ActStatus] = Workflow("second signature", (
    Step("countersign", _.WAITING, _.SIGNED,     Role.MANAGER),
    Step("refuse",      _.WAITING, _.REFUSED,    Role.MANAGER),
    Step("revoke",      _.WAITING, _.REVOKED,    Role.MANAGER),
))
# fmt: on
