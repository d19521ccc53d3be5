"""What follows for decisions: their letters, and money that is awarded already."""

from grants.access import Access
from grants.accounts.correspondence import write
from grants.decisions.service.decisions import Decisions
from grants.kit.jobs import defer
from grants.kit.subscribing import EventContext, Handlers
from grants.proposals.queries.reading import team_of
from grants.rules import events
from grants.rules.errors import Refused
from grants.rules.money import Amount
from grants.rules.words import N_
from grants.rules.workflow.redress import RedressStatus


def refuse_less_than_awarded(event: events.CallChanging, context: EventContext) -> None:
    """Refuse an envelope that is smaller than what is awarded from it."""
    awarded = Decisions(context.db, context.publish).money(event.call).awarded
    if event.facts.envelope_cents < awarded:
        raise Refused(
            N_("{awarded} is already awarded: the envelope cannot be smaller."),
            awarded=Amount(awarded, event.call.currency),
        )


def decision(event: events.LetterSent, context: EventContext) -> None:
    """Have the decision letter made and sent."""
    number = event.decision.id
    defer(context.db, "send_letter", key=f"send_letter/{number}", decision_id=number)


def redress_asked(event: events.RedressAsked, context: EventContext) -> None:
    """Tell the managers of the call that redress is asked for."""
    it, proposal = event.request, event.request.decision.proposal
    for person in context.db.scalars(Access(context.db).managers(proposal.call)):
        write(
            context,
            person,
            "redress_asked",
            fund=proposal.call.fund,
            about=proposal.scope,
            key=f"redress asked/{it.id}/{person.id}",
            organisation=proposal.organisation.name,
            reference=proposal.reference,
            title=proposal.title,
            url=context.settings.url("manage", "calls", proposal.call.code, "redress", str(it.id)),
        )


def redress_settled(event: events.RedressSettled, context: EventContext) -> None:
    """Tell the team what came of its request."""
    it, proposal = event.request, event.request.decision.proposal
    for person in team_of(context.db, proposal):
        write(
            context,
            person,
            "redress_settled",
            fund=proposal.call.fund,
            about=proposal.scope,
            key=f"redress settled/{it.id}/{person.id}",
            founded=it.status is RedressStatus.FOUNDED,
            reasons=it.reasons,
            reference=proposal.reference,
            title=proposal.title,
            url=context.settings.url("proposals", proposal.reference, "redress"),
        )


HANDLERS: Handlers = {
    events.RedressAsked: (redress_asked,),
    events.RedressSettled: (redress_settled,),
    events.CallChanging: (refuse_less_than_awarded,),
    events.LetterSent: (decision,),
}
