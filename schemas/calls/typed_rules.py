"""The rules of the evaluation, as the form of a call types them."""

from collections.abc import Mapping
from typing import Any

from grants.rules.scoring import Combine
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
        "tie_rules": [code_of(name) for name in split_ties(typed["ties"])],
        **more_rules_of(typed),
    }


def more_rules_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules that most calls do without, under their names; nothing where not said."""
    combine, sections = typed["combine"], [dict(it) for it in typed["sections"]]
    return {
        **divergence_of(typed),
        **({} if combine == Combine.MEAN else {"combine": combine}),
        **({"sections": sections} if sections else {}),
        **({"consensus": typed["consensus"]} if typed["consensus"] else {}),
    }


def divergence_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return when reviews disagree, under its name in the rules; nothing where that is not said."""
    rule = {
        "total": typed["differ_total"],
        "criterion": typed["differ_criterion"],
        "both_sides": typed["differ_threshold"] or None,
    }
    said = {name: value for name, value in rule.items() if value is not None}
    return {"divergence": said} if said else {}


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
