"""A project's agreement: its dates while it is prepared, and its signature."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import colander
from deform.widget import TextAreaWidget, TextInputWidget

from grants.projects.models import PlannedDeliverable, Project
from schemas.forms.amounts import Cents
from schemas.forms.base import FormSchema, _, stripped
from schemas.forms.days import Day

LONGEST = 2000


class SignSchema(FormSchema):
    """The day on which both sides had signed."""

    signed_on = colander.SchemaNode(
        Day(),
        title=_("Signed by both sides on"),
        widget=TextInputWidget(attributes={"type": "date"}),
    )


class ConditionsSchema(FormSchema):
    """How the conditions of an award were met."""

    note = colander.SchemaNode(
        colander.String(),
        title=_("How the conditions were met"),
        description=_("With the date and where the proof is kept. Only the fund reads it."),
        widget=TextAreaWidget(rows=3),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
    )


class SigningSchema(SignSchema):
    """The right day of a signature, and why it was another one."""

    reason = colander.SchemaNode(
        colander.String(),
        title=_("Why it is corrected"),
        widget=TextAreaWidget(rows=3),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
    )


class TerminationSchema(FormSchema):
    """Why a project ends before its time, and what becomes of its money. Bind currency."""

    reason = colander.SchemaNode(
        colander.String(),
        title=_("Reason for the termination"),
        description=_("The team reads it in an email and on the project’s page."),
        widget=TextAreaWidget(rows=3),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
    )
    freed_cents = colander.SchemaNode(
        Cents(),
        title=_("Available for the reserve list"),
        description=_(
            "The part of the award that will not be paid. Enter 0 if all of it is spent or"
            " still due."
        ),
        widget=TextInputWidget(attributes={"inputmode": "decimal", "autocomplete": "off"}),
    )


def dates_form(deliverables: Sequence[PlannedDeliverable]) -> colander.SchemaNode:
    """Make the form of an agreement's dates: start, end, and when each deliverable is due."""
    schema = FormSchema(validator=_in_order)
    schema.add(_day("starts_on", _("Start")))
    schema.add(_day("ends_on", _("End")))
    for it in deliverables:
        schema.add(_day(_due(it), _("Due: ${title}", mapping={"title": it.title})))
    return schema


def shown(project: Project) -> dict[str, date]:
    """Return the dates as they are now."""
    due = {_due(it): it.due_on for it in (owed.planned for owed in project.deliverables)}
    agreed = project.agreement
    return {"starts_on": agreed.starts_on, "ends_on": agreed.ends_on, **due}


def due_of(typed: Mapping[str, Any], deliverables: Sequence[PlannedDeliverable]) -> dict[int, date]:
    """Return the typed due dates by the deliverables' numbers."""
    return {it.number: typed[_due(it)] for it in deliverables}


def _due(deliverable: PlannedDeliverable) -> str:
    return f"due_{deliverable.number}"


def _day(name: str, title: Any) -> colander.SchemaNode:
    return colander.SchemaNode(
        Day(),
        name=name,
        title=title,
        widget=TextInputWidget(attributes={"type": "date"}),
    )


def _in_order(node: colander.SchemaNode, typed: Mapping[str, Any]) -> None:
    if typed["ends_on"] < typed["starts_on"]:
        wrong = colander.Invalid(node)
        wrong["ends_on"] = _("The project ends before it starts.")
        raise wrong
