"""Criteria as people read them: their scales, and what else reviewers and applicants must know."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from grants.calls.models import Call, Stage
from grants.calls.queries.criteria import CriterionFacts, criteria_of
from grants.kit.language.formats import Formats
from grants.kit.language.i18n import translations
from grants.rules.scoring import Criterion, NotAssessed, Scale, SectionThreshold, shown_halves
from grants.rules.words import N_

NOT_ASSESSED = {
    NotAssessed.LEFT_OUT: N_(
        "A reviewer may be unable to assess it: then the scores of the others count. If nobody"
        " assesses it, it counts as the lowest score."
    ),
    NotAssessed.LOWEST: N_(
        "A reviewer may be unable to assess it: then it counts as the lowest score."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionInWords:
    """A criterion as a table shows it; `about` are its guidance and rules of its own."""

    name: str
    section: str
    about: tuple[str, ...]
    meanings: tuple[str, ...]
    scale: str
    weight: str
    threshold: str
    """Empty where there is none."""


def criteria_in_words(
    criteria: Iterable[CriterionFacts], said: Formats
) -> tuple[CriterionInWords, ...]:
    """Return criteria as people read them, in order."""
    return tuple(_in_words(it, said) for it in criteria)


def facts_of_stage(call: Call, stage: Stage) -> dict[str, CriterionFacts]:
    """Return by their codes the criteria of the stage that is judged, as managers wrote them."""
    if stage.plan:
        return {it["code"]: CriterionFacts(**it) for it in stage.plan["criteria"]}
    return {it.code: it for it in criteria_of(call.criteria)}


def scale_in_words(scale: Scale, said: Formats) -> str:
    """Return a scale: 0 to 5 by half points."""
    say = translations(said.language).gettext
    lowest, highest = (said.halves(it) for it in (scale.minimum_halves, scale.maximum_halves))
    if scale.yes_or_no:
        return say(N_("yes or no (1 point or 0)"))
    if scale.step_halves == 1:
        words = N_("{lowest} to {highest} by half points")
    elif scale.step_halves == 2:
        words = N_("{lowest} to {highest}")
    else:
        words = N_("{lowest} to {highest} by steps of {step}")
    step = said.figure(shown_halves(scale.step_halves))
    return say(words).format(lowest=lowest, highest=highest, step=step)


def score_in_words(scale: Scale, halves: int, said: Formats) -> str:
    """Return a score as a reviewer gives it: 3.5, or yes."""
    if not scale.yes_or_no:
        return said.halves(halves)
    return translations(said.language).gettext(N_("Yes") if halves else N_("No"))


def section_needs(threshold: SectionThreshold, maximum: Fraction, said: Formats) -> str:
    """Return what a section needs."""
    words = translations(said.language).gettext(
        N_("Section {name}: at least {points} of {maximum} points, each criterion by its weight.")
    )
    return words.format(
        name=threshold.section,
        points=said.exact(str(threshold.threshold)),
        maximum=said.exact(str(maximum)),
    )


def of_its_own(criterion: Criterion, said: Formats) -> tuple[str, ...]:
    """Return the rules of a criterion that most criteria do without, a sentence each."""
    say = translations(said.language).gettext
    found = []
    if criterion.bonus:
        found.append(say(N_("Bonus points: they count in the ranking and towards no threshold.")))
    if criterion.not_assessed:
        found.append(say(NOT_ASSESSED[criterion.not_assessed]))
    return tuple(found)


def _in_words(facts: CriterionFacts, said: Formats) -> CriterionInWords:
    criterion = Criterion.from_dict(facts.as_rule())
    guidance = (facts.guidance,) if facts.guidance else ()
    halves = facts.threshold_halves
    return CriterionInWords(
        name=facts.name,
        section=facts.section,
        about=(*guidance, *of_its_own(criterion, said)),
        meanings=tuple(line.strip() for line in facts.meanings.splitlines() if line.strip()),
        scale=scale_in_words(criterion.scale or Scale(), said),
        weight=said.exact(facts.weight),
        threshold="" if halves is None else said.halves(halves),
    )
