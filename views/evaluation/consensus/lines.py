"""A consensus report and its reviews as people read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from grants.calls.queries.criteria_in_words import score_in_words
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment
from grants.evaluation.models.consensus import ConsensusReport, ConsensusView
from grants.rules.scoring import Criterion, Rules, shown
from schemas.forms.base import _
from views.evaluation.presentation import score_words
from views.web.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleReview:
    """One of the reviews that a report is made of, under a name that tells who only to its own."""

    name: str
    scores: Sequence[str]
    comments: Sequence[tuple[str, str]]
    """The criterion and what was written on it."""
    overall: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedLine:
    """What is agreed on one criterion, as people read it."""

    name: str
    reviews: str
    score: str
    comment: str
    departure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """What a reviewer answered; `view` is empty where they approve, `answered` where they did."""

    name: str
    answered: bool
    view: str
    at: datetime | None


def reviews_of(
    request: Request, assignments: Sequence[Assignment], *, named: bool
) -> Sequence[SingleReview]:
    """Set reviews side by side; without names a reviewer recognises only the own one."""
    found = []
    for place, it in enumerate(assignments):
        criteria = frozen_rules(it.stage).criteria
        marks, say = {mark.code: mark for mark in it.review.marks}, score_words(request)
        found.append(
            SingleReview(
                name=it.reviewer.name if named else _letter(request, it, place),
                scores=[say(each, marks.get(each.code)) for each in criteria],
                comments=[
                    (each.name, marks[each.code].comment)
                    for each in criteria
                    if each.code in marks and marks[each.code].comment
                ],
                overall=it.review.overall_comment,
            )
        )
    return found


def lines_of(request: Request, report: ConsensusReport) -> Sequence[AgreedLine]:
    """Return a report criterion by criterion, as people read it."""
    rules, written = frozen_rules(report.stage), {it.code: it for it in report.scores}
    said = request.formats
    return [
        AgreedLine(
            name=it.name,
            reviews=said.figure(shown(Fraction(report.seeds[it.code]))),
            score=_score(rules, it, written[it.code].halves, request),
            comment=written[it.code].comment,
            departure=written[it.code].departure,
        )
        for it in rules.criteria
    ]


def answers_of(
    request: Request, report: ConsensusReport, assignments: Sequence[Assignment], *, named: bool
) -> Sequence[AnswerLine]:
    """Return who answered what to a report as it was circulated last; the rapporteur is first."""
    found = []
    for place, it in enumerate(assignments):
        if it.reviewer_id == report.rapporteur_id:
            continue
        view: ConsensusView | None = report.answers.get(it.reviewer_id)
        found.append(
            AnswerLine(
                name=it.reviewer.name if named else _letter(request, it, place),
                answered=view is not None,
                view=view.minority_view if view else "",
                at=view.answered_at if view else None,
            )
        )
    return found


def _score(rules: Rules, criterion: Criterion, halves: int | None, request: Request) -> str:
    if halves is None:
        return "–"
    return score_in_words(rules.scale_of(criterion), halves, request.formats)


def _letter(request: Request, assignment: Assignment, place: int) -> str:
    if assignment.reviewer_id == request.person.id:
        return request.localizer.translate(_("You"))
    return request.localizer.translate(
        _("Reviewer ${letter}", mapping={"letter": chr(ord("A") + place % 26)})
    )
