"""What a call says: as its managers write it, as it is judged by, and as it is frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from itertools import count
from typing import Any

from grants.calls.models import Call, Stage
from grants.calls.queries.criteria import CriterionFacts as CriterionFacts
from grants.calls.queries.criteria import criteria_of
from grants.calls.queries.stage_plans import EarlierStage, earlier_stages
from grants.rules.scoring import Combine, DivergenceRule, DrawRule, PanelRule, SectionThreshold

MINIMUM_REVIEWS = 3
"""How many reviews a proposal needs where the call's rules do not say."""


class SubmittedBy(StrEnum):
    """Who submits for an applicant, reopens and withdraws."""

    MEMBERS = "members"
    OFFICERS = "officers"


@dataclass(frozen=True, kw_only=True)
class CallFacts:
    """Everything a manager decides about a call."""

    title: str
    summary: str
    currency: str
    envelope_cents: int
    smallest_cents: int
    largest_cents: int
    cofinancing: Fraction
    opens_at: datetime
    closes_at: datetime
    zone: str
    form_id: int
    topic_ids: tuple[int, ...]
    criteria: tuple[CriterionFacts, ...]
    checklist: tuple[Mapping[str, Any], ...]
    rules: Mapping[str, Any]
    earlier: tuple[EarlierStage, ...] = ()
    """The stages of reviews before the last one, which goes by `criteria` and `rules`."""


def coded(call: Call, checklist: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the items of a checklist their codes: answers stay with the item they were given to."""
    known = {_item(it): it["code"] for it in call.checklist or ()}
    used = set(known.values())
    free = (code for n in count(1) if (code := f"check-{n}") not in used)
    return [
        {
            "code": known.pop(_item(it), None) or next(free),
            **checklist_item(it),
        }
        for it in checklist
    ]


def checklist_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item of a checklist without its code; of the first form it says no form."""
    phase = int(item.get("phase") or 1)
    said = {"kind": item["kind"], "text": item["text"]}
    rule = {"rule": dict(item["rule"])} if item.get("rule") else {}
    return said | rule | ({} if phase == 1 else {"phase": phase})


def _item(item: Mapping[str, Any]) -> tuple[object, ...]:
    it = checklist_item(item)
    rule = tuple(sorted(it.pop("rule", {}).items()))
    return (*it.items(), *rule)


def judged_by(call: Call, facts: CallFacts | None = None) -> tuple[object, ...]:
    """Return what proposals are judged by: as it is, or as it would be."""
    it = facts or call
    threshold = it.rules.get("overall_threshold")
    rules = {name: it.rules.get(name) for name in ("basis", "list_rule", "minimum_reviews")}
    return (
        (it.opens_at, it.closes_at),
        [_item(line) for line in it.checklist],
        [
            each.judged_by()
            for each in (criteria_of(call.criteria) if facts is None else facts.criteria)
        ],
        (rules, list(it.rules.get("tie_rules", ())), threshold and Fraction(threshold)),
        (
            it.rules.get("combine") or Combine.MEAN,
            _sections(it.rules),
            it.rules.get("consensus"),
            it.rules.get("hides_applicants", False),
            PanelRule.from_dict(it.rules.get("panel")),
        ),
        [each.judged_by() for each in (earlier_stages(call) if facts is None else facts.earlier)],
        DivergenceRule.from_dict(it.rules.get("divergence")),
        it.rules.get("draw") or DrawRule.RECORDED.value,
    )


def _sections(rules: Mapping[str, Any]) -> list[SectionThreshold]:
    return [SectionThreshold.from_dict(it) for it in rules.get("sections") or ()]


def minimum_reviews(call: Call, stage: Stage | None = None) -> int:
    """Return how many reviews each proposal needs: in the last stage, or in one before it."""
    if stage is not None and stage.plan:
        return int(stage.plan["minimum_reviews"])
    needed: int = call.rules.get("minimum_reviews", MINIMUM_REVIEWS)
    return needed


def asks_for_officers(call: Call) -> bool:
    """Return whether only authorised officers submit; where the rules do not say, any member does.

    What was published before the rule was known keeps its text and its hash.
    """
    return bool(call.rules.get("handed_in_by") == SubmittedBy.OFFICERS)


def frozen(call: Call) -> dict[str, Any]:
    """Return a call as data, whole: what its version keeps and is hashed of."""
    earlier = earlier_stages(call)
    return {
        "code": call.code,
        "fund": call.fund.code,
        "title": call.title,
        "summary": call.summary,
        "currency": call.currency,
        "envelope_cents": call.envelope_cents,
        "smallest_cents": call.smallest_cents,
        "largest_cents": call.largest_cents,
        "cofinancing": str(call.cofinancing),
        "opens_at": call.opens_at.isoformat(),
        "closes_at": call.closes_at.isoformat(),
        "zone": call.zone,
        "form_id": call.form_id,
        "topics": [topic.code for topic in call.topics],
        "criteria": [it.to_dict() for it in criteria_of(call.criteria)],
        "checklist": call.checklist,
        "rules": call.rules,
        # What was published before calls had several stages keeps its text and its hash.
        **({"earlier": [it.to_dict() for it in earlier]} if earlier else {}),
    }
