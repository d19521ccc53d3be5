"""How strict reviewers are beside others on the same proposals: diagnosis, never correction."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from grants.rules.scoring.rules import Rules
from grants.rules.scoring.scoring import Review, each_alone, total


@dataclass(frozen=True, kw_only=True)
class Severity:
    """How far a reviewer's totals lie from the mean of the others', in exact points.

    Below zero is stricter than the others. `lowest` and `highest` are the deviations that lie
    furthest apart; `proposals` counts those that others reviewed too.
    """

    reviewer: str
    proposals: int
    mean: Fraction
    lowest: Fraction
    highest: Fraction

    @property
    def spread(self) -> Fraction:
        """How much the deviations vary: 0 for whoever is always as strict."""
        return self.highest - self.lowest


def severity(rules: Rules, reviews: Mapping[str, Mapping[str, Review]]) -> tuple[Severity, ...]:
    """Compare reviewers on what they share; `reviews` are by proposal, then by reviewer.

    Sorted by reviewer. Whoever shares no proposal with anybody is left out.
    """
    apart: dict[str, list[Fraction]] = {}
    for of in reviews.values():
        alone = each_alone(rules, list(of.values()))
        totals = {who: total(rules, scores) for who, scores in zip(of, alone, strict=True)}
        together, others = sum(totals.values(), Fraction(0)), len(totals) - 1
        for who, given in totals.items() if others else ():
            apart.setdefault(who, []).append(given - (together - given) / others)
    return tuple(
        Severity(
            reviewer=who,
            proposals=len(found),
            mean=sum(found, Fraction(0)) / len(found),
            lowest=min(found),
            highest=max(found),
        )
        for who, found in sorted(apart.items())
    )
