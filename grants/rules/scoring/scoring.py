"""From reviews to exact scores, a weighted total, and what falls short of which threshold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grants.rules.scoring.criteria import OVERALL, SECTION, Criterion, NotAssessed
from grants.rules.scoring.errors import InvalidEntry
from grants.rules.scoring.rules import Basis, Combine, Rules
from grants.rules.scoring.scale import points, shown, shown_down, shown_up
from grants.rules.words import N_

Review = Mapping[str, int]
"""One reviewer's scores: halves by criterion code, without what could not be assessed."""


@dataclass(frozen=True)
class Shortfall:
    """A threshold that was missed: `code` of the criterion, section or OVERALL; exact figures."""

    code: str
    name: str
    score: Fraction
    threshold: Fraction

    @property
    def missing(self) -> Fraction:
        """How much more the proposal would have needed."""
        return self.threshold - self.score

    @property
    def message(self) -> str:
        """A translatable sentence for people; fill it with `values`."""
        if self.code == OVERALL:
            return N_(
                "The overall score of {score} is {missing} below the threshold of {threshold}."
            )
        if self.code.startswith(SECTION):
            return N_(
                "Section {name}: the score of {score} is {missing} below the threshold of"
                " {threshold}."
            )
        return N_("{name}: the score of {score} is {missing} below the threshold of {threshold}.")

    @property
    def values(self) -> dict[str, str]:
        """The words and figures of `message`, rounded so that nothing looks as if it passed."""
        return {
            "name": self.name,
            "score": shown_down(self.score),
            "threshold": shown(self.threshold),
            "missing": shown_up(self.missing),
        }

    def __str__(self) -> str:
        return self.message.format(**self.values)


@dataclass(frozen=True)
class Result:
    """What a proposal's reviews come to under the rules; all figures exact, in points."""

    scores: tuple[tuple[str, Fraction], ...]
    total: Fraction
    shortfalls: tuple[Shortfall, ...]

    @property
    def passed(self) -> bool:
        """Whether no threshold was missed."""
        return not self.shortfalls


def evaluate(rules: Rules, reviews: Sequence[Review]) -> Result:
    """Combine reviews, total them and hold them against every threshold.

    Scores and shortfalls come sorted by criterion code, then those of sections, the overall last.
    Raises InvalidEntry if a review is missing or incomplete, NotAScore if off the scale.
    """
    scores = combine(rules, reviews)
    return Result(
        scores=tuple(sorted(scores.items())),
        total=total(rules, scores),
        shortfalls=(
            *_criteria_missed(rules, scores),
            *_sections_missed(rules, scores),
            *_overall_missed(rules, scores),
        ),
    )


def combine(rules: Rules, reviews: Sequence[Review]) -> dict[str, Fraction]:
    """Return the exact mean or median of each criterion, in points."""
    if not reviews:
        raise InvalidEntry(N_("There is no review."))
    for review in reviews:
        _check(rules, review)
    if any(it.not_assessed for it in rules.criteria):
        return {it.code: _combined(rules, it, reviews) for it in rules.criteria}
    if rules.combine is Combine.MEDIAN:
        return {code: _median([points(it[code]) for it in reviews]) for code in rules.codes}
    # The mean as one fraction of whole halves: adding fractions up takes five times as long.
    halves = 2 * len(reviews)
    return {code: Fraction(sum(it[code] for it in reviews), halves) for code in rules.codes}


def each_alone(rules: Rules, reviews: Sequence[Review]) -> list[dict[str, Fraction]]:
    """Return what each review comes to by itself, in points, so that reviews can be compared.

    Where a review leaves a criterion out, it has what all of them come to there.
    """
    whole = combine(rules, reviews)
    lowest = {
        it.code: points(rules.scale_of(it).minimum_halves)
        for it in rules.criteria
        if it.not_assessed is NotAssessed.LOWEST
    }
    return [
        {
            code: points(review[code]) if code in review else lowest.get(code, whole[code])
            for code in rules.codes
        }
        for review in reviews
    ]


