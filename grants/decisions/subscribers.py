"""What follows for decisions: their letters, and money that is awarded already."""

from grants.decisions.service.decisions import Decisions
from grants.kit.jobs import defer
from grants.kit.subscribing import EventContext, Handlers
from grants.rules import events
from grants.rules.errors import Refused
from grants.rules.money import Amount
from grants.rules.words import N_


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


HANDLERS: Handlers = {
    events.CallChanging: (refuse_less_than_awarded,),
    events.LetterSent: (decision,),
}
