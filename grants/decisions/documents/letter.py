"""The decision letter: what was decided on a proposal, why, and what the applicant can do.

It has no field for a reviewer's name: nobody can put one in by mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from grants.kit.pdf.document import Column, Pages
from grants.kit.pdf.wording import ROUNDED, Imprint
from grants.rules.words import N_
from grants.rules.workflow import DecisionKind

DECIDED = {
    DecisionKind.AWARD: N_("Your proposal is awarded."),
    DecisionKind.AWARD_WITH_CONDITIONS: N_("Your proposal is awarded, with conditions."),
    DecisionKind.RESERVE: N_("Your proposal is on the reserve list."),
    DecisionKind.REJECT_BUDGET: N_("Your proposal is not funded: the call’s budget is exhausted."),
    DecisionKind.REJECT_THRESHOLD: N_("Your proposal is not funded: it is below a threshold."),
    DecisionKind.REJECT_OTHER: N_("Your proposal is not funded."),
}
NEXT = {
    DecisionKind.AWARD: N_(
        "We are now preparing the grant agreement with you. Please wait for its signature"
        " before you incur costs that you want us to cover."
    ),
    DecisionKind.AWARD_WITH_CONDITIONS: N_(
        "Please tell us how you will meet the conditions. Once they are met, we will"
        " prepare the grant agreement with you."
    ),
    DecisionKind.RESERVE: N_(
        "If funds become available, we call proposals from the reserve list in its order."
        " We will write to you if yours is next. You do not need to do anything now."
    ),
    DecisionKind.REJECT_BUDGET: N_(
        "Your proposal passed every threshold, but higher-ranked proposals exhausted the"
        " budget. You are welcome to apply again in a later call."
    ),
    DecisionKind.REJECT_THRESHOLD: N_(
        "The scores and comments below show where the proposal fell short. You are welcome"
        " to apply again in a later call."
    ),
    DecisionKind.REJECT_OTHER: N_("You are welcome to apply again in a later call."),
}

LOWER = N_(
    "You are offered less than you asked for. By accepting you undertake to carry out the project"
    " with the lower amount."
)


@dataclass(frozen=True, kw_only=True)
class CriterionScore:
    """A criterion's agreed score in exact points, and the comments meant for the applicant.

    `weight` is its share of the total; None for a line that does not count in it.
    """

    name: str
    score: Fraction | None
    maximum: Fraction
    weight: Fraction | None
    threshold: Fraction | None = None
    comments: Sequence[str] = ()
    unit: str = ""
    """Behind the figures, where they do not count points."""


@dataclass(frozen=True, kw_only=True)
class Total:
    """The exact total, what it could have been, and what it had to be."""

    score: Fraction
    maximum: Fraction
    threshold: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class LetterDocument:
    """What a decision letter says. `amount_cents` for awards; `rank` only where it is told."""

    imprint: Imprint
    reference: str
    title: str
    call: str
    applicant: str
    address: str
    decided_on: date
    kind: DecisionKind
    reasons: str
    redress: str
    conditions: Sequence[str] = ()
    amount_cents: int | None = None
    currency: str = "EUR"
    rank: int | None = None
    criteria: Sequence[CriterionScore] = ()
    total: Total | None = None
    redress_until: date | None = None
    requested_cents: int | None = None
    """What was asked for, where the award is lower."""
    answer_by: date | None = None
    signatory: str = ""
    signatory_role: str = ""


def render(document: LetterDocument) -> bytes:
    """Print a decision letter."""
    it, say = document, document.imprint.say
    kind = say(N_("Decision on your proposal"))
    pages = Pages(it.imprint, kind=kind, title=it.title, reference=it.reference)
    pages.address(f"{it.applicant}\n{it.address}", it.imprint.day(it.decided_on))
    pages.title(it.title)
    pages.panel(say(DECIDED[it.kind]), _amount(it))
    pages.facts(_facts(it))
    pages.text(say(NEXT[it.kind]))
    if it.answer_by:
        pages.heading(say(N_("Your answer")))
        pages.text(
            say(
                N_(
                    "Please accept or decline this award on the page of your proposal by {date}."
                    " The agreement is signed only after you have accepted."
                ),
                date=it.imprint.day(it.answer_by),
            )
        )
        if it.requested_cents is not None:
            pages.text(say(LOWER))
    pages.heading(say(N_("Reasons")))
    pages.text(it.reasons)
    if it.conditions:
        pages.heading(say(N_("Conditions")))
        pages.bullets(it.conditions)
    if it.criteria:
        _scores(pages, it)
    pages.heading(say(N_("If you disagree")))
    pages.text(it.redress)
    if it.redress_until:
        until = it.imprint.day(it.redress_until)
        pages.text(say(N_("We must have your request by {date}."), date=until))
    if it.signatory:
        pages.signatures([(it.signatory, it.signatory_role)])
    return pages.pdf()


def _amount(it: LetterDocument) -> list[str]:
    if it.amount_cents is None:
        return []
    say, money = it.imprint.say, it.imprint.money(it.amount_cents, it.currency)
    lines = [say(N_("Grant of up to {money}"), money=money)]
    if it.requested_cents is not None:
        asked = it.imprint.money(it.requested_cents, it.currency)
        lines.append(say(N_("You asked for {money}. You are offered less."), money=asked))
    return lines


def _facts(it: LetterDocument) -> list[tuple[str, str]]:
    say = it.imprint.say
    return [
        (say(N_("Reference")), it.reference),
        (say(N_("Call")), it.call),
        (say(N_("Applicant")), it.applicant),
        (say(N_("Rank")), "" if it.rank is None else it.imprint.number(it.rank)),
    ]


def _scores(pages: Pages, it: LetterDocument) -> None:
    say = it.imprint.say
    pages.heading(say(N_("How it was scored")))
    columns = [
        Column(say(N_("Criterion")), 3.6),
        Column(say(N_("Score")), 1, "right"),
        Column(say(N_("Out of")), 1, "right"),
        Column(say(N_("Threshold")), 1.3, "right"),
        Column(say(N_("Weight")), 1.2, "right"),
    ]
    rows = [_score_row(it.imprint, criterion) for criterion in it.criteria]
    totals = [_total_row(it.imprint, it.total)] if it.total else []
    pages.table(columns, rows, totals)
    pages.text(say(ROUNDED), "small")
    commented = [criterion for criterion in it.criteria if criterion.comments]
    if commented:
        pages.heading(say(N_("Evaluation comments")))
    for criterion in commented:
        pages.heading(criterion.name, 3)
        for comment in criterion.comments:
            pages.text(comment)


def _score_row(imprint: Imprint, criterion: CriterionScore) -> tuple[str, ...]:
    return (
        criterion.name,
        *(
            imprint.score(figure) + (criterion.unit if figure is not None else "")
            for figure in (criterion.score, criterion.maximum, criterion.threshold)
        ),
        "–" if criterion.weight is None else imprint.percent(criterion.weight),
    )


def _total_row(imprint: Imprint, total: Total) -> tuple[str, ...]:
    scores = (total.score, total.maximum, total.threshold)
    return (
        imprint.say(N_("Total by weights, in points")),
        *(imprint.score(score) for score in scores),
        "",
    )
