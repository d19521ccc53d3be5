"""Declaring interests, and ruling on them."""

from typing import Any

import colander
from deform.widget import HiddenWidget, RadioChoiceWidget, TextAreaWidget

from grants.rules.workflow import Interest, Ruling
from schemas.forms.base import FormSchema, _, stripped

LONGEST = 2000

INTERESTS = (
    (Interest.NONE.value, _("I have no interest in this proposal.")),
    (
        Interest.POTENTIAL.value,
        _("There may be one: the fund should decide. Until then I do not see the proposal."),
    ),
    (
        Interest.DISQUALIFYING.value,
        _("I have an interest. I take no part and no longer see the proposal."),
    ),
)
RULINGS = (
    (Ruling.ALLOWED.value, _("No conflict of interest: the person may continue")),
    (Ruling.CONFLICTED.value, _("Conflict of interest: the person is excluded")),
)


def _explained(node: colander.SchemaNode, given: dict[str, Any]) -> None:
    if given["interest"] != Interest.NONE and not given["explanation"]:
        wrong = colander.Invalid(node)
        wrong["explanation"] = _("Describe the interest in a sentence.")
        raise wrong


class Declare(FormSchema):
    """What somebody declares about their interests in a proposal."""

    interest = colander.SchemaNode(
        colander.String(),
        title=_("Do you have an interest in this proposal?"),
        description=_(
            "Consider yourself, your family, your employer and your friends: work, financial"
            " interests, a shared project, a dispute."
        ),
        widget=RadioChoiceWidget(values=INTERESTS),
        validator=colander.OneOf([value for value, _words in INTERESTS]),
    )
    explanation = colander.SchemaNode(
        colander.String(),
        title=_("Description of the interest"),
        description=_("Required if there is or may be one. Only the fund reads it."),
        widget=TextAreaWidget(rows=3),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
        missing="",
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, validator=_explained, **more)


class Rule(FormSchema):
    """The fund's ruling on a potential conflict."""

    declaration = colander.SchemaNode(colander.Integer(), widget=HiddenWidget())
    ruling = colander.SchemaNode(
        colander.String(),
        title=_("Ruling"),
        widget=RadioChoiceWidget(values=RULINGS),
        validator=colander.OneOf([value for value, _words in RULINGS]),
    )
    reason = colander.SchemaNode(
        colander.String(),
        title=_("Reason"),
        widget=TextAreaWidget(rows=2),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
    )
