"""What a consensus report says: its scores, comments and reasons, and what still lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment
from grants.evaluation.models.consensus import ConsensusReport
from grants.rules import canonical
from grants.rules.scoring import Criterion, Rules
from grants.rules.scoring.consensus import nearest
from grants.rules.words import N_

BEGUN_WITH = ("rapporteur_id", "seeds", "reviews")
"""What the ledger keeps of how a report began."""

OUTSIDE = N_("You reviewed this proposal yourself: another fund manager has to do this.")
REVIEWS_MOVED = N_(
    "A review of this proposal has changed since the consensus report began. A fund manager has to"
    " withdraw the report and begin another."
)


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


def kept_reviews(reviewed: Sequence[Assignment]) -> list[dict[str, int]]:
    """Name reviews with their last save, as a report keeps those that it began with."""
    kept = [{"review": it.review.id, "revision": it.review.revision} for it in reviewed]
    return sorted(kept, key=lambda it: it["review"])
