"""A call between its form and the core: what was typed as facts, and facts as they are typed."""

from collections.abc import Callable, Mapping
from typing import Any

from grants import models
from grants.calls.queries.criteria import criteria_of as criteria_of_call
from grants.calls.queries.facts import CallFacts, CriterionFacts, SubmittedBy, checklist_item
from grants.calls.queries.periods import DAYS_AROUND
from grants.calls.queries.stage_plans import EarlierStage, earlier_stages
from grants.calls.queries.tie_facts import NAMES
from grants.rules import timezones
from grants.rules.scoring import Combine, DrawRule
from schemas.calls.checklist import rule_of_item, typed_rule
from schemas.calls.criteria import criterion_of, typed_criterion
from schemas.calls.stages import criteria_of, entry_of
from schemas.calls.typed_rules import more_rules_of, rules_of
from schemas.forms.base import _


def facts_of(typed: Mapping[str, Any]) -> CallFacts:
    """Turn what was typed into what the core knows of a call."""
    rules = rules_of(typed)
    kept = ("overall_threshold", "basis", "list_rule", "tie_rules")
    same = ("title", "summary", "currency", "envelope_cents", "smallest_cents", "largest_cents")
    return CallFacts(
        **{name: typed[name] for name in (*same, "cofinancing", "zone", "form_id")},
        opens_at=timezones.moment(typed["opens"], typed["zone"]),
        closes_at=timezones.moment(typed["closes"], typed["zone"]),
        topic_ids=tuple(int(number) for number in typed["topic_ids"]),
        criteria=_criteria(typed, 0),
        checklist=tuple(checklist_item({**it, **rule_of_item(it)}) for it in typed["checklist"]),
        earlier=tuple(_earlier(typed, *it) for it in enumerate(typed["earlier"], 1)),
        rules={name: rules[name] for name in kept}
        | {name: typed[name] for name in ("minimum_reviews", "days_around")}
        | more_rules_of(typed)
        | _who_submits(typed["handed_in_by"])
        | ({} if typed["redress_days"] is None else {"redress_days": typed["redress_days"]}),
    )


def _criteria(typed: Mapping[str, Any], stage: int) -> tuple[CriterionFacts, ...]:
    return tuple(criterion_of(it) for it in criteria_of(typed, stage))


def _earlier(typed: Mapping[str, Any], number: int, stage: Mapping[str, Any]) -> EarlierStage:
    closes = stage["closes"]
    same = (
        *("name", "overall_threshold", "basis", "minimum_reviews", "form_id"),
        "hides_applicants",
    )
    return EarlierStage(
        **{name: stage[name] for name in same},
        criteria=_criteria(typed, number),
        entry=entry_of(stage),
        closes_at=closes and timezones.moment(closes, typed["zone"]),
    )


def _who_submits(typed: str) -> dict[str, str]:
    """Keep the rule where the call asks: all others read as they did before there was one."""
    return {} if typed == SubmittedBy.MEMBERS else {"handed_in_by": typed}


def written(call: models.Call, translate: Callable[[Any], str] = str) -> dict[str, Any]:
    """Return a call as its form shows it."""
    names = {code: translate(_(words)) for code, words in NAMES.items()}
    names |= {it.code: it.name for it in call.criteria}
    earlier, divergence = earlier_stages(call), call.rules.get("divergence", {})
    same = ("title", "summary", "currency", "envelope_cents", "smallest_cents", "largest_cents")
    return {
        **{name: getattr(call, name) for name in (*same, "cofinancing", "zone", "form_id")},
        "topic_ids": {str(topic.id) for topic in call.topics},
        "opens": timezones.local(call.opens_at, call.zone),
        "closes": timezones.local(call.closes_at, call.zone),
        "criteria": [
            *(typed_criterion(it, n) for n, each in enumerate(earlier, 1) for it in each.criteria),
            *(typed_criterion(it, 0) for it in criteria_of_call(call.criteria)),
        ],
        "earlier": [
            {
                "name": it.name,
                "overall_threshold": it.overall_threshold,
                "basis": it.basis,
                "minimum_reviews": it.minimum_reviews,
                "hides_applicants": it.hides_applicants,
                "entry": it.entry.kind.value,
                "entry_most": it.entry.most,
                "form_id": it.form_id,
                "closes": it.closes_at and timezones.local(it.closes_at, call.zone),
            }
            for it in earlier
        ],
        "overall_threshold": call.rules.get("overall_threshold"),
        "basis": call.rules.get("basis"),
        "list_rule": call.rules.get("list_rule"),
        "ties": ", ".join(names.get(code, code) for code in call.rules.get("tie_rules", ())),
        "draw": call.rules.get("draw", DrawRule.RECORDED.value),
        "minimum_reviews": call.rules.get("minimum_reviews", 3),
        "days_around": call.rules.get("days_around", DAYS_AROUND),
        "combine": call.rules.get("combine", Combine.MEAN.value),
        "sections": call.rules.get("sections", ()),
        "consensus": call.rules.get("consensus", ""),
        "hides_applicants": call.rules.get("hides_applicants", False),
        "panel": "panel" in call.rules,
        "panel_band": str(call.rules.get("panel", {}).get("band_halves") or ""),
        "redress_days": call.rules.get("redress_days"),
        "differ_total": divergence.get("total"),
        "differ_criterion": divergence.get("criterion"),
        "differ_threshold": divergence.get("both_sides", False),
        "handed_in_by": call.rules.get("handed_in_by", SubmittedBy.MEMBERS.value),
        "checklist": [
            {
                "kind": it["kind"],
                "text": it["text"],
                "phase": str(it.get("phase", 1)),
                **typed_rule(it),
            }
            for it in call.checklist
        ],
    }


def defaults() -> dict[str, Any]:
    """Return what the form of a new call begins with."""
    return {"currency": "EUR", "zone": "Europe/Brussels", "criteria": [{}], "checklist": [{}]}


def copied(call: models.Call, translate: Callable[[Any], str] = str) -> dict[str, Any]:
    """Return what the form of a new call takes over from an earlier one: all but what it is."""
    left = ("title", "summary", "opens", "closes")
    given = {name: it for name, it in written(call, translate).items() if name not in left}
    return given | {"earlier": [{**it, "closes": None} for it in given["earlier"]]}
