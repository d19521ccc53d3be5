"""What stands between a proposal and submitting it: its form's rules and its call's."""

from collections.abc import Iterator, Mapping
from math import floor
from typing import Any

from grants.calls.models import Call
from grants.calls.queries.periods import days_around
from grants.rules.forms.answers import Answers, Missing, missing
from grants.rules.forms.definition import Definition
from grants.rules.forms.key_fields import KeyFields, lifted
from grants.rules.forms.kinds.dates import day
from grants.rules.money import Amount
from grants.rules.words import N_

_PLACES = (("requested_amount", ()), ("budget", ("requested",)))


def still_missing(call: Call, definition: Definition, answers: Answers) -> tuple[Missing, ...]:
    """List all that must be done before this can be submitted, in the order of the form."""
    found = [*missing(definition, answers), *_against_the_call(call, definition, answers)]
    order = {section.code: place for place, section in enumerate(definition.sections)}
    return tuple(sorted(found, key=lambda one: order[one.section]))


def in_section(
    call: Call, definition: Definition, code: str, answers: Answers
) -> tuple[Missing, ...]:
    """List what is written in one section and contradicts the call or the rest of the proposal."""
    found = _against_the_call(call, definition, answers)
    return tuple(one for one in found if one.section == code)


def grant_limits(definition: Definition) -> tuple[str, str]:
    """Name the section and the field in which the grant is typed; "" twice if in none."""
    for role, _path in _PLACES:
        if found := definition.playing(role):
            return found[0].code, found[1].code
    return "", ""


def _against_the_call(call: Call, definition: Definition, answers: Answers) -> Iterator[Missing]:
    yield from _over_the_call(call, definition, answers)
    yield from _at_home(definition, answers)
    yield from _outside_the_period(call, definition, answers)


def _at_home(definition: Definition, answers: Answers) -> Iterator[Missing]:
    """Hold the paired city to lie abroad, where the form asks that."""
    found, facts = definition.playing("paired_city"), lifted(definition, answers)
    if found is None or not getattr(found[1], "abroad", False):
        return
    here, there = facts.city, facts.paired_city
    if here and there and here.country and here.country == there.country:
        section, field = found
        message = N_("Choose a city in another country: the lead city is in this one.")
        yield Missing(
            section.code, field.code, field.label, message, {}, ("country",), absent=False
        )


def _outside_the_period(call: Call, definition: Definition, answers: Answers) -> Iterator[Missing]:
    """Hold what is promised to the project's period, and the days around it that count."""
    found, facts = definition.playing("deliverables"), lifted(definition, answers)
    if found is None or facts.starts_on is None or facts.ends_on is None:
        return
    section, field = found
    first, last = days_around(call, facts.starts_on, facts.ends_on)
    for number, row in enumerate((answers.get(section.code) or {}).get(field.code) or ()):
        due = day(row.get("due_on")) if isinstance(row, dict) else None
        if due is not None and not first <= due <= last:
            message = N_("Outside the project’s period: choose a day from {first} to {last}.")
            values = {"first": first, "last": last}
            path = (number, "due_on")
            yield Missing(
                section.code, field.code, field.label, message, values, path, absent=False
            )


def _over_the_call(call: Call, definition: Definition, answers: Answers) -> Iterator[Missing]:
    """Hold the grant asked for to what the call gives."""
    facts = lifted(definition, answers)
    if facts.requested_cents is None:
        return
    for message, values in _limits(call, facts):
        yield _at_the_grant(definition, message, values)


def _limits(call: Call, facts: KeyFields) -> Iterator[tuple[str, Mapping[str, Any]]]:
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
