"""What a fund manager writes about the items of the eligibility check."""

from collections.abc import Iterator, Mapping
from typing import Any

import colander
from deform.widget import SelectWidget

from grants.rules.checking import BOUNDED, CheckRule, CheckRuleKind
from schemas.calls import stages
from schemas.calls.stages import one_of
from schemas.forms.base import _

KINDS = (
    ("admissibility", _("Admissibility: a formal requirement")),
    ("eligibility", _("Eligibility: who and what may be funded")),
)


COMPUTED = (
    ("", _("Nothing: whoever checks it decides alone")),
    (CheckRuleKind.COUNTRIES, _("At least so many countries of cities and partners")),
    (CheckRuleKind.POPULATION, _("At least so many inhabitants")),
    (CheckRuleKind.PARTNERS, _("At least so many partners")),
    (CheckRuleKind.MONTHS, _("At most so many months")),
    (CheckRuleKind.PILOT, _("Pilot city, now or before, by the register")),
    (CheckRuleKind.AMOUNT, _("Grant requested within the limits of the call")),
)


class CheckSchema(colander.MappingSchema):
    """One item of the eligibility check."""

    kind = colander.SchemaNode(
        colander.String(),
        title=_("Kind"),
        widget=SelectWidget(values=KINDS),
        validator=colander.OneOf([kind for kind, _words in KINDS]),
    )
    text = colander.SchemaNode(
        colander.String(), title=_("What is checked"), validator=colander.Length(max=400)
    )
    computed = colander.SchemaNode(
        colander.String(),
        title=_("The portal computes"),
        description=_("It is filled in for whoever checks, who may say otherwise with a reason."),
        default="",
        missing="",
        **one_of(COMPUTED),
    )
    bound = colander.SchemaNode(
        colander.Integer(),
        title=_("So many"),
        description=_("The number of countries, inhabitants, partners or months."),
        widget=stages.NUMBER,
        validator=colander.Range(min=1, max=100_000_000),
        missing=None,
    )
    phase = colander.SchemaNode(
        colander.String(),
        title=_("Checked in"),
        description=_("Other than the first form only where several are written."),
        default="1",
        missing="1",
        **one_of(stages.FORMS),
    )


class Checklist(colander.SequenceSchema):
    """All items of the eligibility check."""

    item = CheckSchema(title=_("Item"))


def checklist_faults(typed: Mapping[str, Any]) -> Iterator[object]:
    """Return what is wrong with rules of items: a number that is missing, or means nothing."""
    for item in typed["checklist"]:
        needs = item["computed"] in {it.value for it in BOUNDED}
        if needs and item["bound"] is None:
            yield _("An item that the portal computes needs its number.")
        if not needs and item["bound"] is not None:
            yield _("An item has a number, and nothing that the portal computes with it.")


def rule_of_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rule of a typed item under its name in a checklist; nothing where it has none."""
    if not item["computed"]:
        return {}
    rule = CheckRule(kind=CheckRuleKind(item["computed"]), bound=item["bound"])
    return {"rule": rule.to_dict()}


def typed_rule(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the form of a call shows the rule of an item."""
    rule = item.get("rule") or {}
    return {"computed": rule.get("kind", ""), "bound": rule.get("bound")}