def total(rules: Rules, scores: Mapping[str, Fraction], *, bonus: bool = True) -> Fraction:
    """Sum scores times weights, exactly: the figure that proposals are ranked by.

    Thresholds look at it without `bonus`.
    """
    above, below = 0, 1  # as one fraction that is reduced once, and not at each criterion
    for each in rules.criteria:
        if each.bonus and not bonus:
            continue
        weight, score = each.weight, scores[each.code]
        part = weight.denominator * score.denominator
        above = above * part + weight.numerator * score.numerator * below
        below *= part
    return Fraction(above, below)


def share(rules: Rules, scores: Mapping[str, Fraction]) -> Fraction:
    """Return the weighted total, less a bonus, as an exact percentage of the most possible."""
    return 100 * total(rules, scores, bonus=False) / rules.maximum_without_bonus


def against_overall(rules: Rules, scores: Mapping[str, Fraction]) -> Fraction:
    """Return the figure that the overall threshold is compared with, as the rules' basis says."""
    if rules.basis is Basis.WEIGHTED_SHARE:
        return share(rules, scores)
    if rules.basis is Basis.WEIGHTED_SUM:
        return total(rules, scores, bonus=False)
    return sum((scores[it.code] for it in rules.criteria if not it.bonus), Fraction(0))


def of_section(rules: Rules, section: str, scores: Mapping[str, Fraction]) -> Fraction:
    """Sum a section's scores times weights, less a bonus: what its threshold looks at."""
    inside = (it for it in rules.in_section(section) if not it.bonus)
    return sum((it.weight * scores[it.code] for it in inside), Fraction(0))


def _check(rules: Rules, review: Review) -> None:
    given = review.keys()
    for each in rules.criteria:
        if each.code in given:
            rules.scale_of(each).check(review[each.code])
        elif each.not_assessed is None:
            raise InvalidEntry(N_("A review has no score for {code}."), code=each.code)
    if unknown := sorted(set(given) - set(rules.codes)):
        raise InvalidEntry(N_("There is no criterion {code}."), code=unknown[0])


def _combined(rules: Rules, criterion: Criterion, reviews: Sequence[Review]) -> Fraction:
    """Combine one criterion's scores where some reviews may not have assessed it."""
    code, lowest = criterion.code, rules.scale_of(criterion).minimum_halves
    given = [it[code] for it in reviews if code in it]
    if criterion.not_assessed is NotAssessed.LOWEST:
        given += [lowest] * (len(reviews) - len(given))
    given = given or [lowest]
    if rules.combine is Combine.MEDIAN:
        return _median([points(halves) for halves in given])
    return Fraction(sum(given), 2 * len(given))


def _median(scores: Sequence[Fraction]) -> Fraction:
    ordered, half = sorted(scores), len(scores) // 2
    return ordered[half] if len(scores) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _criteria_missed(rules: Rules, scores: Mapping[str, Fraction]) -> list[Shortfall]:
    return [
        Shortfall(each.code, each.name, scores[each.code], points(each.threshold_halves))
        for each in sorted(rules.criteria, key=lambda criterion: criterion.code)
        if each.threshold_halves is not None and scores[each.code] < points(each.threshold_halves)
    ]


def _sections_missed(rules: Rules, scores: Mapping[str, Fraction]) -> list[Shortfall]:
    figures = [
        (it, of_section(rules, it.section, scores))
        for it in sorted(rules.sections, key=lambda each: each.section)
    ]
    return [
        Shortfall(it.code, it.section, figure, it.threshold)
        for it, figure in figures
        if figure < it.threshold
    ]


def _overall_missed(rules: Rules, scores: Mapping[str, Fraction]) -> list[Shortfall]:
    figure = against_overall(rules, scores)
    if rules.overall_threshold is None or figure >= rules.overall_threshold:
        return []
    return [Shortfall(OVERALL, "", figure, rules.overall_threshold)]
