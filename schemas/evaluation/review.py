"""A review as it is typed: a score and a comment for each criterion of the stage."""

from collections.abc import Callable, Mapping
from typing import Any

import colander
from deform.widget import MappingWidget, RadioChoiceWidget, SelectWidget, TextAreaWidget

from grants.evaluation.service.reviews import Draft, Score
from grants.rules.scoring import Criterion, Rules, Scale, shown_halves
from schemas.forms.base import AskedNode, FormSchema, _, stripped

LONGEST = 8000
NOT_ASSESSED = "none"
"""What is chosen in place of a score where a reviewer could not assess."""
MOST_BUTTONS = 23
"""Up to so many scores stand side by side; more are chosen from a list."""


def review_form(
    rules: Rules,
    notes: Mapping[str, str],
    *,
    complete: bool = False,
    score_words: Callable[[Scale, int], str] = lambda _scale, halves: shown_halves(halves),
) -> colander.SchemaNode:
    """Make the form for a stage's criteria.

    `notes` is what stands under each criterion's name, by code. A `complete` review
    has every score, and each comment that it needs; a draft may have none. `score_words` writes
    a score as the reader's language does.
    """
    schema = FormSchema()
    scores = colander.SchemaNode(
        colander.Mapping(), name="scores", title="", widget=MappingWidget()
    )
    for criterion in rules.criteria:
        scores.add(_criterion(rules, criterion, notes, score_words, complete=complete))
    schema.add(scores)
    schema.add(
        _comment(
            "overall_comment",
            _("Overall comment"),
            _("For the applicant. Your name is not disclosed."),
        )
    )
    schema.add(
        _comment("private_comment", _("Only for the fund"), _("Never shown to the applicant."))
    )
    return schema


def typed(draft: Draft) -> dict[str, Any]:
    """Return a review as the form shows it."""
    return {
        "scores": {
            code: {
                "score": _typed_score(score),
                "comment": score.comment,
            }
            for code, score in draft.scores.items()
        },
        "overall_comment": draft.overall_comment,
        "private_comment": draft.private_comment,
    }


def read(answers: Mapping[str, Any]) -> Draft:
    """Return what the form was answered as a draft."""
    return Draft(
        scores={code: _score(given) for code, given in answers["scores"].items()},
        overall_comment=answers["overall_comment"],
        private_comment=answers["private_comment"],
    )


def _typed_score(score: Score) -> Any:
    if score.not_assessed:
        return NOT_ASSESSED
    return colander.null if score.halves is None else str(score.halves)


def _score(given: Mapping[str, Any]) -> Score:
    left = given["score"] == NOT_ASSESSED
    halves = int(given["score"]) if given["score"] and not left else None
    return Score(halves=halves, comment=given["comment"], not_assessed=left)


def score_node(
    rules: Rules,
    criterion: Criterion,
    score_words: Callable[[Scale, int], str],
    *,
    complete: bool,
    agreed: bool = False,
) -> colander.SchemaNode:
    """Make the field of a score: buttons side by side, or a list where there are many.

    What is `agreed` is always a score: nobody leaves a criterion out together.
    """
    scale = rules.scale_of(criterion)
    choices = [(str(it), score_words(scale, it)) for it in scale.choices]
    if criterion.not_assessed and not agreed:
        choices.append((NOT_ASSESSED, _("Not assessed")))
    few = len(choices) <= MOST_BUTTONS
    unset = [] if few and complete else [("", _("No score yet"))]
    needed: dict[str, Any] = {} if complete else {"missing": ""}
    return AskedNode(
        colander.String(),
        name="score",
        title=_("Score"),
        widget=RadioChoiceWidget(
            values=[*unset, *choices],
            template="score_choice",
            item_css_class="score-choice",
        )
        if few
        else SelectWidget(values=[("", _("No score yet")), *choices]),
        validator=colander.OneOf([value for value, _words in choices]),
        **needed,
    )


def _criterion(
    rules: Rules,
    criterion: Criterion,
    notes: Mapping[str, str],
    score_words: Callable[[Scale, int], str],
    *,
    complete: bool,
) -> colander.SchemaNode:
    node = colander.SchemaNode(
        colander.Mapping(),
        name=criterion.code,
        title=criterion.name,
        description=notes.get(criterion.code, ""),
        widget=MappingWidget(item_css_class="criterion"),
        validator=_needs_comment(criterion) if complete else None,
    )
    node.add(score_node(rules, criterion, score_words, complete=complete))
    always = complete and criterion.comment_below_halves is None
    node.add(_comment("comment", _("Comment"), _("For the applicant."), needed=always))
    return node


def _needs_comment(criterion: Criterion) -> Callable[[colander.SchemaNode, Any], None]:
    def check(node: colander.SchemaNode, given: Mapping[str, Any]) -> None:
        score = _score(given)
        if criterion.is_missing(score.halves, score.comment, not_assessed=score.not_assessed):
            wrong = colander.Invalid(node)
            wrong["comment"] = _("Please answer this.")
            raise wrong

    return check


def _comment(
    name: str, title: str, description: str, *, needed: bool = False
) -> colander.SchemaNode:
    kind = AskedNode if name == "comment" else colander.SchemaNode
    return kind(
        colander.String(),
        name=name,
        title=title,
        description=description,
        widget=TextAreaWidget(rows=5),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
        missing=colander.required if needed else "",
    )
