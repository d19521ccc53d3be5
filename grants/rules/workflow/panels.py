"""The life of a panel's meeting: planned, open while it sits, closed for good."""

from enum import StrEnum

from grants.rules.workflow.roles import Role
from grants.rules.workflow.table import Step, Workflow


class PanelStatus(StrEnum):
    """Where a meeting stands. What is cancelled is kept, and another one is planned."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PanelVoteKind(StrEnum):
    """How a member votes on a proposal."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


_ = PanelStatus
_M = Role.MANAGER

# fmt: off
PANEL_STEPS: Workflow[PanelStatus] = Workflow("panel", (
    Step("open",   _.PLANNED, _.OPEN,      _M),
    Step("close",  _.OPEN,    _.CLOSED,    _M),
    *(Step("cancel", status, _.CANCELLED, _M) for status in (_.PLANNED, _.OPEN)),
))
# fmt: on
