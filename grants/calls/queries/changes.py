"""What a correction changes in a call: both texts as data, and the difference between them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from grants.calls.models import Call, CallVersion
from grants.calls.queries.criteria import criteria_of
from grants.calls.queries.facts import CallFacts, CriterionFacts, checklist_item
from grants.calls.queries.stage_plans import EarlierStage, earlier_stages
from grants.rules.scoring import Combine, DivergenceRule, DrawRule, PanelRule, SectionThreshold

MOMENTS = ("opens_at", "closes_at")
RULES = (
    "overall_threshold",
    "basis",
    "list_rule",
    "tie_rules",
    "minimum_reviews",
    "divergence",
    "combine",
    "sections",
    "consensus",
    "draw",
    "hides_applicants",
    "panel",
    "handed_in_by",
    "redress_days",
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that a correction changes, by its name in the call, before and after."""

    name: str
    before: Any
    after: Any


def as_data(facts: CallFacts) -> dict[str, Any]:
    """Return what a manager wrote about a call as JSON."""
    data = asdict(facts)
    return data | {
        **{name: data[name].isoformat() for name in MOMENTS},
        "cofinancing": str(facts.cofinancing),
        "topic_ids": sorted(facts.topic_ids),
        "criteria": [it.to_dict() for it in facts.criteria],
        "checklist": [dict(it) for it in facts.checklist],
        "rules": dict(facts.rules),
        "earlier": [it.to_dict() for it in facts.earlier],
    }


def from_data(data: Mapping[str, Any]) -> CallFacts:
    """Read what `as_data` wrote."""
    data = _as_now(data)
    read: dict[str, Any] = {
        **{name: datetime.fromisoformat(data[name]) for name in MOMENTS},
        "cofinancing": Fraction(data["cofinancing"]),
        "topic_ids": tuple(data["topic_ids"]),
        "criteria": tuple(CriterionFacts(**it) for it in data["criteria"]),
        "checklist": tuple(data["checklist"]),
        "earlier": tuple(EarlierStage.from_dict(it) for it in data["earlier"]),
    }
    return CallFacts(**{**data, **read})


def as_it_is(call: Call) -> dict[str, Any]:
    """Return a call as its managers would write it now, as JSON."""
    same = set(CallFacts.__dataclass_fields__) & set(Call.__mapper__.column_attrs.keys())
    return {name: getattr(call, name) for name in same} | {
        **{name: getattr(call, name).isoformat() for name in MOMENTS},
        "cofinancing": str(call.cofinancing),
        "topic_ids": sorted(it.id for it in call.topics),
        "criteria": [it.to_dict() for it in criteria_of(call.criteria)],
        "checklist": [checklist_item(it) for it in call.checklist],
        "rules": {name: call.rules[name] for name in RULES if name in call.rules},
        "earlier": [it.to_dict() for it in earlier_stages(call)],
    }


def of_version(version: CallVersion) -> dict[str, Any]:
    """Return a call as it was published or corrected, in the same shape; topics by their codes."""
    content = version.content
    return content | {
        "topic_ids": sorted(content["topics"]),
        "checklist": [checklist_item(it) for it in content["checklist"]],
    }


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[Change]:
    """List what differs between two texts of a call, rules one by one."""
    one, other = _flat(before), _flat(after)
    return [
        Change(name=name, before=one.get(name), after=other.get(name))
        for name in dict.fromkeys((*one, *other))
        if _plain(name, one.get(name)) != _plain(name, other.get(name))
    ]


def _as_now(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a text of a call with the names of today: what was signed is kept as it was signed.

    The share of the costs was a number of basis points before it was exact.
    """
    now = {"earlier": [], **data}
    points = now.pop("cofinancing_bp", None)
    return now if points is None else {"cofinancing": str(Fraction(points, 10_000)), **now}


def _flat(data: Mapping[str, Any]) -> dict[str, Any]:
    data = _as_now(data)
    order = (*(it for it in CallFacts.__dataclass_fields__ if it != "rules"),)
    rules = {name: data["rules"].get(name) for name in RULES}
    return {name: data[name] for name in order} | rules


def _plain(name: str, value: Any) -> Any:
    """Return a value as it is compared: 10 and 10/1 are one threshold, 1.5 and 3/2 one weight."""
    if name == "overall_threshold":
        return None if value is None else Fraction(value)
    if name == "earlier":
        return [(it["closes_at"], *EarlierStage.from_dict(it).judged_by()) for it in value]
    if name == "divergence":
        return DivergenceRule.from_dict(value)
    if name == "criteria":
        return [CriterionFacts(**it).judged_by() for it in value]
    if name == "sections":
        return [SectionThreshold.from_dict(it) for it in value or ()]
    if name == "combine":
        return value or Combine.MEAN
    if name == "draw":
        return value or DrawRule.RECORDED
    if name == "panel":
        return PanelRule.from_dict(value)
    if name in MOMENTS:
        return datetime.fromisoformat(value)
    return list(value) if name == "tie_rules" and value else value or None
