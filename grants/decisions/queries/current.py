"""Which of the decisions on a proposal: the one that stands, and the one its applicant knows."""

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from grants.decisions.models import Decision
from grants.proposals.models import Proposal

CURRENT = and_(Decision.proposal_id == Proposal.id, Decision.is_current)
"""The condition under which a decision is the one that stands for a proposal."""

_any = aliased(Decision)
_last = (
    select(func.max(_any.number))
    .where(_any.proposal_id == Proposal.id, _any.notified_at.is_not(None))
    .correlate(Proposal)
    .scalar_subquery()
)
NOTIFIED = and_(Decision.proposal_id == Proposal.id, Decision.number == _last)
"""The condition under which a decision is the newest whose letter left: what is made anew since
says nothing to its applicant before its own letter."""
