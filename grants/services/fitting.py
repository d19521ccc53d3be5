"""Whether a call and its form fit together: they are written apart, and say some things twice."""

from collections.abc import Iterator

from grants import money
from grants.errors import Refused
from grants.forms.definition import Definition
from grants.i18n import N_
from grants.models import Call


def contradictions(call: Call, definition: Definition) -> Iterator[Refused]:
    """Say all in which a form does not fit the call, in the words of whoever publishes it."""
    yield from _currency(call, definition)


def _currency(call: Call, definition: Definition) -> Iterator[Refused]:
    try:
        money.require_currency(call.currency)
    except Refused as refusal:
        yield refusal
        return
    for currency in definition.currencies:
        if currency != call.currency:
            yield Refused(
                N_(
                    "The call counts its money in {own}, and its form “{form}” asks for amounts in"
                    " {asked}. Choose one currency for both."
                ),
                own=call.currency,
                form=definition.title,
                asked=currency,
            )


def require_one_currency(call: Call, definition: Definition) -> None:
    """Raise MixedCurrencies where a form asks for other money than its call gives."""
    for currency in definition.currencies:
        if currency != call.currency:
            raise money.MixedCurrencies(
                N_(
                    "The call counts its money in {own}, and its form asks for amounts in {asked}."
                    " Its fund has to correct the call first."
                ),
                own=call.currency,
                asked=currency,
            )
