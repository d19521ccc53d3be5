"""The rules of a stage: criteria, thresholds, ties and lists, as frozen values kept as JSON.

Weight, threshold and the basis of the overall threshold are rules of their own:
weights may serve the ranking only, while thresholds look at plain sums.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from grants.rules.scoring import reading
from grants.rules.scoring.criteria import FACT, Criterion, SectionThreshold
from grants.rules.scoring.divergence import DivergenceRule
from grants.rules.scoring.errors import InvalidRules
from grants.rules.scoring.lots import DrawRule
from grants.rules.scoring.panels import PanelRule
from grants.rules.scoring.scale import Scale, points
from grants.rules.words import N_

FACTS: Final = frozenset({"fact:request", "fact:new_country", "fact:new_topic"})
"""Tie rules that are no criteria: see `ties.TieFact`. No criterion's code begins so."""


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


class ConsensusRule(StrEnum):
    """Where reviewers agree on a report whose scores count in place of their own."""

    ALL = "ALL"  # for every proposal
    DISAGREEING = "DISAGREEING"  # where the reviews disagree by the rule of divergence


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All that decides a ranking, apart from the reviews. Raises InvalidRules if contradictory.

    `overall_threshold` is in points, weighted points or per cent, as `basis` says.
    Of proposals with equal totals, the one with more on the first criterion of
    `tie_rules` ranks higher, then on the second, and so on; among criteria may stand facts of
    proposals. Under OFFER_REDUCED
    nothing smaller than `minimum_grant_cents` is offered. `divergence` says when reviews
    disagree; no place depends on it. `sections` need points together, beside each criterion's own.
    `draw` says where the order of those comes from whom nothing else separates. Where the stage
    `hides_applicants`, reviewers do not learn who applies; no place depends on it.
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
    sections: tuple[SectionThreshold, ...] = ()
    consensus: ConsensusRule | None = None
    draw: DrawRule = DrawRule.RECORDED
    hides_applicants: bool = False
    panel: PanelRule | None = None

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
            return self.maximum_without_bonus
        return sum((self.scale_of(it).maximum for it in self.criteria if not it.bonus), Fraction(0))

    @property
    def maximum_total(self) -> Fraction:
        """The largest possible weighted total, with every bonus."""
        return self._most(self.criteria)

    @property
    def maximum_without_bonus(self) -> Fraction:
        """The largest possible weighted total of what thresholds look at."""
        return self._most(it for it in self.criteria if not it.bonus)

    def scale_of(self, criterion: Criterion) -> Scale:
        """Return the scale by which a criterion is scored."""
        return criterion.scale or self.scale

    def in_section(self, section: str) -> tuple[Criterion, ...]:
        """Return the criteria of a section, in the rules' order."""
        return tuple(it for it in self.criteria if it.section == section)

    def maximum_of_section(self, section: str) -> Fraction:
        """Return the largest possible weighted sum of a section, without a bonus."""
        return self._most(it for it in self.in_section(section) if not it.bonus)

    def _most(self, criteria: Iterable[Criterion]) -> Fraction:
        return sum((self.scale_of(it).maximum * it.weight for it in criteria), Fraction(0))

    def _check_criteria(self) -> None:
        if not self.criteria:
            raise InvalidRules(N_("Rules need at least one criterion."))
        if len(set(self.codes)) < len(self.codes):
            raise InvalidRules(N_("Two criteria have the same code."))
        if not self.maximum_without_bonus:
            raise InvalidRules(N_("At least one criterion needs a weight."))

    def _check_thresholds(self) -> None:
        for each in self.criteria:
            halves = each.threshold_halves
            if halves is not None and not (
                type(halves) is int and 0 <= halves <= self.scale_of(each).maximum_halves
            ):
                raise InvalidRules(
                    N_("The threshold of {code} is not on the scale."), code=each.code
                )
        overall = self.overall_threshold
        if overall is not None and not (type(overall) is Fraction and 0 <= overall <= self.maximum):
            raise InvalidRules(N_("The overall threshold can never be reached, or is below zero."))
        names = [it.section for it in self.sections]
        if len(set(names)) < len(names):
            raise InvalidRules(N_("A section has two thresholds."))
        for it in self.sections:
            if not self.in_section(it.section):
                raise InvalidRules(N_("No criterion is in section {name}."), name=it.section)
            if not 0 <= it.threshold <= self.maximum_of_section(it.section):
                raise InvalidRules(
                    N_("The threshold of section {name} can never be reached."), name=it.section
                )

    def _check_divergence(self) -> None:
        rule = self.divergence
        if self.consensus is ConsensusRule.DISAGREEING and rule is None:
            raise InvalidRules(N_("State first when reviews disagree."))
        if rule is None:
            return
        spans = [
            points(scale.maximum_halves - scale.minimum_halves)
            for scale in map(self.scale_of, self.criteria)
        ]
        total = sum(
            (span * it.weight for span, it in zip(spans, self.criteria, strict=True)), Fraction(0)
        )
        if (rule.criterion or 0) >= max(spans) or (rule.total or 0) >= total:
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
            "criteria": [each.to_dict() for each in self.criteria],
            "scale": self.scale.to_dict(),
            "overall_threshold": None if overall is None else str(overall),
            "basis": self.basis.value,
            "combine": self.combine.value,
            "tie_rules": list(self.tie_rules),
            "list_rule": self.list_rule.value,
            "envelope_cents": self.envelope_cents,
            "minimum_grant_cents": self.minimum_grant_cents,
            **({"divergence": self.divergence.to_dict()} if self.divergence else {}),
            **({"consensus": self.consensus.value} if self.consensus else {}),
            **({"sections": [it.to_dict() for it in self.sections]} if self.sections else {}),
            **({"draw": self.draw.value} if self.draw is not DrawRule.RECORDED else {}),
            **({"hides_applicants": True} if self.hides_applicants else {}),
            **({} if self.panel is None else {"panel": self.panel.to_dict()}),
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


READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "criteria": lambda value: tuple(Criterion.from_dict(each) for each in reading.items(value)),
    "scale": Scale.from_dict,
    "overall_threshold": lambda value: None if value is None else reading.exact(value),
    "basis": lambda value: reading.one_of(Basis, value),
    "combine": lambda value: Combine.MEAN if value is None else reading.one_of(Combine, value),
    "tie_rules": lambda value: tuple(reading.text(each) for each in reading.items(value)),
    "list_rule": lambda value: reading.one_of(ListRule, value),
    "divergence": DivergenceRule.from_dict,
    "consensus": lambda value: None if value is None else reading.one_of(ConsensusRule, value),
    "sections": lambda value: tuple(
        SectionThreshold.from_dict(each) for each in reading.items(value or ())
    ),
    "hides_applicants": lambda value: False if value is None else reading.flag(value),
    "panel": PanelRule.from_dict,
    "draw": lambda value: DrawRule.RECORDED if value is None else reading.one_of(DrawRule, value),
}
