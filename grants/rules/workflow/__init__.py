"""What may happen, to what, by whom: one table a noun.

The tables are the only source. They decide which status may follow which, which
buttons a page offers, what the security policy permits, and the diagrams in
docs/concepts.md.
"""

from grants.rules.workflow.calls import (
    CALL_STEPS,
    STAGE_STEPS,
    CallStatus,
    StageKind,
    StageStatus,
)
from grants.rules.workflow.consensus import CONSENSUS_STEPS, ConsensusAnswer, ConsensusStatus
from grants.rules.workflow.evaluation import (
    ASSIGNMENT_STEPS,
    FORMER_STATUSES,
    FORMER_STEPS,
    OUTSTANDING,
    SUBMITTED_REVIEWS,
    AssignmentStatus,
    DecisionKind,
    Interest,
    RankingStatus,
    Ruling,
    StageOutcome,
)
from grants.rules.workflow.panels import PANEL_STEPS, PanelStatus, PanelVoteKind
from grants.rules.workflow.plans import PLAN_STEPS, PlanSource, PlanStatus
from grants.rules.workflow.projects import (
    DELIVERABLE_STEPS,
    PROJECT_STEPS,
    DeliverableStatus,
    ProjectStatus,
)
from grants.rules.workflow.proposals import PROPOSAL_STEPS, ProposalStatus
from grants.rules.workflow.roles import Role
from grants.rules.workflow.signatures import ACT_STEPS, ActKind, ActStatus
from grants.rules.workflow.table import Step, Workflow

__all__ = [
    "ACT_STEPS",
    "ASSIGNMENT_STEPS",
    "CALL_STEPS",
    "CONSENSUS_STEPS",
    "DELIVERABLE_STEPS",
    "FORMER_STATUSES",
    "FORMER_STEPS",
    "OUTSTANDING",
    "PANEL_STEPS",
    "PLAN_STEPS",
    "PROJECT_STEPS",
    "PROPOSAL_STEPS",
    "STAGE_STEPS",
    "SUBMITTED_REVIEWS",
    "ActKind",
    "ActStatus",
    "AssignmentStatus",
    "CallStatus",
    "ConsensusAnswer",
    "ConsensusStatus",
    "DecisionKind",
    "DeliverableStatus",
    "Interest",
    "PanelStatus",
    "PanelVoteKind",
    "PlanSource",
    "PlanStatus",
    "ProjectStatus",
    "ProposalStatus",
    "RankingStatus",
    "Role",
    "Ruling",
    "StageKind",
    "StageOutcome",
    "StageStatus",
    "Step",
    "Workflow",
]
