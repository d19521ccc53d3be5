"""What is awarded under a call, added up: less what projects gave back."""

from collections.abc import Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, select

from grants.calls.models import Call
from grants.decisions.models import Decision
from grants.projects.models import Project
from grants.proposals.models import Proposal
from grants.rules.workflow import DecisionKind, ProjectStatus, ProposalStatus

AWARDS = (DecisionKind.AWARD, DecisionKind.AWARD_WITH_CONDITIONS)

Columns = TypeVarTuple("Columns")

_LEFT = Decision.awarded_cents - func.coalesce(Project.freed_cents, 0)


def awarded(call: Call, *but: ColumnElement[bool]) -> Select[Any]:
    """Add up what is awarded under a call, less what projects gave back."""
    return _taken(select(func.coalesce(func.sum(_LEFT), 0))).where(
        Decision.call_id == call.id, *but
    )


def awarded_in(calls: Sequence[int]) -> Select[int, int | None]:
    """Add up what is awarded under each of these calls, as `awarded` does."""
    each = select(Decision.call_id, func.coalesce(func.sum(_LEFT), 0))
    return _taken(each).where(Decision.call_id.in_(calls)).group_by(Decision.call_id)


def _taken(query: Select[*Columns]) -> Select[*Columns]:
    """Ask of the decisions that take something of an envelope."""
    failed = select(Project.proposal_id).where(Project.status == ProjectStatus.FAILED)
    return (
        query.select_from(Decision)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .outerjoin(Project, Project.proposal_id == Decision.proposal_id)
        .where(
            Decision.awarded_cents.is_not(None),
            Decision.is_current,
            Proposal.status != ProposalStatus.WITHDRAWN,
            Decision.proposal_id.not_in(failed),
        )
    )
