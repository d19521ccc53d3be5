"""The reviews of one proposal side by side: scores, their mean and range, and disagreements."""

from collections.abc import Sequence
from dataclasses import dataclass

from grants.evaluation.models import Assignment
from grants.evaluation.queries.counted_scores import marks_of
from grants.kit.language.formats import Formats
from grants.rules.scoring import (
    OVERALL,
    Combine,
    Disagreement,
    Rules,
    combine,
    disagreements,
    each_alone,
    shown,
    total,
)
from grants.rules.workflow import SUBMITTED_REVIEWS


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadTable:
    """Reviewers by criteria, the total last; figures as people read them."""

    codes: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    """A reviewer's name, and the scores."""
    combined: Sequence[str]
    median: bool
    ranges: Sequence[str]
    """The lowest and the highest, and how far apart they are."""
    apart: frozenset[str]
    """The criteria, or OVERALL, in which the reviews disagree by the rule of the call."""
    disagreements: Sequence[Disagreement]


def spread_table(
    rules: Rules, assignments: Sequence[Assignment], said: Formats
) -> SpreadTable | None:
    """Set the submitted reviews side by side; None before there is one."""
    done = [it for it in assignments if it.status in SUBMITTED_REVIEWS]
    if not done:
        return None
    reviews = [marks_of(it.review) for it in done]
    figures = [
        [*(each[code] for code in rules.codes), total(rules, each)]
        for each in each_alone(rules, reviews)
    ]
    together = combine(rules, reviews)
    found = disagreements(rules, reviews)
    return SpreadTable(
        codes=(*rules.codes, OVERALL),
        rows=[
            (
                it.reviewer.name,
                [
                    said.figure(shown(value)) if code in (*review, OVERALL) else "–"
                    for code, value in zip((*rules.codes, OVERALL), row, strict=True)
                ],
            )
            for it, review, row in zip(done, reviews, figures, strict=True)
        ],
        combined=[
            said.figure(shown(value))
            for value in (*(together[code] for code in rules.codes), total(rules, together))
        ],
        median=rules.combine is Combine.MEDIAN,
        ranges=[
            f"{said.figure(shown(min(column)))}\u2013{said.figure(shown(max(column)))}"
            f" ({said.figure(shown(max(column) - min(column)))})"
            for column in zip(*figures, strict=True)
        ],
        apart=frozenset(it.code for it in found),
        disagreements=found,
    )
