"""What each kind of field is typed into, by the kind's name: its part that only a page knows.

What is one value is named here; groups, rows, budgets and files are built by their shape, of parts
that are named here.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from deform.widget import (
    CheckboxChoiceWidget,
    CheckboxWidget,
    RadioChoiceWidget,
    SelectWidget,
    TextInputWidget,
    Widget,
)

from grants.rules.countries import named
from grants.rules.forms.field import Field
from schemas.forms.base import _
from schemas.proposal_form.widgets import CountedTextArea, LongSelect

FEW = 9
"""Up to so many options are shown at once, more of them in a list that opens."""

Input = Callable[[Any, str], Widget]
"""Makes the widget of a field in a language."""


def _line(**attributes: str) -> Input:
    return lambda _field, _language: TextInputWidget(strip=False, attributes=dict(attributes))


def _long_text(field: Any, _language: str) -> Widget:
    return CountedTextArea(max_words=field.max_words, max_characters=field.max_characters)


def _choice(field: Any, language: str) -> Widget:
    if len(field.options) > FEW:
        return _list(field, language)
    return RadioChoiceWidget(values=_options(field))


def _list(field: Any, _language: str) -> Widget:
    return SelectWidget(values=[("", _("Choose one")), *_options(field)], keeps=True)


def _choices(field: Any, _language: str) -> Widget:
    return CheckboxChoiceWidget(values=_options(field))


def _country(field: Any, language: str) -> Widget:
    return LongSelect(values=countries(field.offered, language))


def _tick(_field: Any, _language: str) -> Widget:
    return CheckboxWidget()


INPUTS: Mapping[str, Input] = {
    "short_text": _line(),
    "long_text": _long_text,
    "email": _line(type="email", autocomplete="off"),
    "choice": _choice,
    "choices": _choices,
    "declaration": _tick,
    "number": _line(inputmode="numeric"),
    "money": _line(inputmode="decimal"),
    "rate": _line(inputmode="decimal"),
    "quantity": _line(inputmode="decimal"),
    "date": _line(type="date"),
    "country": _country,
}
"""Of each kind that is one value or several of a list."""

COLUMNS: Mapping[str, Input] = {**INPUTS, "choice": _list}
"""The same in a column of rows: radio buttons of one name would be one group across all of them."""


def widget_of(field: Field, language: str, inputs: Mapping[str, Input] = INPUTS) -> Widget:
    """Make the widget of a simple field."""
    return inputs[field.kind](field, language)


@cache
def countries(codes: tuple[str, ...], language: str) -> tuple[tuple[str, str], ...]:
    """Name countries in a language, in its alphabetical order."""
    return (("", "–"), *named(language, codes))


def _options(field: Any) -> list[tuple[str, str]]:
    return [(option.code, option.label) for option in field.options]
