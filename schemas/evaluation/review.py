"""A review as it is typed: a score and a comment for each criterion of the stage."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import colander
from deform.widget import MappingWidget, SelectWidget, TextAreaWidget

from grants.evaluation.service.reviews import Draft, Score
from grants.rules.scoring import Rules, shown_halves
from schemas.forms.base import AskedNode, FormSchema, _, stripped

LONGEST = 8000


def review_form(
    rules: Rules,
    notes: Mapping[str, str],
    *,
    complete: bool = False,
    figure: Callable[[str], str] = str,
) -> colander.SchemaNode:
    """Make the form for a stage's criteria.

    `notes` is what stands under each criterion's name, by code. A `complete` review
    has every score and comment; a draft may have none. `figure` writes a score as the
    reader's language does.
    """
    schema = FormSchema()
    scores = colander.SchemaNode(
        colander.Mapping(), name="scores", title="", widget=MappingWidget()
    )
    for criterion in rules.criteria:
        choices = [(str(it), figure(shown_halves(it))) for it in rules.scale.choices]
        scores.add(_criterion(criterion.code, criterion.name, notes, choices, complete))
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
                "score": colander.null if score.halves is None else str(score.halves),
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
        scores={
            code: Score(
                halves=int(given["score"]) if given["score"] else None, comment=given["comment"]
            )
            for code, given in answers["scores"].items()
        },
        overall_comment=answers["overall_comment"],
        private_comment=answers["private_comment"],
    )


def _criterion(
    code: str,
    name: str,
    notes: Mapping[str, str],
    choices: Sequence[tuple[str, str]],
    complete: bool,
) -> colander.SchemaNode:
    needed: dict[str, Any] = {} if complete else {"missing": ""}
    node = colander.SchemaNode(
        colander.Mapping(),
        name=code,
        title=name,
        description=notes.get(code, ""),
        widget=MappingWidget(item_css_class="criterion"),
    )
    node.add(
        AskedNode(
            colander.String(),
            name="score",
            title=_("Score"),
            widget=SelectWidget(values=[("", _("No score yet")), *choices]),
            validator=colander.OneOf([value for value, _words in choices]),
            **needed,
        )
    )
    node.add(_comment("comment", _("Comment"), _("For the applicant."), complete=complete))
    return node


def _comment(
    name: str, title: str, description: str, *, complete: bool = False
) -> colander.SchemaNode:
    needed: dict[str, Any] = {} if complete else {"missing": ""}
    kind = AskedNode if name == "comment" else colander.SchemaNode
    return kind(
        colander.String(),
        name=name,
        title=title,
        description=description,
        widget=TextAreaWidget(rows=5),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
        **needed,
    )
