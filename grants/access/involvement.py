"""Interests and involvement as conditions: who is conflicted about a proposal, or recused.

Asked for by `Access`, which answers who sees and does what; who may sign second is asked here too.
"""

from functools import cache

import sqlalchemy as sa
from sqlalchemy import ColumnElement, CompoundSelect, Select, SQLColumnExpression, select
from sqlalchemy.orm import aliased

from grants.accounts.models import EndedPlace, Membership
from grants.evaluation.models import Declaration
from grants.proposals.models import Proposal, TeamMember
from grants.rules.workflow import Interest, ProposalStatus, Ruling

Number = SQLColumnExpression[int]


def is_conflict() -> ColumnElement[bool]:
    """Return the condition on Declaration under which whoever made it is conflicted."""
    return sa.or_(
        Declaration.interest == Interest.DISQUALIFYING,
        sa.and_(
            Declaration.interest == Interest.POTENTIAL,
            Declaration.ruling.is_distinct_from(Ruling.ALLOWED),
        ),
    )


def conflicts(person: Number, proposal: Number) -> Select[int]:
    """Select what somebody declared about a proposal that makes them conflicted."""
    return select(Declaration.id).where(
        Declaration.person_id == person, Declaration.proposal_id == proposal, is_conflict()
    )


@cache
def _other() -> type[Proposal]:
    """Give proposals another name; made once, since each page needs it and it takes a while."""
    return aliased(Proposal)


def recused_calls(person: Number) -> CompoundSelect[int]:
    """Select the calls in which somebody has an interest in something that was submitted.

    It begins with what is theirs, which is little, and never goes through all proposals.
    A declared interest stays one while its proposal is reopened: being let in again would
    tell of that.
    """
    other = _other()
    declared = (
        select(other.call_id)
        .join(Declaration, Declaration.proposal_id == other.id)
        .where(Declaration.person_id == person, is_conflict())
        .correlate_except(other, Declaration)
    )
    return sa.union(declared, *_applying(person))


def applied_calls(person: Number) -> CompoundSelect[int]:
    """Select the calls in which somebody applies with something that was submitted."""
    return sa.union(*_applying(person))


def applies_in(person: Number, call_id: int) -> ColumnElement[bool]:
    """Return the condition under which somebody applies in a call with what was submitted.

    It looks at that call's proposals alone, however many others somebody's organisation wrote;
    and once for all who are asked about.
    """
    other = _other()
    here = (other.call_id == call_id, other.status != ProposalStatus.DRAFT)
    its = (
        (Membership, Membership.organisation_id == other.organisation_id),
        (TeamMember, TeamMember.proposal_id == other.id),
        (EndedPlace, _behind(other)),
    )
    return sa.or_(
        *(person.in_(select(whose.person_id).join(other, tied).where(*here)) for whose, tied in its)
    )


def _applying(person: Number) -> tuple[Select[int], ...]:
    """Select by membership, by team, and by what ended: leaving makes nobody a judge."""
    other = _other()
    submitted = select(other.call_id).where(other.status != ProposalStatus.DRAFT)
    return (
        submitted.join(Membership, Membership.organisation_id == other.organisation_id)
        .where(Membership.person_id == person)
        .correlate_except(other, Membership),
        submitted.join(TeamMember, TeamMember.proposal_id == other.id)
        .where(TeamMember.person_id == person)
        .correlate_except(other, TeamMember),
        submitted.join(EndedPlace, _behind(other))
        .where(EndedPlace.person_id == person)
        .correlate_except(other, EndedPlace),
    )


def left_behind(person: Number) -> Select[int]:
    """Select the proposals, by number, in whose applicant or team somebody was and is no more."""
    other = _other()
    found = select(other.id).join(EndedPlace, _behind(other))
    return found.where(EndedPlace.person_id == person).correlate_except(other, EndedPlace)


def _behind(other: type[Proposal]) -> ColumnElement[bool]:
    """Tie what ended to the proposals that were written meanwhile."""
    return sa.or_(
        EndedPlace.proposal_id == other.id,
        sa.and_(
            EndedPlace.organisation_id == other.organisation_id,
            EndedPlace.ended_at > other.started_at,
        ),
    )


def was_there(person: Number, proposal: Number) -> Select[int]:
    """Select the same for one proposal, by its number."""
    return left_behind(person).where(_other().id == proposal)


def recusing(person: Number, call: Number) -> Select[int]:
    """Select a call if an interest recuses somebody from it."""
    return among(recused_calls(person), call)


def among(found: CompoundSelect[int], call: Number) -> Select[int]:
    """Select a call if it is among those that were found."""
    calls = found.subquery()
    return select(calls.c.call_id).where(calls.c.call_id == call)
