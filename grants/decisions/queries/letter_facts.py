"""What a letter tells its applicant: exact scores as people read them, comments without names."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, selectinload

from grants.decisions.models import Decision
from grants.evaluation.models import Assignment, CheckItem, Review
from grants.evaluation.models.consensus import ConsensusReport
from grants.evaluation.queries.counted_scores import final_reports, marks_of
from grants.evaluation.queries.panel_scores import decided_scores
from grants.proposals.models import Proposal
from grants.rules import scoring
from grants.rules.scoring import OVERALL, Basis, Result, Rules, weight_shown, with_panel_scores
from grants.rules.workflow import AssignmentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionOutcome:
    """What came of one criterion; figures as text, rounded half up to two decimals.

    A score below its threshold is cut off instead, so that it never looks as if it passed.
    """

    code: str
    name: str
    score: str
    maximum: str
    weight: str
    threshold: str
    """Empty where there is none."""
    missed: bool
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionOutcome:
    """What came of a section that needs points together; figures as of a criterion."""

    name: str
    score: str
    maximum: str
    threshold: str
    missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """All that a decision letter needs; nothing in it tells who reviewed."""

    proposal: Proposal
    decision: Decision | None
    criteria: tuple[CriterionOutcome, ...]
    """Empty for a proposal that was never reviewed."""
    sections: tuple[SectionOutcome, ...]
    """Those that have a threshold."""
    total: str
    maximum: str
    overall: str
    """The figure that the overall threshold looks at; empty where there is none."""
    overall_maximum: str
    overall_threshold: str
    overall_missed: bool
    basis: Basis
    """What that figure is, and so whether it counts points or per cent."""
    comments: tuple[str, ...]
    """On the proposal as a whole."""
    not_met: tuple[tuple[str, str], ...]
    """What the eligibility check found missing: the item, and the reason."""


def words_digest(decision: Decision) -> str:
    """Return the SHA-256 of a decision's texts, by which the ledger keeps them."""
    texts = (decision.reasons, decision.conditions, decision.justification)
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def letter_made_of(decision: Decision) -> str:
    """Name the decision that a letter tells, among those on its proposal.

    Who was told of the reserve list may be awarded later, and gets a second letter.
    """
    if decision.notified_at is None:
        raise LookupError("nobody was told of this decision")
    return f"decision/{decision.number}"


def letter_facts(db: Session, proposal: Proposal, decision: Decision | None) -> LetterFacts:
    """Gather what the letter of a proposal says."""
    reviews = _reviews(db, proposal)
    not_met = _not_met(db, proposal)
    if not reviews:
        return _without_reviews(proposal, decision, not_met)
    stage = reviews[0].assignment.stage
    rules = Rules.from_dict(stage.rules)
    agreed = final_reports(db, stage, [proposal.id]).get(proposal.id)
    decided = decided_scores(db, stage).get(proposal.id, {})
    scores = with_panel_scores(
        [agreed.halves] if agreed else [marks_of(review) for review in reviews], decided
    )
    result = scoring.evaluate(rules, scores)
    missed = {shortfall.code for shortfall in result.shortfalls}
    figure = scoring.against_overall(rules, dict(result.scores))
    threshold = rules.overall_threshold
    return LetterFacts(
        proposal=proposal,
        decision=decision,
        criteria=_criteria(proposal, rules, result, missed, _comments(reviews, agreed)),
        sections=_sections(rules, result, missed),
        total=scoring.shown(result.total),
        maximum=scoring.shown(rules.maximum_total),
        overall="" if threshold is None else _shown(figure, OVERALL in missed),
        overall_maximum=scoring.shown(rules.maximum),
        overall_threshold="" if threshold is None else scoring.shown(threshold),
        overall_missed=OVERALL in missed,
        basis=rules.basis,
        comments=_shuffled(
            proposal,
            "",
            [agreed.overall_comment] if agreed else (it.overall_comment for it in reviews),
        ),
        not_met=not_met,
    )


def _criteria(
    proposal: Proposal,
    rules: Rules,
    result: Result,
    missed: set[str],
    comments: Mapping[str, list[str]],
) -> tuple[CriterionOutcome, ...]:
    scores = dict(result.scores)
    return tuple(
        CriterionOutcome(
            code=each.code,
            name=each.name,
            score=_shown(scores[each.code], each.code in missed),
            maximum=scoring.shown_halves(rules.scale_of(each).maximum_halves),
            weight=weight_shown(each.weight),
            threshold=""
            if each.threshold_halves is None
            else scoring.shown_halves(each.threshold_halves),
            missed=each.code in missed,
            comments=_shuffled(proposal, each.code, comments.get(each.code, ())),
        )
        for each in rules.criteria
    )


def _sections(rules: Rules, result: Result, missed: set[str]) -> tuple[SectionOutcome, ...]:
    scores = dict(result.scores)
    return tuple(
        SectionOutcome(
            name=each.section,
            score=_shown(scoring.of_section(rules, each.section, scores), each.code in missed),
            maximum=scoring.shown(rules.maximum_of_section(each.section)),
            threshold=scoring.shown(each.threshold),
            missed=each.code in missed,
        )
        for each in rules.sections
    )


def _comments(reviews: list[Review], agreed: ConsensusReport | None) -> dict[str, list[str]]:
    """Return the comments on each criterion: those agreed, or else what each review says."""
    found: dict[str, list[str]] = {}
    for of in [agreed.scores] if agreed else [review.marks for review in reviews]:
        for it in of:
            found.setdefault(it.code, []).append(it.comment)
    return found


def _shuffled(proposal: Proposal, code: str, comments: Iterable[str]) -> tuple[str, ...]:
    """Put comments into an order of their own on each criterion, which tells nothing of who wrote.

    The order hangs on the words alone, so that the same letter can be made again.
    """

    def key(comment: str) -> str:
        return hashlib.sha256(f"{proposal.reference}\n{code}\n{comment}".encode()).hexdigest()

    return tuple(sorted((each.strip() for each in comments if each.strip()), key=key))


def _shown(value: Fraction, missed: bool) -> str:
    return scoring.shown_down(value) if missed else scoring.shown(value)


def _reviews(db: Session, proposal: Proposal) -> list[Review]:
    query = (
        select(Review)
        .join(Review.assignment)
        .join(Assignment.stage)
        .where(
            Assignment.proposal_id == proposal.id,
            Assignment.status == AssignmentStatus.LOCKED,
            Assignment.stage_id == proposal.stage_id,
        )
        .options(
            contains_eager(Review.assignment).contains_eager(Assignment.stage),
            selectinload(Review.marks),
        )
    )
    return list(db.scalars(query))


def _not_met(db: Session, proposal: Proposal) -> tuple[tuple[str, str], ...]:
    query = select(CheckItem).where(CheckItem.proposal_id == proposal.id, CheckItem.met.is_(False))
    found = {item.code: item.reason for item in db.scalars(query)}
    lines = proposal.call.checklist
    return tuple((line["text"], found[line["code"]]) for line in lines if line["code"] in found)


def _without_reviews(
    proposal: Proposal, decision: Decision | None, not_met: tuple[tuple[str, str], ...]
) -> LetterFacts:
    return LetterFacts(
        proposal=proposal,
        decision=decision,
        criteria=(),
        sections=(),
        total="",
        maximum="",
        overall="",
        overall_maximum="",
        overall_threshold="",
        overall_missed=False,
        basis=Basis.UNWEIGHTED_SUM,
        comments=(),
        not_met=not_met,
    )
