"""Draw the workflows as Mermaid diagrams: what docs/workflow.md holds."""

import sys

from grants.rules.workflow import (
    ACT_STEPS,
    ASSIGNMENT_STEPS,
    CALL_STEPS,
    CONSENSUS_STEPS,
    DELIVERABLE_STEPS,
    PANEL_STEPS,
    PLAN_STEPS,
    PROJECT_STEPS,
    PROPOSAL_STEPS,
    STAGE_STEPS,
    Workflow,
)
from grants.rules.workflow.clarifications import CLARIFICATION_STEPS
from grants.rules.workflow.redress import REDRESS_STEPS

ALL: tuple[Workflow, ...] = (  # type: ignore[type-arg]
    CALL_STEPS,
    STAGE_STEPS,
    PROPOSAL_STEPS,
    CLARIFICATION_STEPS,
    PLAN_STEPS,
    ASSIGNMENT_STEPS,
    CONSENSUS_STEPS,
    PANEL_STEPS,
    PROJECT_STEPS,
    DELIVERABLE_STEPS,
    ACT_STEPS,
    REDRESS_STEPS,
)

HEAD = """# Workflows

Made from the tables in `grants/rules/workflow/` by
`python -m grants.rules.workflow > docs/workflow.md`; a test keeps the two alike. The same tables
decide on buttons, permissions and statuses.
"""


def page() -> str:
    """Write all diagrams, and below each who does what."""
    return "\n".join([HEAD, *(section(each) for each in ALL)])


def section(workflow: Workflow) -> str:  # type: ignore[type-arg]
    """Write one workflow: a diagram of what moves, and a table of who does it."""
    moves = dict.fromkeys(
        (step.source, step.target, step.action)
        for step in workflow.steps
        if step.source != step.target
    )
    doers: dict[str, dict[str, None]] = {}
    for step in workflow.steps:
        if step.action != "view":
            doers.setdefault(step.action, {})[step.by.value] = None
    lines = [f"## {workflow.noun.capitalize()}", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {source} --> {target}: {action}" for source, target, action in moves]
    lines += ["```", "", "| action | by |", "| --- | --- |"]
    lines += [f"| {action} | {', '.join(by).replace('_', ' ')} |" for action, by in doers.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
