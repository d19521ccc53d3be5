"""What reviewers agree: where a report of theirs is asked for, and how it begins.

A consensus report begins with what the reviews come to, put on the scale of each criterion. Its
scores are what counts once it is final, in place of the single reviews.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from grants.rules.scoring.analysis.disagreement import disagreements
from grants.rules.scoring.rules import ConsensusRule, Rules
from grants.rules.scoring.scale import Scale
from grants.rules.scoring.scoring import Review, combine


def is_needed(rules: Rules, reviews: Sequence[Review]) -> bool:
    """Return whether the call asks for a consensus report on a proposal with these reviews."""
    if rules.consensus is None or not reviews:
        return False
    return rules.consensus is ConsensusRule.ALL or bool(disagreements(rules, reviews))


def seeds(rules: Rules, reviews: Sequence[Review]) -> dict[str, Fraction]:
    """Return what the reviews come to on each criterion, exactly, in points."""
    return combine(rules, reviews)


def nearest(scale: Scale, value: Fraction) -> int:
    """Return the score of a scale, in halves, that lies nearest; in the middle the higher one."""
    steps = floor((2 * value - scale.minimum_halves) / scale.step_halves + Fraction(1, 2))
    found = scale.minimum_halves + steps * scale.step_halves
    return min(max(found, scale.minimum_halves), scale.maximum_halves)
