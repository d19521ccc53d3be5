"""The lives of a project and of what it owes."""

from enum import StrEnum

from grants.rules.workflow.roles import Role
from grants.rules.workflow.table import Step, Workflow, seen


class ProjectStatus(StrEnum):
    """Where an awarded project stands, from the agreement on."""

    PREPARATION = "preparation"
    RUNNING = "running"
    CLOSED = "closed"
    FAILED = "failed"
    TERMINATED = "terminated"


class DeliverableStatus(StrEnum):
    """Where a deliverable stands. Overdue is derived, never stored."""

    PLANNED = "planned"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    RETURNED = "returned"


_P, _D = ProjectStatus, DeliverableStatus
_A, _B, _M, _O, _X = (
    Role.APPLICANT,
    Role.MEMBER,
    Role.MANAGER,
    Role.AUDITOR,
    Role.RECUSED,
)

# fmt: off
PROJECT_STEPS: Workflow[ProjectStatus] = Workflow("project", (
    *seen(_A, tuple(_P)),
    *seen(_M, tuple(_P)),
    *seen(_O, tuple(_P)),
    # A project is judged by itself: an interest in another one closes only that one. What frees
    # money for others is left to those who have none.
    *seen(_X, tuple(_P)),

    Step("prepare", _P.PREPARATION, _P.PREPARATION, _M),
    Step("sign",    _P.PREPARATION, _P.RUNNING,     _M),
    Step("fail",    _P.PREPARATION, _P.FAILED,      _M),
    # The applicant's own answer to the award takes no second signature.
    Step("decline", _P.PREPARATION, _P.FAILED,      _B),
    Step("meet conditions", _P.PREPARATION, _P.PREPARATION, _M),
    Step("correct signing", _P.RUNNING, _P.RUNNING, _M),
    Step("terminate", _P.RUNNING,   _P.TERMINATED,  _M),
    Step("deliver", _P.RUNNING,     _P.RUNNING,     _A),
    Step("accept",  _P.RUNNING,     _P.RUNNING,     _M),
    Step("accept",  _P.RUNNING,     _P.RUNNING,     _X),
    Step("close",   _P.RUNNING,     _P.CLOSED,      _M),
))

DELIVERABLE_STEPS: Workflow[DeliverableStatus] = Workflow("deliverable", (
    Step("edit",    _D.PLANNED,   _D.PLANNED,   _A),
    Step("edit",    _D.RETURNED,  _D.RETURNED,  _A),
    Step("deliver", _D.PLANNED,   _D.DELIVERED, _A),
    Step("deliver", _D.RETURNED,  _D.DELIVERED, _A),
    # Its team may have it back until the fund has said what it thinks of it.
    Step("take_back", _D.DELIVERED, _D.PLANNED, _A),
    Step("accept",  _D.DELIVERED, _D.ACCEPTED,  _M),
    Step("return",  _D.DELIVERED, _D.RETURNED,  _M),
    Step("accept",  _D.DELIVERED, _D.ACCEPTED,  _X),
    Step("return",  _D.DELIVERED, _D.RETURNED,  _X),
))
# fmt: on
