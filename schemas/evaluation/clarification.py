"""What a fund manager asks an applicant during the check, and why a question is withdrawn."""

from collections.abc import Sequence

import colander
from deform.widget import CheckboxChoiceWidget, TextAreaWidget, TextInputWidget

from schemas.forms.base import FormSchema, _, stripped
from schemas.forms.days import Day

LONGEST = 4000


def clarification_form(fields: Sequence[tuple[str, str]]) -> FormSchema:
    """Return the form of a question; `fields` are those that it may open, with their labels."""
    schema = FormSchema()
    schema.add(
        colander.SchemaNode(
            colander.String(),
            name="question",
            title=_("Question to the applicant"),
            description=_("The team receives it by email."),
            widget=TextAreaWidget(rows=4),
            preparer=stripped,
            validator=colander.Length(max=LONGEST),
        )
    )
    schema.add(
        colander.SchemaNode(
            colander.Set(),
            name="fields",
            title=_("Fields that may be changed"),
            description=_("Everything else stays as it was submitted."),
            widget=CheckboxChoiceWidget(values=list(fields)),
            validator=colander.Length(min=1, min_err=_("Choose the fields that may be changed.")),
        )
    )
    schema.add(
        colander.SchemaNode(
            Day(),
            name="due_on",
            title=_("Answer until"),
            description=_("The end of this day, in the call’s time zone."),
            widget=TextInputWidget(attributes={"type": "date"}),
        )
    )
    return schema
