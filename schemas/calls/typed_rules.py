"""The rules of the evaluation, as the form of a call types them."""

from collections.abc import Mapping
from typing import Any

from grants.calls.queries.tie_facts import fact_named
from grants.rules.scoring import Combine, DrawRule, PanelRule
from grants.rules.words import LANGUAGES
from schemas.calls.criteria import code_of, criterion_of
from schemas.calls.stages import criteria_of


def rules_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules of the evaluation as `grants.rules.scoring.Rules` reads them."""
    return {
        "envelope_cents": typed["envelope_cents"],
        "criteria": _criteria(typed, 0),
        "overall_threshold": typed["overall_threshold"],
        "basis": typed["basis"],
        "list_rule": typed["list_rule"],
        "tie_rules": [tie_of(typed, name) for name in split_ties(typed["ties"])],
        **more_rules_of(typed),
    }


def more_rules_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules that most calls do without, under their names; nothing where not said."""
    combine, sections = typed["combine"], [dict(it) for it in typed["sections"]]
    return {
        **divergence_of(typed),
        **draw_of(typed),
        **({} if combine == Combine.MEAN else {"combine": combine}),
        **({"sections": sections} if sections else {}),
        **({"consensus": typed["consensus"]} if typed["consensus"] else {}),
        **({"hides_applicants": True} if typed["hides_applicants"] else {}),
        **_panel_of(typed),
    }


def _panel_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return whether a panel meets, and how far it may move scores; nothing where none does."""
    if not typed["panel"]:
        return {}
    band = typed["panel_band"]
    return {"panel": PanelRule(band_halves=int(band) if band else None).to_dict()}


def divergence_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return when reviews disagree, under its name in the rules; nothing where that is not said."""
    rule = {
        "total": typed["differ_total"],
        "criterion": typed["differ_criterion"],
        "both_sides": typed["differ_threshold"] or None,
    }
    said = {name: value for name, value in rule.items() if value is not None}
    return {"divergence": said} if said else {}


def tie_of(typed: Mapping[str, Any], name: str) -> str:
    """Return the code of a tie rule: of a criterion that is named so, or of a fact."""
    known = {it["name"].casefold() for it in criteria_of(typed, 0)}
    fact = None if name.casefold() in known else fact_named(name, tuple(LANGUAGES))
    return fact or code_of(name)


def draw_of(typed: Mapping[str, Any]) -> dict[str, str]:
    """Return how ties are drawn; nothing where people draw lots, as before."""
    return {} if typed["draw"] == DrawRule.RECORDED else {"draw": typed["draw"]}


def earlier_rules(
    typed: Mapping[str, Any], number: int, stage: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the rules of one of the earlier stages, the first being 1."""
    return {
        "envelope_cents": typed["envelope_cents"],
        "criteria": _criteria(typed, number),
        "overall_threshold": stage["overall_threshold"],
        "basis": stage["basis"],
    }


def _criteria(typed: Mapping[str, Any], stage: int) -> list[dict[str, Any]]:
    return [criterion_of(it).as_rule() for it in criteria_of(typed, stage)]


def split_ties(typed: str) -> list[str]:
    """Read the names of criteria that decide ties."""
    return [name.strip() for name in typed.split(",") if name.strip()]
