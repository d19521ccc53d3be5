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
    (Ruling.ALLOWED.value, _("No conflict: the person may go on")),
    (Ruling.CONFLICTED.value, _("A conflict: the person stays out")),
)


def _explained(node: colander.SchemaNode, given: dict[str, Any]) -> None:
    if given["interest"] != Interest.NONE and not given["explanation"]:
        wrong = colander.Invalid(node)
        wrong["explanation"] = _("Say in a sentence what the interest is.")
        raise wrong


class Declare(FormSchema):
    """What somebody declares about their interests in a proposal."""

    interest = colander.SchemaNode(
        colander.String(),
        title=_("Do you have an interest in this proposal?"),
        description=_(
            "Think of yourself, your family, your employer and your friends: work, money, "
            "a shared project, a dispute."
        ),
        widget=RadioChoiceWidget(values=INTERESTS),
        validator=colander.OneOf([value for value, _words in INTERESTS]),
    )
    explanation = colander.SchemaNode(
        colander.String(),
        title=_("What the interest is"),
        description=_("Needed if there is one, or may be. Only the fund reads it."),
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
