"""What stands between a proposal and handing it in: its form's rules and its call's."""

from collections.abc import Iterator, Mapping
from math import floor
from typing import Any

from grants.forms.answers import Answers, Missing, missing
from grants.forms.definition import Definition
from grants.forms.lifted import Lifted, lifted
from grants.i18n import N_
from grants.models import Call
from grants.money import Amount

_PLACES = (("requested_amount", ()), ("budget", ("requested",)))


def still_missing(call: Call, definition: Definition, answers: Answers) -> tuple[Missing, ...]:
    """List all that must be done before this can be handed in, in the order of the form."""
    found = [*missing(definition, answers), *_over_the_call(call, definition, answers)]
    order = {section.code: place for place, section in enumerate(definition.sections)}
    return tuple(sorted(found, key=lambda one: order[one.section]))


def _over_the_call(call: Call, definition: Definition, answers: Answers) -> Iterator[Missing]:
    """Hold the grant asked for to what the call gives."""
    facts = lifted(definition, answers)
    if facts.requested_cents is None:
        return
    for message, values in _limits(call, facts):
        yield _at_the_grant(definition, message, values)


def _limits(call: Call, facts: Lifted) -> Iterator[tuple[str, Mapping[str, Any]]]:
    asked = facts.requested_cents or 0
    if asked < call.smallest_cents:
        message = N_("You ask for less than the smallest grant of this call, {limit}.")
        yield message, {"limit": _money(call, call.smallest_cents)}
    if asked > call.largest_cents:
        message = N_("You ask for more than the largest grant of this call, {limit}.")
        yield message, {"limit": _money(call, call.largest_cents)}
    if facts.total_cents is None:
        return
    most = floor(facts.total_cents * call.cofinancing)
    if asked > most:
        message = N_("The fund pays a share of the costs only: here at most {limit}.")
        yield message, {"limit": _money(call, most)}


def _money(call: Call, cents: int) -> Amount:
    return Amount(cents, call.currency)


def _at_the_grant(definition: Definition, message: str, values: Mapping[str, Any]) -> Missing:
    for role, path in _PLACES:
        found = definition.playing(role)
        if found is not None:
            section, field = found
            return Missing(section.code, field.code, field.label, message, values, path, False)
    raise LookupError("an amount was lifted from a form that asks for none")
