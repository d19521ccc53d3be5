"""What follows for projects: made of awards, agreements sent, events in the calendar."""

import secrets

from sqlalchemy import select

from grants.access import Access
from grants.accounts.correspondence import write
from grants.decisions.queries.awarded_money import AWARDS
from grants.kit.jobs import defer
from grants.kit.subscribing import EventContext, Handlers
from grants.projects.models import Deliverable, DeliverableType, Event
from grants.projects.service.projects import Projects
from grants.proposals.queries.reading import team_of
from grants.rules import events

HELD = frozenset(
    {
        DeliverableType.WEBINAR,
        DeliverableType.MISSION,
        DeliverableType.ROADSHOW,
        DeliverableType.EXHIBITION,
        DeliverableType.WORKSHOP,
        DeliverableType.SUMMIT,
    }
)
"""Deliverables that take place on a day, and so are events of the programme."""


def agreement(event: events.ProjectPrepared | events.ProjectSigned, context: EventContext) -> None:
    """Send the agreement to the team: first to be read, then as it was signed."""
    number = event.project.id
    key = f"send_agreement/{number}/{event.project.status.value}"
    if corrections := event.project.agreement.signing_corrections:
        key += f"/{corrections}"
    defer(context.db, "send_agreement", key=key, project_id=number)


def returned(event: events.DeliverableReturned, context: EventContext) -> None:
    """Tell a project's team what is missing from a deliverable."""
    it = event.deliverable
    address = context.settings.url("projects", it.project.reference, "deliverables", str(it.number))
    for person in team_of(context.db, it.project.proposal):
        write(
            context,
            person,
            "deliverable_returned",
            fund=it.project.proposal.call.fund,
            about=it.project.proposal.scope,
            title=it.planned.title,
            reference=it.project.reference,
            number=it.number,
            reason=it.return_reason,
            url=address,
        )


def terminated(event: events.ProjectTerminated, context: EventContext) -> None:
    """Tell a project's team that it ends here, and why."""
    it = event.project
    for person in team_of(context.db, it.proposal):
        write(
            context,
            person,
            "terminated",
            fund=it.proposal.call.fund,
            key=f"terminated/{it.id}/{person.id}",
            reference=it.reference,
            title=it.title,
            reason=it.termination_reason,
            url=context.settings.url("projects", it.reference),
        )


def answered(event: events.AwardAnswered, context: EventContext) -> None:
    """Tell a team and the managers of the call what was answered to an award."""
    it = event.answer
    proposal = it.decision.proposal
    team, managers = team_of(context.db, proposal), Access(context.db).managers(proposal.call)
    url = context.settings.url("proposals", proposal.reference)
    for person in {it.id: it for it in (*team, *context.db.scalars(managers))}.values():
        write(
            context,
            person,
            "award_answered",
            fund=proposal.call.fund,
            about=proposal.scope,
            key=f"award answered/{it.id}/{person.id}",
            accepted=it.accepted,
            reason=it.reason,
            organisation=proposal.organisation.name,
            reference=proposal.reference,
            title=proposal.title,
            url=url,
        )


def prepare(event: events.LetterSent, context: EventContext) -> None:
    """Make a project of an award, with an agreement to sign."""
    notified_at = event.decision.notified_at
    if event.decision.kind in AWARDS and notified_at is not None:
        projects = Projects(context.db, context.publish, lambda: notified_at)
        projects.prepare(event.proposal, event.decision, by=event.decision.decided_by)


def enter(event: events.DeliverableAccepted, context: EventContext) -> None:
    """Put what took place into the public calendar, unless it is there already."""
    it = event.deliverable
    if (
        it.planned.type in HELD
        and it.held_on
        and it.project.public
        and not _is_entered(it, context)
    ):
        context.db.add(
            Event(
                token=secrets.token_urlsafe(12),
                programme_id=it.project.proposal.call.fund.programme_id,
                project_id=it.project_id,
                title=it.planned.title,
                place=it.place,
                address=it.address,
                starts_on=it.held_on,
                ends_on=it.held_until or it.held_on,
                entered_at=it.accepted_at,
            )
        )


def _is_entered(it: Deliverable, context: EventContext) -> bool:
    entries = context.db.scalars(select(Event).where(Event.project_id == it.project_id))
    its = (it.planned.title, it.held_on)
    return any((entry.title, entry.first_day) == its for entry in entries)


HANDLERS: Handlers = {
    events.LetterSent: (prepare,),
    events.AwardAnswered: (answered,),
    events.ProjectPrepared: (agreement,),
    events.ProjectSigned: (agreement,),
    events.ProjectTerminated: (terminated,),
    events.DeliverableReturned: (returned,),
    events.DeliverableAccepted: (enter,),
}
