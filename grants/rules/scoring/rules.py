"""The rules of a stage: criteria, thresholds, ties and lists, as frozen values kept as JSON.

Weight, threshold and the basis of the overall threshold are rules of their own:
weights may serve the ranking only, while thresholds look at plain sums.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from grants.rules.scoring import reading
from grants.rules.scoring.divergence import DivergenceRule
from grants.rules.scoring.errors import InvalidRules
from grants.rules.scoring.lots import DrawRule
from grants.rules.scoring.scale import Scale, points
from grants.rules.words import N_

FACT: Final = "fact:"
FACTS: Final = frozenset({"fact:request", "fact:new_country", "fact:new_topic"})
"""Tie rules that are no criteria: see `ties.TieFact`. No criterion's code begins so."""
OVERALL: Final = "overall"
"""How the overall threshold is named beside criteria; no criterion may be called so."""


class Basis(StrEnum):
    """What an overall threshold is compared with."""

    UNWEIGHTED_SUM = "UNWEIGHTED_SUM"  # points, each criterion counted once
    WEIGHTED_SUM = "WEIGHTED_SUM"  # points times weight
    WEIGHTED_SHARE = "WEIGHTED_SHARE"  # percentage of the largest possible weighted sum


class Combine(StrEnum):
    """How several reviews become one score per criterion."""

    MEAN = "MEAN"
    MEDIAN = "MEDIAN"


class ListRule(StrEnum):
    """What happens at the first proposal that the remaining money does not cover."""

    STRICT_STOP = "STRICT_STOP"  # the main list ends before it
    SKIP_FILL = "SKIP_FILL"  # it goes to the reserve; later ones that fit move up
    OFFER_REDUCED = "OFFER_REDUCED"  # it is offered what is left, then the list ends


