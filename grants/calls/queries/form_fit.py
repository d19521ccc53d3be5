"""Whether a call and its form fit together: they are written apart, and say some things twice."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from grants.calls.models import Call
from grants.calls.queries.stage_plans import EarlierStage
from grants.rules import money
from grants.rules.errors import Refused
from grants.rules.forms.definition import Definition
from grants.rules.forms.kinds.budgets import BudgetField
from grants.rules.forms.kinds.numbers import MoneyField
from grants.rules.forms.topics import ROLE
from grants.rules.words import N_


def contradictions(call: Call, definition: Definition) -> Iterator[Refused]:
    """Return all in which a form does not fit the call, in the words of whoever publishes it."""
    yield from _currency(call, definition)
    yield from _topics(call, definition)
    yield from _amounts(call, definition)


def moments(call: Call, earlier: Sequence[EarlierStage]) -> Iterator[Refused]:
    """Return where the forms of a call's stages do not come one after the other."""
    before, forms = call.closes_at, [call.form_id]
    for stage in earlier:
        if stage.form_id is None or stage.closes_at is None:
            continue
        if stage.form_id in forms:
            yield Refused(N_("Each stage needs a form of its own: one is chosen twice."))
        if stage.closes_at <= before:
            yield Refused(
                N_("The form after “{stage}” must close later than the one before it."),
                stage=stage.name,
            )
        before = stage.closes_at
        forms.append(stage.form_id)


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
                    "The call is in {own}, and its form “{form}” asks for amounts in {asked}."
                    " Choose one currency for both."
                ),
                own=call.currency,
                form=definition.title,
                asked=currency,
            )


def _topics(call: Call, definition: Definition) -> Iterator[Refused]:
    asked = definition.playing(ROLE)
    if asked and not call.topics:
        yield Refused(
            N_(
                "The form “{form}” asks for a topic, and the call names none. Tick the topics that"
                " proposals may choose from."
            ),
            form=definition.title,
        )
    if call.topics and not asked:
        yield Refused(
            N_(
                "The call names topics, and its form “{form}” does not ask for one. Take the topics"
                " out, or choose a form that asks for them."
            ),
            form=definition.title,
        )


def _amounts(call: Call, definition: Definition) -> Iterator[Refused]:
    """Return where a form's own limits keep out what the call says it gives."""
    budget, requested = definition.playing("budget"), definition.playing("requested_amount")
    if budget and isinstance(budget[1], BudgetField):
        percent = Fraction(budget[1].max_grant_percent, 100)
        if percent < call.cofinancing:
            yield Refused(
                N_(
                    "The form “{form}” accepts grants of at most {percent} % of the costs, and"
                    " the call offers up to {share}. Choose one share for both."
                ),
                form=definition.title,
                percent=budget[1].max_grant_percent,
                share={"share": call.cofinancing},
            )
    if requested and isinstance(requested[1], MoneyField):
        yield from _bounds(call, definition.title, requested[1])


def _bounds(call: Call, form: str, asked: MoneyField) -> Iterator[Refused]:
    message = N_(
        "The form “{form}” accepts grants up to {most}, and the call offers up to"
        " {largest}. Choose the same amount for both."
    )
    if asked.maximum is not None and asked.maximum < call.largest_cents:
        largest = money.Amount(call.largest_cents, call.currency)
        most = money.Amount(asked.maximum, call.currency)
        yield Refused(message, form=form, most=most, largest=largest)
    message = N_(
        "The form “{form}” accepts grants from {least}, and the call offers them from"
        " {smallest}. Choose the same amount for both."
    )
    if asked.minimum is not None and asked.minimum > max(call.smallest_cents, 1):
        smallest = money.Amount(call.smallest_cents, call.currency)
        least = money.Amount(asked.minimum, call.currency)
        yield Refused(message, form=form, least=least, smallest=smallest)


def require_one_currency(call: Call, definition: Definition) -> None:
    """Raise MixedCurrencies where a form asks for other money than its call gives."""
    for currency in definition.currencies:
        if currency != call.currency:
            raise money.MixedCurrencies(
                N_(
                    "The call is in {own}, and its form asks for amounts in {asked}. The fund must"
                    " correct the call first."
                ),
                own=call.currency,
                asked=currency,
            )
