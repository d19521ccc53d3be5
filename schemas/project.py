"""A project's agreement: its dates while it is prepared, and its signature."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import colander
from deform.widget import TextInputWidget

from grants.models import Deliverable, Project
from schemas.base import FormSchema, _


class SignSchema(FormSchema):
    """The day on which both sides had signed."""

    signed_on = colander.SchemaNode(
        colander.Date(),
        title=_("Signed by both sides on"),
        widget=TextInputWidget(attributes={"type": "date"}),
    )


def dates_form(deliverables: Sequence[Deliverable]) -> colander.SchemaNode:
    """Make the form of an agreement's dates: start, end, and when each deliverable is due."""
    schema = FormSchema(validator=_in_order)
    schema.add(_day("starts_on", _("Start")))
    schema.add(_day("ends_on", _("End")))
    for it in deliverables:
        schema.add(_day(_due(it), _("Due: ${title}", mapping={"title": it.title})))
    return schema


def shown(project: Project) -> dict[str, date]:
    """Give the dates as they are now."""
    due = {_due(it): it.due_on for it in project.deliverables}
    return {"starts_on": project.starts_on, "ends_on": project.ends_on, **due}


def due_of(typed: Mapping[str, Any], deliverables: Sequence[Deliverable]) -> dict[int, date]:
    """Give the typed due dates by the deliverables' numbers."""
    return {it.number: typed[_due(it)] for it in deliverables}


def _due(deliverable: Deliverable) -> str:
    return f"due_{deliverable.number}"


def _day(name: str, title: Any) -> colander.SchemaNode:
    return colander.SchemaNode(
        colander.Date(),
        name=name,
        title=title,
        widget=TextInputWidget(attributes={"type": "date"}),
    )


def _in_order(node: colander.SchemaNode, typed: Mapping[str, Any]) -> None:
    if typed["ends_on"] < typed["starts_on"]:
        wrong = colander.Invalid(node)
        wrong["ends_on"] = _("The project ends before it starts.")
        raise wrong
