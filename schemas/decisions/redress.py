"""What an applicant asks for when it asks for redress, and what the fund says to it."""

import colander
from deform.widget import RadioChoiceWidget, TextAreaWidget

from schemas.forms.base import FormSchema, _, stripped

LONGEST = 8000
FOUNDED, UNFOUNDED = "founded", "unfounded"


class AskRedress(FormSchema):
    """What was not right in the procedure."""

    grounds = colander.SchemaNode(
        colander.String(),
        title=_("What was not right in the procedure?"),
        description=_(
            "Name the point of the procedure and what happened: for example a rule of the call"
            " that was not applied, a fact that was overlooked, an interest that was not declared."
            " Redress is not a second evaluation of your proposal."
        ),
        widget=TextAreaWidget(rows=10),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
    )


class SettleRedress(FormSchema):
    """Whether a request is founded, and why."""

    outcome = colander.SchemaNode(
        colander.String(),
        title=_("Outcome"),
        widget=RadioChoiceWidget(
            values=(
                (UNFOUNDED, _("Not founded: the procedure was right, the decision stands")),
                (FOUNDED, _("Founded: the fund decides again")),
            )
        ),
        validator=colander.OneOf((FOUNDED, UNFOUNDED)),
    )
    reasons = colander.SchemaNode(
        colander.String(),
        title=_("Reasons"),
        description=_("The applicant reads them."),
        widget=TextAreaWidget(rows=8),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
    )
