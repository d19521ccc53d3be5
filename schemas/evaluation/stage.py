"""Opening a stage, and giving a reason for a step back in it."""

import colander
from deform.widget import TextAreaWidget, TextInputWidget

from schemas.forms.base import FormSchema, _, stripped
from schemas.forms.days import Day

LONGEST = 2000


class OpenStage(FormSchema):
    """When reviews are due."""

    due_on = colander.SchemaNode(
        Day(),
        title=_("Reviews are due on"),
        description=_("The end of this day, in the call’s time zone. You may leave it open."),
        widget=TextInputWidget(attributes={"type": "date"}),
        missing=None,
    )


class Reason(FormSchema):
    """Why something is reopened, declined or taken out."""

    reason = colander.SchemaNode(
        colander.String(),
        title=_("Reason"),
        widget=TextAreaWidget(rows=3),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
    )
