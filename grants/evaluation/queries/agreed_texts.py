"""What a consensus report says: its scores, comments and reasons, and what still lacks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models.consensus import ConsensusReport
from grants.rules import canonical
from grants.rules.scoring import Criterion, Rules
from grants.rules.scoring.consensus import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedScore:
    """What is agreed on one criterion: half points, a comment, and why it departs."""

    halves: int | None = None
    comment: str = ""
    departure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsensusDraft:
    """A consensus report as it is typed: scores by the criterion's code."""

    scores: Mapping[str, AgreedScore] = field(default_factory=dict)
    overall_comment: str = ""


def draft_of(report: ConsensusReport) -> ConsensusDraft:
    """Return a report as it was last saved."""
    return ConsensusDraft(
        scores={
            it.code: AgreedScore(halves=it.halves, comment=it.comment, departure=it.departure)
            for it in report.scores
        },
        overall_comment=report.overall_comment,
    )


def missing_of(report: ConsensusReport) -> tuple[str, ...]:
    """Name the criteria that still lack a score, a comment, or the reason of a departure."""
    rules, draft = frozen_rules(report.stage), draft_of(report)
    return tuple(
        it.name
        for it in rules.criteria
        if is_missing(rules, it, draft.scores.get(it.code, AgreedScore()), report.seeds[it.code])
    )


def is_missing(rules: Rules, criterion: Criterion, given: AgreedScore, seed: str) -> bool:
    """Return whether an agreed score lacks, or its comment, or why it departs from `seed`."""
    if given.halves is None or criterion.is_missing(given.halves, given.comment):
        return True
    return departs(rules, criterion, given.halves, seed) and not given.departure.strip()


def departs(rules: Rules, criterion: Criterion, halves: int, seed: str) -> bool:
    """Return whether an agreed score is another one than the reviews came to."""
    return halves != nearest(rules.scale_of(criterion), Fraction(seed))


def digest_of(report: ConsensusReport) -> str:
    """Return the SHA-256 of all that a report says, by which the ledger keeps it."""
    said = [[it.code, it.halves, it.comment, it.departure] for it in report.scores]
    return canonical.digest([sorted(said, key=str), report.overall_comment, report.seeds])
