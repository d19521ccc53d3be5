"""What a fund manager enters about cities that cooperate."""

from typing import Any

import colander
from deform.widget import CheckboxChoiceWidget, RadioChoiceWidget, TextAreaWidget

from grants.directory.models import PairingKind
from schemas.accounts.people import one_line
from schemas.forms.base import FormSchema, _, stripped

KINDS = (
    (PairingKind.PAIR.value, _("Pair: two cities")),
    (PairingKind.TRIO.value, _("Trio: three cities")),
    (PairingKind.CLUSTER.value, _("Cluster: three cities or more, on one theme")),
)
SDGS = (
    ("1", _("No poverty")),
    ("2", _("Zero hunger")),
    ("3", _("Good health and well-being")),
    ("4", _("Quality education")),
    ("5", _("Gender equality")),
    ("6", _("Clean water and sanitation")),
    ("7", _("Affordable and clean energy")),
    ("8", _("Decent work and economic growth")),
    ("9", _("Industry, innovation and infrastructure")),
    ("10", _("Reduced inequalities")),
    ("11", _("Sustainable cities and communities")),
    ("12", _("Responsible consumption and production")),
    ("13", _("Climate action")),
    ("14", _("Life below water")),
    ("15", _("Life on land")),
    ("16", _("Peace, justice and strong institutions")),
    ("17", _("Partnerships for the goals")),
)
"""The goals of the United Nations' 2030 Agenda, resolution A/RES/70/1, by number and short name."""


@colander.deferred
def _choices(node: colander.SchemaNode, bound: dict[str, Any]) -> CheckboxChoiceWidget:
    return CheckboxChoiceWidget(values=bound[node.name])


@colander.deferred
def _among(node: colander.SchemaNode, bound: dict[str, Any]) -> colander.ContainsOnly:
    return colander.ContainsOnly([value for value, _words in bound[node.name]])


def _marked(name: str, title: str, description: str = "", **more: Any) -> colander.SchemaNode:
    return colander.SchemaNode(
        colander.Set(),
        name=name,
        title=title,
        description=description,
        widget=_choices,
        validator=_among,
        **more,
    )


class PairingSchema(FormSchema):
    """Cities that cooperate; bound to `cities`, `topics` and `sdgs`, pairs of value and words."""

    name = colander.SchemaNode(
        colander.String(),
        title=_("Name"),
        description=_("Their common subject, for example: Circular economy in ports."),
        preparer=one_line,
        validator=colander.Length(max=200),
    )
    kind = colander.SchemaNode(
        colander.String(),
        title=_("Kind"),
        validator=colander.OneOf([kind for kind, _words in KINDS]),
        widget=RadioChoiceWidget(values=KINDS),
    )
    cities = _marked(
        "cities", _("Cities"), _("Is one missing? One of its officers registers it first.")
    )
    topics = _marked("topics", _("Topics"), missing=frozenset())
    sdgs = _marked("sdgs", _("Sustainable Development Goals"), missing=frozenset())
    action_plan = colander.SchemaNode(
        colander.String(),
        title=_("Action plan"),
        description=_("In short, for the public. Up to 2,000 characters."),
        preparer=stripped,
        missing="",
        validator=colander.Length(max=2000),
        widget=TextAreaWidget(rows=6),
    )
