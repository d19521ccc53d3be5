"""The life of a consensus report: written by a rapporteur, circulated, answered, final."""

from enum import StrEnum

from grants.rules.workflow.roles import Role
from grants.rules.workflow.table import Step, Workflow


class ConsensusStatus(StrEnum):
    """Where a consensus report stands. What is withdrawn is kept, and another one begins."""

    DRAFT = "draft"
    CIRCULATED = "circulated"
    FINAL = "final"
    WITHDRAWN = "withdrawn"


class ConsensusAnswer(StrEnum):
    """What a reviewer says to a report that was circulated."""

    APPROVE = "approve"
    DISSENT = "dissent"
    """With a minority view."""


_ = ConsensusStatus
_R, _M = Role.REVIEWER, Role.MANAGER

# fmt: off
CONSENSUS_STEPS: Workflow[ConsensusStatus] = Workflow("consensus report", (
    Step("write",     _.DRAFT,      _.DRAFT,      _R),
    Step("circulate", _.DRAFT,      _.CIRCULATED, _R),
    Step("revise",    _.CIRCULATED, _.DRAFT,      _R),
    Step("approve",   _.CIRCULATED, _.CIRCULATED, _R),
    Step("dissent",   _.CIRCULATED, _.CIRCULATED, _R),
    # The last answer makes it final; a manager does where somebody does not answer.
    Step("finalise",  _.CIRCULATED, _.FINAL,      _R),
    Step("finalise",  _.CIRCULATED, _.FINAL,      _M),
    *(Step("withdraw", status, _.WITHDRAWN, _M) for status in (_.DRAFT, _.CIRCULATED, _.FINAL)),
))
# fmt: on
