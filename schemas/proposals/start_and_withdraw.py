"""Beginning a proposal, and ending one."""

import colander
from deform.widget import CheckboxWidget, HiddenWidget, RadioChoiceWidget, TextAreaWidget

from schemas.forms.base import FormSchema, _, stripped

LONGEST_REASON = 2000


def _ticked(node: colander.SchemaNode, value: bool) -> None:
    if not value:
        raise colander.Invalid(node, _("Tick this if you really withdraw the proposal."))


@colander.deferred
def _offered(_node: colander.SchemaNode, bound: dict[str, list[tuple[str, str]]]) -> object:
    return RadioChoiceWidget(values=bound["organisations"])


@colander.deferred
def _one_of_them(_node: colander.SchemaNode, bound: dict[str, list[tuple[str, str]]]) -> object:
    return colander.OneOf([code for code, _name in bound["organisations"]])


class Start(FormSchema):
    """For which organisation somebody begins a proposal."""

    key = colander.SchemaNode(
        colander.String(), widget=HiddenWidget(), validator=colander.Length(min=8, max=64)
    )
    organisation = colander.SchemaNode(
        colander.String(),
        title=_("Which organisation proposes?"),
        description=_("All its members can write with you. It signs the agreement, if awarded."),
        widget=_offered,
        validator=_one_of_them,
    )


class Withdraw(FormSchema):
    """Whether a proposal is really withdrawn, and why, if the team wants to say."""

    reason = colander.SchemaNode(
        colander.String(),
        title=_("Why do you withdraw it?"),
        description=_("Optional. The fund reads this."),
        widget=TextAreaWidget(rows=4),
        preparer=stripped,
        validator=colander.Length(max=LONGEST_REASON),
        missing="",
    )
    sure = colander.SchemaNode(
        colander.Boolean(),
        title=_("Are you sure?"),
        widget=CheckboxWidget(label=_("Yes, withdraw the proposal")),
        validator=_ticked,
        default=False,
    )
