"""What applicants answered to their awards, and which answers are still to come."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload

from grants.decisions.models import AwardAnswer, Decision
from grants.proposals.models import Proposal

ANSWERED = exists().where(AwardAnswer.decision_id == Decision.id)
"""The condition under which an award, that is asked for, was answered."""


def answer_to(db: Session, decision: Decision) -> AwardAnswer | None:
    """Find what the applicant answered to a decision."""
    query = select(AwardAnswer).where(AwardAnswer.decision_id == decision.id)
    return db.scalar(query.options(joinedload(AwardAnswer.answered_by)))


def is_unanswered(db: Session, proposal_id: int) -> bool:
    """Return whether an award was to be answered, and was not accepted."""
    accepted = exists().where(AwardAnswer.decision_id == Decision.id, AwardAnswer.accepted)
    query = select(Decision.id).where(
        Decision.proposal_id == proposal_id, Decision.is_current, asked(), ~accepted
    )
    return db.scalar(query) is not None


def asked() -> ColumnElement[bool]:
    """Return the condition under which a decision's letter asked for an answer."""
    return Decision.notified_at.is_not(None) & Decision.answer_by.is_not(None)


def is_open_to(proposal: Proposal, decision: Decision | None) -> bool:
    """Return whether a decision is one that an applicant is asked to answer."""
    return (
        decision is not None
        and decision.proposal_id == proposal.id
        and decision.is_current
        and decision.notified_at is not None
        and decision.answer_by is not None
    )
