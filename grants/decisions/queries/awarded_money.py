"""What is awarded under a call, added up: less what projects gave back."""

from collections.abc import Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from grants.calls.models import Call
from grants.decisions.models import Decision
from grants.projects.models import Project
from grants.proposals.models import Proposal
from grants.rules.workflow import DecisionKind, ProjectStatus, ProposalStatus

AWARDS = (DecisionKind.AWARD, DecisionKind.AWARD_WITH_CONDITIONS)

Columns = TypeVarTuple("Columns")

TAKEN = case(
    (
        or_(
            Proposal.status == ProposalStatus.WITHDRAWN,
            Project.status == ProjectStatus.FAILED,
        ),
        None,
    ),
    else_=Decision.awarded_cents - func.coalesce(Project.freed_cents, 0),
)
"""What a decision takes of the envelope, asked with its proposal and its project, if there is one.

Nothing once the proposal is withdrawn or the agreement failed, and less what a project that ended
early gave back.
"""


def awarded(call: Call, *but: ColumnElement[bool]) -> Select[Any]:
    """Add up what is awarded under a call, less what projects gave back."""
    return _joined(select(func.coalesce(func.sum(TAKEN), 0))).where(
        Decision.call_id == call.id, *but
    )


def awarded_in(calls: Sequence[int]) -> Select[int, int | None]:
    """Add up what is awarded under each of these calls, as `awarded` does."""
    each = select(Decision.call_id, func.coalesce(func.sum(TAKEN), 0))
    return _joined(each).where(Decision.call_id.in_(calls)).group_by(Decision.call_id)


def _joined(query: Select[*Columns]) -> Select[*Columns]:
    """Ask of the decisions that name an amount, with their proposals and projects."""
    return (
        query.select_from(Decision)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .outerjoin(Project, Project.proposal_id == Decision.proposal_id)
        .where(Decision.awarded_cents.is_not(None))
    )
