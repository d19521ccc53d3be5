"""What an applicant answers to an award."""

from typing import Any

import colander
from deform.widget import RadioChoiceWidget, TextAreaWidget

from schemas.forms.base import FormSchema, _, stripped

ACCEPT, DECLINE = "accept", "decline"


class AwardAnswerSchema(FormSchema):
    """Whether an award is accepted; why, if it is not."""

    reply = colander.SchemaNode(
        colander.String(),
        title=_("Your answer"),
        widget=RadioChoiceWidget(
            values=((ACCEPT, _("We accept the award")), (DECLINE, _("We decline it")))
        ),
        validator=colander.OneOf((ACCEPT, DECLINE)),
    )
    reason = colander.SchemaNode(
        colander.String(),
        title=_("Why do you decline it?"),
        description=_("Only if you decline. The fund reads this."),
        widget=TextAreaWidget(rows=4),
        preparer=stripped,
        validator=colander.Length(max=2000),
        missing="",
    )

    def validator(self, node: colander.SchemaNode, given: dict[str, Any]) -> None:
        """Ask for a reason where the award is declined."""
        if given["reply"] == DECLINE and not given["reason"]:
            wrong = colander.Invalid(node)
            wrong["reason"] = _("State why you decline the award.")
            raise wrong
