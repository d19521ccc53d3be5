"""Awards that wait for their applicants' answers: told to teams, and to managers once overdue."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from grants.accounts.models import Membership, Person
from grants.calls.models import Call
from grants.decisions.models import Decision
from grants.decisions.queries.award_answers import ANSWERED
from grants.oversight.queries.waiting.kinds import Waiting, WaitingKind
from grants.projects.models import Project
from grants.proposals.models import Proposal
from grants.rules import timezones
from grants.rules.workflow import ProjectStatus

TO_ANSWER = sa.and_(
    Decision.proposal_id == Project.proposal_id,
    Decision.is_current,
    Decision.notified_at.is_not(None),
    Decision.answer_by.is_not(None),
    Project.status == ProjectStatus.PREPARATION,
    ~ANSWERED,
)
"""The condition under which a decision is an award that is to be answered."""


def of_member(person: Person) -> ColumnElement[bool]:
    """Return the condition on Proposal under which somebody is a member of its applicant.

    Whoever is only a guest in the team does not answer for it.
    """
    mine = sa.select(Membership.organisation_id).where(Membership.person_id == person.id)
    return Proposal.organisation_id.in_(mine)


def answer_asked(project: Project, day: date) -> Waiting:
    """Tell a team of an award that it is asked to accept or decline."""
    path = f"/proposals/{project.reference.removesuffix('-P')}/answer"
    return Waiting(kind=WaitingKind.ANSWER_AWARDS, path=path, where=project.title, count=1, day=day)


def unanswered(calls: Mapping[int, Call], now: datetime) -> ColumnElement[bool]:
    """Return the condition under which the award of a project was not answered in time."""
    late = (
        sa.and_(
            Decision.call_id.in_([number for number, it in calls.items() if it.zone == zone]),
            Decision.answer_by < timezones.day(now, zone),
        )
        for zone in sorted({call.zone for call in calls.values()})
    )
    due = sa.select(Decision.id).where(TO_ANSWER, sa.or_(sa.false(), *late))
    return due.correlate(Project).exists()
