"""A draw among tied proposals: the place of each, and how it was held."""

from collections.abc import Mapping, Sequence
from typing import Any

import colander
from deform.widget import HiddenWidget, MappingWidget, SelectWidget, TextAreaWidget

from schemas.forms.base import FormSchema, _, stripped

LONGEST = 2000


def draw_form(tied: Mapping[str, str], tie: int) -> colander.SchemaNode:
    """Ask for the place of each tied proposal; `tied` gives their titles by reference."""
    schema = FormSchema()
    schema.add(
        colander.SchemaNode(colander.Integer(), name="tie", widget=HiddenWidget(), default=tie)
    )
    places = colander.SchemaNode(
        colander.Mapping(),
        name="places",
        title=_("The order in which they were drawn"),
        widget=MappingWidget(),
        validator=_each_place_once,
    )
    choices = [(str(place), str(place)) for place in range(1, len(tied) + 1)]
    for reference, title in sorted(tied.items()):
        places.add(
            colander.SchemaNode(
                colander.String(),
                name=reference,
                title=f"{reference} {title}",
                widget=SelectWidget(values=[("", _("Not stated yet")), *choices]),
                validator=colander.OneOf([value for value, _words in choices]),
            )
        )
    schema.add(places)
    schema.add(
        colander.SchemaNode(
            colander.String(),
            name="reason",
            title=_("How the draw was held"),
            description=_("Who was present, and how the draw was held. This is recorded."),
            widget=TextAreaWidget(rows=3),
            preparer=stripped,
            validator=colander.Length(max=LONGEST),
        )
    )
    return schema


def seeded_draw_form(tie: int) -> colander.SchemaNode:
    """Ask for nothing: the order follows from the seed."""
    schema = FormSchema()
    schema.add(
        colander.SchemaNode(colander.Integer(), name="tie", widget=HiddenWidget(), default=tie)
    )
    return schema


def order(places: Mapping[str, str]) -> Sequence[str]:
    """Return the references in the order that was drawn."""
    return sorted(places, key=lambda reference: int(places[reference]))


def _each_place_once(node: colander.SchemaNode, given: Mapping[str, Any]) -> None:
    if len(set(given.values())) < len(given):
        raise colander.Invalid(node, _("Two proposals cannot have the same rank."))
