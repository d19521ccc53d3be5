"""Adding and removing rows of a sequence without a script, in forms of fixed schemas."""

from collections.abc import Iterable
from typing import Any

import colander
import peppercorn  # type: ignore[import-untyped]
from markupsafe import Markup

ACTIONS = ("add_row", "remove_row")


def pressed(controls: Iterable[tuple[str, Any]]) -> tuple[str, str, int] | None:
    """Find the button for rows that was pressed: what it does, to which field, to which row."""
    for name, _value in controls:
        action, _colon, rest = name.partition(":")
        field, _colon, number = rest.partition(":")
        if action in ACTIONS and field:
            return action, field, int(number) if number.isdecimal() else -1
    return None


def typed(controls: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Leave the buttons out: inside a sequence they would be taken for answers."""
    return [(name, value) for name, value in controls if name.partition(":")[0] not in ACTIONS]


def with_rows_changed(form: Any, controls: Iterable[tuple[str, Any]]) -> Markup | None:
    """Show the form with a row more or less, unvalidated; None if no such button was pressed."""
    given = list(controls)
    press = pressed(given)
    if press is None or press[1] not in _sequences(form):
        return None
    action, name, number = press
    cstruct = _typed_in(form, typed(given))
    rows = list(cstruct.get(name) or [])
    if action == "add_row":
        rows.append(colander.null)
    elif 0 <= number < len(rows):
        del rows[number]
    for child in form:
        child.sequence_fields = []
    form.cstruct = {**cstruct, name: rows}
    return Markup(form.serialize(form.cstruct))  # noqa: S704 -- autoescaped by the renderer


def _sequences(form: Any) -> set[str]:
    return {it.name for it in form if isinstance(it.schema.typ, colander.Sequence)}


def _typed_in(form: Any, controls: list[tuple[str, Any]]) -> dict[str, Any]:
    try:
        return dict(form.deserialize(peppercorn.parse(controls)))
    except colander.Invalid as strange:
        return dict(strange.value)
