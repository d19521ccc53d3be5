"""What a manager asks of a plan of assignments, and what a reviewer says of themselves."""

from typing import Any

import colander
from deform.widget import CheckboxChoiceWidget, CheckboxWidget, SelectWidget, TextInputWidget

from schemas.accounts.people import one_line
from schemas.forms.amounts import WholeNumber
from schemas.forms.base import FormSchema, _

MOST_REVIEWS = 20
MOST_LOAD = 500
_WHOLE = {"attributes": {"inputmode": "numeric"}}


class PlanSchema(FormSchema):
    """How many reviews, and under which conditions."""

    reviews = colander.SchemaNode(
        WholeNumber(),
        title=_("Reviews for each proposal"),
        description=_("Those that are assigned already count."),
        validator=colander.Range(min=1, max=MOST_REVIEWS),
        widget=TextInputWidget(**_WHOLE),
    )
    most = colander.SchemaNode(
        WholeNumber(),
        title=_("Most reviews per reviewer"),
        description=_("Reviewers who want fewer get fewer."),
        validator=colander.Range(min=1, max=MOST_LOAD),
        widget=TextInputWidget(**_WHOLE),
    )
    foreign_only = colander.SchemaNode(
        colander.Boolean(),
        title=_("Nobody reviews a proposal from their own country"),
        widget=CheckboxWidget(),
        missing=False,
    )
    mixed_countries = colander.SchemaNode(
        colander.Boolean(),
        title=_("The reviewers of a proposal are not all from the same country"),
        widget=CheckboxWidget(),
        missing=False,
    )


def _country(_node: colander.SchemaNode, bound: dict[str, Any]) -> SelectWidget:
    return SelectWidget(values=[("", _("Not known")), *bound["countries"]])


def _is_country(_node: colander.SchemaNode, bound: dict[str, Any]) -> colander.OneOf:
    return colander.OneOf([code for code, _name in bound["countries"]])


def _topics(_node: colander.SchemaNode, bound: dict[str, Any]) -> CheckboxChoiceWidget:
    return CheckboxChoiceWidget(values=bound["topics"])


def _are_topics(_node: colander.SchemaNode, bound: dict[str, Any]) -> colander.ContainsOnly:
    return colander.ContainsOnly([code for code, _name in bound["topics"]])


class ExpertiseSchema(FormSchema):
    """A reviewer's entry in the pool of a fund; bound to `topics` and `countries`, pairs."""

    topics = colander.SchemaNode(
        colander.Set(),
        title=_("Topics"),
        description=_("Proposals on these topics are assigned first."),
        widget=colander.deferred(_topics),
        validator=colander.deferred(_are_topics),
        missing=frozenset(),
    )
    languages = colander.SchemaNode(
        colander.String(),
        title=_("Languages"),
        description=_("In which proposals can be read, with commas between: English, Spanish."),
        preparer=one_line,
        validator=colander.Length(max=200),
        missing="",
    )
    country = colander.SchemaNode(
        colander.String(),
        title=_("Country"),
        description=_("Where the reviewer lives or works. It keeps reviews independent."),
        widget=colander.deferred(_country),
        validator=colander.deferred(_is_country),
        missing="",
    )
    least = colander.SchemaNode(
        WholeNumber(),
        title=_("Fewest reviews in a call"),
        description=_("A wish, not a promise. 0 if it does not matter."),
        validator=colander.Range(min=0, max=MOST_LOAD),
        widget=TextInputWidget(**_WHOLE),
        missing=0,
    )
    most = colander.SchemaNode(
        WholeNumber(),
        title=_("Most reviews in a call"),
        description=_("Leave it empty if the fund should decide."),
        validator=colander.Range(min=0, max=MOST_LOAD),
        widget=TextInputWidget(**_WHOLE),
        missing=None,
    )

    def validator(self, node: colander.SchemaNode, typed: dict[str, Any]) -> None:
        """Refuse fewest that are more than most."""
        if typed["most"] is not None and typed["most"] < typed["least"]:
            wrong = colander.Invalid(node)
            wrong["most"] = _("This must be at least the number above.")
            raise wrong


def languages_in(typed: str) -> list[str]:
    """Take the languages out of a line, each once."""
    return list(dict.fromkeys(it.strip() for it in typed.split(",") if it.strip()))
