"""The life of a call, and of the stages in which its proposals are evaluated."""

from enum import StrEnum

from grants.rules.workflow.roles import Role
from grants.rules.workflow.table import Step, Workflow, seen


class CallStatus(StrEnum):
    """Where a call stands. Open and closed are derived from its dates, never stored."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CONCLUDED = "concluded"


class StageKind(StrEnum):
    """What is done in a stage of the evaluation."""

    ADMISSIBILITY = "admissibility"
    ELIGIBILITY = "eligibility"
    INDIVIDUAL_REVIEW = "individual_review"
    CONSENSUS = "consensus"
    PANEL = "panel"
    INTERVIEW = "interview"
    DECISION = "decision"


class StageStatus(StrEnum):
    """Where a stage of the evaluation stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


_ = CallStatus
_M, _O, _X = Role.MANAGER, Role.AUDITOR, Role.RECUSED

# fmt: off
CALL_STEPS: Workflow[CallStatus] = Workflow("call", (
    *seen(_M, tuple(_)),
    *seen(_O, tuple(_)),
    *seen(_X, tuple(_)),

    Step("edit",     _.DRAFT,     _.DRAFT,     _M),
    Step("publish",  _.DRAFT,     _.PUBLISHED, _M),
    Step("correct",  _.PUBLISHED, _.PUBLISHED, _M),
    Step("evaluate", _.PUBLISHED, _.PUBLISHED, _M),
    Step("countersign", _.PUBLISHED, _.PUBLISHED, _M),
    *(Step("read_signatures", status, status, role)
      for status in (_.PUBLISHED, _.CONCLUDED) for role in (_M, _O)),
    Step("conclude", _.PUBLISHED, _.CONCLUDED, _M),
    # What was judged and decided is read by those who answer for it, and by those who check them.
    *(Step("inspect", status, status, role)
      for status in (_.PUBLISHED, _.CONCLUDED) for role in (_M, _O)),
    *(Step("report", _.PUBLISHED, _.PUBLISHED, role) for role in (_M, _O)),
    *(Step("report", _.CONCLUDED, _.CONCLUDED, role) for role in (_M, _O)),
))

STAGE_STEPS: Workflow[StageStatus] = Workflow("stage", (
    Step("open",  StageStatus.PLANNED, StageStatus.OPEN,   _M),
    Step("close", StageStatus.OPEN,    StageStatus.CLOSED, _M),
    # Formal checks open with the first conclusion and close with the last, whoever draws it.
    Step("open",  StageStatus.PLANNED, StageStatus.OPEN,   _X),
    Step("close", StageStatus.OPEN,    StageStatus.CLOSED, _X),
))
# fmt: on
