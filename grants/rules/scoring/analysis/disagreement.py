"""Where reviews of one proposal disagree, by the rule of the call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grants.rules.scoring.criteria import OVERALL
from grants.rules.scoring.divergence import DivergenceRule
from grants.rules.scoring.rules import Rules
from grants.rules.scoring.scale import points
from grants.rules.scoring.scoring import Review, against_overall, each_alone, total
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """Reviews that are too far apart, or that lie on both sides of a threshold.

    `code` is the criterion, or OVERALL; `lowest` and `highest` are exact. `limit` is how far
    apart they may be, or the threshold where `both_sides`.
    """

    code: str
    name: str
    lowest: Fraction
    highest: Fraction
    limit: Fraction
    both_sides: bool = False

    @property
    def spread(self) -> Fraction:
        """How far apart the reviews are."""
        return self.highest - self.lowest

    @property
    def message(self) -> str:
        """A translatable sentence for people; fill it with `values`."""
        return _SAID[self.both_sides, self.code == OVERALL]

    @property
    def values(self) -> dict[str, str | Fraction]:
        """The name of the criterion and the exact figures of `message`."""
        return {"name": self.name, "spread": self.spread, "limit": self.limit}


_SAID = {
    (False, False): N_(
        "{name}: the scores are {spread} points apart; more than {limit} is a disagreement."
    ),
    (False, True): N_("The totals are {spread} points apart; more than {limit} is a disagreement."),
    (True, False): N_("{name}: the scores lie on both sides of the threshold of {limit}."),
    (True, True): N_("The reviews lie on both sides of the overall threshold of {limit}."),
}


def disagreements(rules: Rules, reviews: Sequence[Review]) -> tuple[Disagreement, ...]:
    """List in what complete reviews disagree, criteria by code first; nothing without a rule."""
    if rules.divergence is None or len(reviews) < 2:
        return ()
    scored = each_alone(rules, reviews)
    return (*_too_far(rules, rules.divergence, scored), *_both_sides(rules, scored))


def _too_far(
    rules: Rules, rule: DivergenceRule, scored: Sequence[Mapping[str, Fraction]]
) -> Iterator[Disagreement]:
    figures = [
        (each.code, each.name, [it[each.code] for it in scored], rule.criterion)
        for each in sorted(rules.criteria, key=lambda criterion: criterion.code)
    ]
    totals = [total(rules, each) for each in scored]
    for code, name, given, limit in (*figures, (OVERALL, "", totals, rule.total)):
        if limit is not None and max(given) - min(given) > limit:
            yield Disagreement(
                code=code, name=name, lowest=min(given), highest=max(given), limit=limit
            )


def _both_sides(rules: Rules, scored: Sequence[Mapping[str, Fraction]]) -> Iterator[Disagreement]:
    if rules.divergence is None or not rules.divergence.both_sides:
        return
    for each in sorted(rules.criteria, key=lambda criterion: criterion.code):
        if each.threshold_halves is not None:
            given = [scores[each.code] for scores in scored]
            yield from _around(each.code, each.name, given, points(each.threshold_halves))
    if rules.overall_threshold is not None:
        given = [against_overall(rules, scores) for scores in scored]
        yield from _around(OVERALL, "", given, rules.overall_threshold)


def _around(
    code: str, name: str, given: Sequence[Fraction], limit: Fraction
) -> Iterator[Disagreement]:
    if min(given) < limit <= max(given):
        yield Disagreement(
            code=code,
            name=name,
            lowest=min(given),
            highest=max(given),
            limit=limit,
            both_sides=True,
        )
