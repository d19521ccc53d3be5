"""Which proposals somebody sees, as conditions and selects: asked for through `Access`.

Each page asks several of them for the same person, and writing one takes longer than the
database takes to answer it. They say nothing but what hangs on numbers and roles, so they are
kept a while; what the answers are is asked of the database anew each time.
"""

from functools import cache, lru_cache

import sqlalchemy as sa
from sqlalchemy import ColumnElement, CompoundSelect, Select, select

from grants.access.involvement import (
    applied_calls,
    is_conflict,
    left_behind,
    recused_calls,
    recusing,
)
from grants.access.roles_towards import CLEARED
from grants.accounts.models import Appointment, Membership
from grants.calls.models import Call
from grants.evaluation.models import Assignment, Declaration
from grants.proposals.models import Proposal, TeamMember
from grants.rules.workflow import PROPOSAL_STEPS, ProposalStatus, Role

_KEPT = 128


@cache
def _statuses(role: Role) -> tuple[ProposalStatus, ...]:
    return tuple(s for s in ProposalStatus if "view" in PROPOSAL_STEPS.actions(s, role))


def _held_for(role: Role) -> Role:
    """Name the role that somebody is appointed to: managers are recused, and stay managers."""
    return Role.MANAGER if role is Role.RECUSED else role


@lru_cache(_KEPT)
def proposals(person: int, role: Role) -> Select[Proposal]:
    """Select the proposals that somebody sees in one role: where every list begins."""
    seen = select(Proposal).where(Proposal.status.in_(_statuses(role)))
    if role is Role.APPLICANT:
        return seen.where(own(person))
    independent = sa.and_(~conflicted(person), ~own(person))
    if role is Role.REVIEWER:
        return seen.where(
            independent,
            ~applies(person),
            reviews(person),
            select(Assignment.id)
            .where(
                Assignment.proposal_id == Proposal.id,
                Assignment.reviewer_id == person,
                Assignment.stage_id == Proposal.stage_id,
                Assignment.status.in_(CLEARED),
            )
            .exists(),
        )
    held = Proposal.call_id.in_(_appointed(person, _held_for(role)))
    recusal = Proposal.call_id.in_(recused(person))
    return seen.where(independent, held, recusal if role is Role.RECUSED else ~recusal)


def condition(seen: Select[Proposal]) -> ColumnElement[bool]:
    """Return what a selection asks of each proposal, for queries that begin with something else."""
    asked = seen.whereclause
    if asked is None:
        raise LookupError("a selection of what somebody sees without any condition")
    return asked


@lru_cache(_KEPT)
def proposals_in(call: int, fund: int, person: int, role: Role) -> Select[Proposal]:
    """Select what somebody sees of one call: the role is asked once, and not for each row."""
    if role not in (Role.MANAGER, Role.AUDITOR, Role.RECUSED):
        return proposals(person, role).where(Proposal.call_id == call)
    held = select(Appointment.id).where(
        Appointment.person_id == person,
        Appointment.role == _held_for(role),
        sa.or_(Appointment.fund_id == fund, Appointment.call_id == call),
    )
    recusal = sa.exists(recusing(sa.literal(person), sa.literal(call)))
    return select(Proposal).where(
        Proposal.call_id == call,
        Proposal.status.in_(_statuses(role)),
        ~conflicted(person),
        ~own(person),
        held.exists(),
        recusal if role is Role.RECUSED else ~recusal,
    )


@lru_cache(_KEPT)
def calls(person: int) -> Select[Call]:
    """Select the calls that somebody manages, or audits with no interest in the way."""

    def holds(role: Role) -> ColumnElement[bool]:
        return (
            select(Appointment.id)
            .where(
                Appointment.person_id == person,
                Appointment.role == role,
                sa.or_(Appointment.fund_id == Call.fund_id, Appointment.call_id == Call.id),
            )
            .exists()
        )

    recusal = Call.id.in_(recused(person))
    return select(Call).where(sa.or_(holds(Role.MANAGER), sa.and_(holds(Role.AUDITOR), ~recusal)))


@lru_cache(_KEPT)
def recused(person: int) -> CompoundSelect[int]:
    """Select the calls, by number, from whose comparison an interest recuses somebody."""
    return recused_calls(sa.literal(person))


@lru_cache(_KEPT)
def conflicted(person: int) -> ColumnElement[bool]:
    """Return the condition on Proposal under which somebody is conflicted about it."""
    declared = select(Declaration.proposal_id).where(Declaration.person_id == person, is_conflict())
    return sa.or_(Proposal.id.in_(declared), Proposal.id.in_(left_behind(sa.literal(person))))


@lru_cache(_KEPT)
def applies(person: int) -> ColumnElement[bool]:
    """Return the condition on Proposal under which somebody applies in the same call."""
    return Proposal.call_id.in_(applied_calls(sa.literal(person)))


@lru_cache(_KEPT)
def reviews(person: int) -> ColumnElement[bool]:
    """Return the condition on Proposal under which somebody is a reviewer of its call."""
    return Proposal.call_id.in_(_appointed(person, Role.REVIEWER))


def _appointed(person: int, role: Role) -> Select[int]:
    """Select the calls for which somebody holds a role, or for the fund of which.

    Read first, as a list: a condition on each proposal would be asked anew for each.
    """
    there = sa.or_(Appointment.fund_id == Call.fund_id, Appointment.call_id == Call.id)
    return (
        select(Call.id)
        .join(Appointment, there)
        .where(Appointment.person_id == person, Appointment.role == role)
    )


@lru_cache(_KEPT)
def own(person: int) -> ColumnElement[bool]:
    """Return the condition on Proposal under which somebody writes at it."""
    member = select(Membership.organisation_id).where(Membership.person_id == person)
    team = select(TeamMember.proposal_id).where(TeamMember.person_id == person)
    return sa.or_(Proposal.organisation_id.in_(member), Proposal.id.in_(team))


@cache
def roles_there() -> Select[Role, bool]:
    """Select the roles of a person for a call or its fund, and whether an interest recuses them."""
    person, call, fund = (
        sa.bindparam(name, type_=sa.Integer) for name in ("person", "call", "fund")
    )
    return select(Appointment.role, sa.exists(recusing(person, call))).where(
        Appointment.person_id == person,
        sa.or_(Appointment.fund_id == fund, Appointment.call_id == call),
    )
