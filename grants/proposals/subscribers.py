"""What follows for proposals: reminders, receipts, and who of a team is told."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from grants.accounts.correspondence import language_for, write
from grants.accounts.models import Person
from grants.kit.jobs import defer
from grants.kit.language.formats import formats
from grants.kit.subscribing import EventContext, Handlers
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries.reading import team_of
from grants.proposals.queries.received_under import CURRENCY_STAYS, has_proposals, topics_in_use
from grants.proposals.service.after_closing import NOTICE, await_end
from grants.rules import events
from grants.rules.errors import NotAllowedNow
from grants.rules.words import N_
from grants.rules.workflow import ProposalStatus


def refuse_what_is_written_on(event: events.CallChanging, context: EventContext) -> None:
    """Refuse to take away the form, currency or topic in which proposals are being written."""
    call, facts = event.call, event.facts
    written = has_proposals(context.db, call)
    if written and facts.form_id != call.form_id:
        raise NotAllowedNow(
            N_("The form can no longer be changed: proposals are being written with it.")
        )
    if written and facts.currency != call.currency and not event.mends_the_currency:
        raise NotAllowedNow(CURRENCY_STAYS)
    gone = {topic.code: topic for topic in call.topics if topic.id not in facts.topic_ids}
    used = topics_in_use(context.db, call) if gone else set()
    for code, topic in gone.items():
        if code in used:
            raise NotAllowedNow(
                N_("Proposals are being written under “{topic}”: the topic cannot be removed."),
                topic=topic.name,
            )


def corrected(event: events.CallCorrected, context: EventContext) -> None:
    """Tell everybody who is writing under the call."""
    writing = select(Proposal).where(
        Proposal.call_id == event.call.id, Proposal.status != ProposalStatus.WITHDRAWN
    )
    told: dict[int, tuple[Person, datetime]] = {}
    for proposal in context.db.scalars(writing):
        for person in team_of(context.db, proposal):
            # Who is at a later form reads until when that one is written.
            _person, known = told.get(person.id, (person, proposal.closes_at))
            told[person.id] = (person, max(known, proposal.closes_at))
    for person, until in told.values():
        said = formats(language_for(person, event.call.fund, context.settings))
        closes = said.moment(until, event.call.zone)
        write(
            context,
            person,
            "call_corrected",
            fund=event.call.fund,
            about=event.call.scope,
            key=f"corrected/{event.call.code}/{event.version.number}/{person.id}",
            title=event.call.title,
            code=event.call.code,
            reason=event.version.reason,
            closes=closes,
            url=context.settings.url("calls", event.call.code),
        )


def taken_back(event: events.ProposalTakenBack, context: EventContext) -> None:
    """Tell the whole team that its proposal was reopened, by whom, and what counts now."""
    _to_team(context, event.proposal, "taken_back", event.version, by=event.by.name)


def stands(event: events.ProposalStands, context: EventContext) -> None:
    """Tell the team which version counts, now that the call is closed."""
    _to_team(context, event.proposal, "version_counts", event.version)


def withdrawn(event: events.ProposalWithdrawn, context: EventContext) -> None:
    """Tell the whole team that its proposal is withdrawn, by whom, and how to undo that."""
    proposal, values = event.proposal, {"by": event.by.name, "reason": event.reason}
    undone = proposal.closes_at > (proposal.withdrawn_at or proposal.closes_at)
    _to_team(context, event.proposal, "withdrawn", None, undone=undone, **values)


def restored(event: events.ProposalRestored, context: EventContext) -> None:
    """Tell the whole team that the withdrawal was undone, by whom, and where that leaves it."""
    _to_team(context, event.proposal, "restored", event.version, by=event.by.name)


def invited(event: events.ProposalInvited, context: EventContext) -> None:
    """Tell the whole team that it goes on, and until when it writes the next form."""
    form = event.proposal.form.title
    _to_team(context, event.proposal, "invited_to_write", None, form=form)


def clarification_asked(event: events.ClarificationAsked, context: EventContext) -> None:
    """Tell the team what is asked, and until when it can answer."""
    asked = event.clarification
    proposal, call = asked.proposal, asked.proposal.call
    named = f"remind_clarification/{asked.id}"
    at = asked.due_at - NOTICE
    if at > asked.asked_at:
        defer(context.db, "remind_clarification", key=named, at=at, clarification_id=asked.id)
    for person in team_of(context.db, proposal):
        said = formats(language_for(person, call.fund, context.settings))
        write(
            context,
            person,
            "clarification",
            fund=call.fund,
            title=proposal.title,
            reference=proposal.reference,
            question=asked.question,
            until=said.moment(asked.due_at, call.zone),
            url=context.settings.url("proposals", proposal.reference, "clarification"),
        )


def clarification_withdrawn(event: events.ClarificationWithdrawn, context: EventContext) -> None:
    """Tell the team, which may be at work on an answer, that none is needed, and why."""
    asked = event.clarification
    _to_team(
        context,
        asked.proposal,
        "clarification_withdrawn",
        asked.before,
        question=asked.question,
        reason=asked.reason,
    )


def receipt(event: events.ProposalSubmitted, context: EventContext) -> None:
    """Have the receipt made and sent, exactly once for each version."""
    number = event.version.id
    defer(context.db, "send_receipt", key=f"send_receipt/{number}", version_id=number)


def expect(event: events.DeadlineSet, context: EventContext) -> None:
    """Have the teams reminded before the deadline, and what was reopened settled at it."""
    await_end(context.db, event.call)


def _to_team(
    context: EventContext,
    proposal: Proposal,
    template: str,
    version: ProposalVersion | None,
    **values: Any,
) -> None:
    call = proposal.call
    for person in team_of(context.db, proposal):
        said = formats(language_for(person, call.fund, context.settings))
        write(
            context,
            person,
            template,
            fund=call.fund,
            title=version.content["lifted"]["title"] if version else proposal.title,
            reference=proposal.reference,
            receipt=version.receipt if version else "",
            received=said.moment(version.submitted_at, call.zone) if version else "",
            closes=said.moment(proposal.closes_at, call.zone),
            url=context.settings.url("proposals", proposal.reference),
            **values,
        )


HANDLERS: Handlers = {
    events.CallChanging: (refuse_what_is_written_on,),
    events.CallCorrected: (corrected,),
    events.DeadlineSet: (expect,),
    events.ProposalSubmitted: (receipt,),
    events.ProposalTakenBack: (taken_back,),
    events.ProposalWithdrawn: (withdrawn,),
    events.ProposalRestored: (restored,),
    events.ProposalStands: (stands,),
    events.ProposalInvited: (invited,),
    events.ClarificationAsked: (clarification_asked,),
    events.ClarificationWithdrawn: (clarification_withdrawn,),
}
