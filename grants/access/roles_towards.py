"""The one question that settles what somebody is to a proposal."""

from functools import cache

import sqlalchemy as sa
from sqlalchemy import Select, select

from grants.access.involvement import among, applied_calls, conflicts, recusing, was_there
from grants.accounts.models import Appointment, Membership
from grants.evaluation.models import Assignment
from grants.proposals.models import Proposal, TeamMember
from grants.rules.workflow import AssignmentStatus, Role

CLEARED = (
    AssignmentStatus.ACCEPTED,
    AssignmentStatus.DRAFT,
    AssignmentStatus.SUBMITTED,
    AssignmentStatus.REOPENED,
    AssignmentStatus.LOCKED,
)
"""Where a declaration has opened a review to its reviewer."""


@cache
def standing() -> Select[*tuple[object, ...]]:
    """Ask all that decides on roles towards a proposal; built once, since each page asks."""
    person, proposal, organisation, fund, call = (
        sa.bindparam(name, type_=sa.Integer)
        for name in ("person", "proposal", "organisation", "fund", "call")
    )
    # Who judged an earlier form of a proposal sees nothing of a later one, unless asked again.
    here_now = select(Proposal.stage_id).where(Proposal.id == proposal).scalar_subquery()
    mine = sa.and_(
        Assignment.reviewer_id == person,
        Assignment.proposal_id == proposal,
        Assignment.stage_id == here_now,
    )
    here = sa.or_(Appointment.fund_id == fund, Appointment.call_id == call)
    member = select(Membership.id).where(
        Membership.person_id == person, Membership.organisation_id == organisation
    )
    reviews = (
        select(Appointment.id)
        .where(Appointment.person_id == person, here, Appointment.role == Role.REVIEWER)
        .exists()
    )
    asked_in = select(TeamMember.id).where(
        TeamMember.person_id == person, TeamMember.proposal_id == proposal
    )
    return select(
        member.exists(),
        asked_in.exists(),
        sa.or_(sa.exists(conflicts(person, proposal)), sa.exists(was_there(person, proposal))),
        sa.exists(among(applied_calls(person), call)),
        sa.and_(
            reviews, select(Assignment.id).where(mine, Assignment.status.in_(CLEARED)).exists()
        ),
        sa.and_(
            reviews,
            select(Assignment.id)
            .where(mine, Assignment.status == AssignmentStatus.OFFERED)
            .exists(),
        ),
        *(
            select(Appointment.id)
            .where(Appointment.person_id == person, here, Appointment.role == role)
            .exists()
            for role in (Role.MANAGER, Role.AUDITOR)
        ),
        sa.exists(recusing(person, call)),
    )