@dataclass(frozen=True)
class Criterion:
    """One thing that reviewers score; `weight` serves the weighted total only."""

    code: str
    name: str
    weight: Fraction = Fraction(1)
    threshold_halves: int | None = None

    def __post_init__(self) -> None:
        if not self.code.strip() or self.code == OVERALL or self.code.startswith(FACT):
            raise InvalidRules(N_("A criterion needs a code of its own."))
        if type(self.weight) is not Fraction or self.weight < 0:
            raise InvalidRules(N_("The weight of {code} must be zero or more."), code=self.code)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All that decides a ranking, apart from the reviews. Raises InvalidRules if contradictory.

    `overall_threshold` is in points, weighted points or per cent, as `basis` says.
    Of proposals with equal totals, the one with more on the first criterion of
    `tie_rules` ranks higher, then on the second, and so on; among criteria may stand facts of
    proposals. Under OFFER_REDUCED
    nothing smaller than `minimum_grant_cents` is offered. `divergence` says when reviews
    disagree; no place depends on it. `draw` says where the order of those comes from whom
    nothing else separates.
    """

    criteria: tuple[Criterion, ...]
    envelope_cents: int
    scale: Scale = field(default_factory=Scale)
    overall_threshold: Fraction | None = None
    basis: Basis = Basis.UNWEIGHTED_SUM
    combine: Combine = Combine.MEAN
    tie_rules: tuple[str, ...] = ()
    list_rule: ListRule = ListRule.STRICT_STOP
    minimum_grant_cents: int = 0
    divergence: DivergenceRule | None = None
    draw: DrawRule = DrawRule.RECORDED

    def __post_init__(self) -> None:
        self._check_criteria()
        self._check_thresholds()
        self._check_ties()
        self._check_divergence()
        for cents in (self.envelope_cents, self.minimum_grant_cents):
            if type(cents) is not int or cents < 0:
                raise InvalidRules(N_("Amounts are given in whole cents, zero or more."))

    @property
    def codes(self) -> tuple[str, ...]:
        """The criteria's codes in the rules' order."""
        return tuple(criterion.code for criterion in self.criteria)

    @property
    def maximum(self) -> Fraction:
        """The largest figure that the overall threshold's basis allows."""
        if self.basis is Basis.WEIGHTED_SHARE:
            return Fraction(100)
        if self.basis is Basis.WEIGHTED_SUM:
            return self.maximum_total
        return self.scale.maximum * len(self.criteria)

    @property
    def maximum_total(self) -> Fraction:
        """The largest possible weighted total."""
        return self.scale.maximum * sum((each.weight for each in self.criteria), Fraction(0))

    def _check_criteria(self) -> None:
        if not self.criteria:
            raise InvalidRules(N_("Rules need at least one criterion."))
        if len(set(self.codes)) < len(self.codes):
            raise InvalidRules(N_("Two criteria have the same code."))
        if not self.maximum_total:
            raise InvalidRules(N_("At least one criterion needs a weight."))

    def _check_thresholds(self) -> None:
        for each in self.criteria:
            halves = each.threshold_halves
            if halves is not None and not (
                type(halves) is int and 0 <= halves <= self.scale.maximum_halves
            ):
                raise InvalidRules(
                    N_("The threshold of {code} is not on the scale."), code=each.code
                )
        overall = self.overall_threshold
        if overall is not None and not (type(overall) is Fraction and 0 <= overall <= self.maximum):
            raise InvalidRules(N_("The overall threshold can never be reached, or is below zero."))

    def _check_divergence(self) -> None:
        rule = self.divergence
        if rule is None:
            return
        span = points(self.scale.maximum_halves - self.scale.minimum_halves)
        total = span * sum((each.weight for each in self.criteria), Fraction(0))
        if (rule.criterion or 0) >= span or (rule.total or 0) >= total:
            raise InvalidRules(N_("Reviews can never differ by more than that many points."))

    def _check_ties(self) -> None:
        if len(set(self.tie_rules)) < len(self.tie_rules):
            raise InvalidRules(N_("A tie rule is named twice."))
        facts = {each for each in self.tie_rules if each.startswith(FACT)}
        if unknown := sorted(facts - FACTS):
            raise InvalidRules(N_("There is no tie rule {code}."), code=unknown[0])
        if unknown := sorted(set(self.tie_rules) - facts - set(self.codes)):
            raise InvalidRules(N_("There is no criterion {code}."), code=unknown[0])

    def to_dict(self) -> dict[str, Any]:
        """Return the rules as plain JSON values; exact numbers become strings like "3/2".

        What is younger than other rules is there only where a call has it: rules without it keep
        the bytes and the hash that they had before it was known.
        """
        overall = self.overall_threshold
        return {
            "criteria": [_criterion_to_dict(each) for each in self.criteria],
            "scale": {
                "minimum_halves": self.scale.minimum_halves,
                "maximum_halves": self.scale.maximum_halves,
                "step_halves": self.scale.step_halves,
            },
            "overall_threshold": None if overall is None else str(overall),
            "basis": self.basis.value,
            "combine": self.combine.value,
            "tie_rules": list(self.tie_rules),
            "list_rule": self.list_rule.value,
            "envelope_cents": self.envelope_cents,
            "minimum_grant_cents": self.minimum_grant_cents,
            **({"divergence": self.divergence.to_dict()} if self.divergence else {}),
            **({"draw": self.draw.value} if self.draw is not DrawRule.RECORDED else {}),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Rules":
        """Read what `to_dict` wrote. Raises InvalidRules for anything that it could not write."""
        data = reading.require_keys(
            data,
            needed=("criteria", "envelope_cents"),
            optional=[each.name for each in fields(cls)],
        )
        given: dict[str, Any] = {
            key: READERS[key](value) if key in READERS else value for key, value in data.items()
        }
        return cls(**given)


def _criterion_to_dict(criterion: Criterion) -> dict[str, Any]:
    return {
        "code": criterion.code,
        "name": criterion.name,
        "weight": str(criterion.weight),
        "threshold_halves": criterion.threshold_halves,
    }


def _criterion(data: object) -> Criterion:
    read = reading.require_keys(
        data, needed=("code", "name"), optional=("weight", "threshold_halves")
    )
    return Criterion(
        code=reading.text(read["code"]),
        name=reading.text(read["name"]),
        weight=reading.exact(read.get("weight", 1)),
        threshold_halves=read.get("threshold_halves"),
    )


def _scale(data: object) -> Scale:
    return Scale(
        **reading.require_keys(data, needed=(), optional=[each.name for each in fields(Scale)])
    )


def _one_of(kind: type[StrEnum], value: object) -> StrEnum:
    try:
        return kind(reading.text(value))
    except ValueError as unknown:
        raise InvalidRules(
            N_("“{value}” is not one of {choices}."), value=value, choices=", ".join(kind)
        ) from unknown


READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "criteria": lambda value: tuple(_criterion(each) for each in reading.items(value)),
    "scale": _scale,
    "overall_threshold": lambda value: None if value is None else reading.exact(value),
    "basis": lambda value: _one_of(Basis, value),
    "combine": lambda value: _one_of(Combine, value),
    "tie_rules": lambda value: tuple(reading.text(each) for each in reading.items(value)),
    "list_rule": lambda value: _one_of(ListRule, value),
    "divergence": DivergenceRule.from_dict,
    "draw": lambda value: _one_of(DrawRule, value),
}
