"""A decision on a proposal: what, how much, why; and more where it departs from the ranking."""

from typing import Any

import colander
from deform.widget import RadioChoiceWidget, SelectWidget, TextAreaWidget, TextInputWidget

from grants.rules.labels import DECISION_CHOICES
from grants.rules.workflow import DecisionKind
from schemas.forms.amounts import Cents
from schemas.forms.base import FormSchema, _, stripped

LONGEST = 5000

WORDS = {kind: _(words) for kind, words in DECISION_CHOICES.items()}
_AWARDS = (DecisionKind.AWARD, DecisionKind.AWARD_WITH_CONDITIONS)


def _kinds(_node: colander.SchemaNode, bound: dict[str, Any]) -> object:
    return RadioChoiceWidget(values=[(kind.value, WORDS[kind]) for kind in bound["kinds"]])


def _one_of(_node: colander.SchemaNode, bound: dict[str, Any]) -> object:
    return colander.OneOf([kind.value for kind in bound["kinds"]])


def _signatories(_node: colander.SchemaNode, bound: dict[str, Any]) -> object:
    return SelectWidget(values=[("", _("Nobody")), *bound["signatories"]])


def _text(title: str, description: str, **more: Any) -> colander.SchemaNode:
    return colander.SchemaNode(
        colander.String(),
        title=title,
        description=description,
        widget=TextAreaWidget(rows=4),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
        **more,
    )


def _whole(node: colander.SchemaNode, given: dict[str, Any]) -> None:
    wrong = colander.Invalid(node)
    if given["kind"] in _AWARDS and given["awarded_cents"] is None:
        wrong["awarded_cents"] = _("Give the amount of the award.")
    if given["kind"] == DecisionKind.AWARD_WITH_CONDITIONS and not given["conditions"]:
        wrong["conditions"] = _("State the conditions.")
    awarded = given["awarded_cents"] if given["kind"] in _AWARDS else None
    departs = node.bindings["departs"](DecisionKind(given["kind"]), awarded)
    if departs and not given["justification"]:
        wrong["justification"] = _("This departs from the ranking. State why.")
    if departs and not given["signatory"]:
        wrong["signatory"] = _("This departs from the ranking. Name a second signatory.")
    if wrong.children:
        raise wrong


class DecisionSchema(FormSchema):
    """A decision. Bind language, currency, kinds, departs and signatories."""

    kind = colander.SchemaNode(
        colander.String(),
        title=_("Decision"),
        widget=colander.deferred(_kinds),
        validator=colander.deferred(_one_of),
    )
    awarded_cents = colander.SchemaNode(
        Cents(),
        title=_("Amount of the award"),
        description=_(
            "Only for an award. At most the amount requested; any amount other than the ranking"
            " offers departs from the ranking."
        ),
        widget=TextInputWidget(attributes={"inputmode": "decimal", "autocomplete": "off"}),
        missing=None,
    )
    reasons = _text(_("Reasons"), _("The applicant reads them in the letter."))
    conditions = _text(
        _("Conditions"), _("Only for an award with conditions. In the letter."), missing=""
    )
    justification = _text(
        _("Justification"),
        _("Only if the decision departs from the ranking. For the file, not for the letter."),
        missing="",
    )
    signatory = colander.SchemaNode(
        colander.String(),
        title=_("Second signatory"),
        description=_("Only if the decision departs from the ranking. They must sign it too."),
        widget=colander.deferred(_signatories),
        missing="",
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, validator=_whole, **more)
