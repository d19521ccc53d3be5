"""What a fund manager says to an item of the eligibility check."""

from typing import Any

import colander
from deform.widget import HiddenWidget, RadioChoiceWidget, TextAreaWidget

from schemas.forms.base import FormSchema, _, stripped

LONGEST = 2000

YES, NO = "yes", "no"


def _reason_where_needed(node: colander.SchemaNode, given: dict[str, Any]) -> None:
    if given["met"] == NO and not given["reason"]:
        wrong = colander.Invalid(node)
        wrong["reason"] = _("State why it is not met: the applicant is informed.")
        raise wrong


class CheckAnswer(FormSchema):
    """Whether one item is met, by which evidence, and why not."""

    code = colander.SchemaNode(colander.String(), widget=HiddenWidget())
    met = colander.SchemaNode(
        colander.String(),
        title=_("Is it met?"),
        widget=RadioChoiceWidget(values=((YES, _("Yes")), (NO, _("No")))),
        validator=colander.OneOf((YES, NO)),
    )
    evidence = colander.SchemaNode(
        colander.String(),
        title=_("Evidence"),
        description=_("Where you found it: a section, a page, a register."),
        widget=TextAreaWidget(rows=2),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
        missing="",
    )
    reason = colander.SchemaNode(
        colander.String(),
        title=_("Reason, if it is not met"),
        description=_("The applicant reads this."),
        widget=TextAreaWidget(rows=2),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
        missing="",
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, validator=_reason_where_needed, **more)
