"""A consensus report as it is typed: a score, a comment and the reason of a departure each."""

from collections.abc import Callable, Mapping
from typing import Any

import colander
from deform.widget import MappingWidget, SelectWidget, TextAreaWidget

from grants.evaluation.queries.agreed_texts import (
    AgreedScore,
    ConsensusDraft,
    departs,
)
from grants.rules.scoring import Criterion, Rules, Scale
from schemas.evaluation.review import LONGEST, score_node
from schemas.forms.base import AskedNode, FormSchema, _, stripped

_ANSWER = _("Please answer this.")


def consensus_form(
    rules: Rules,
    seeds: Mapping[str, str],
    notes: Mapping[str, str],
    score_words: Callable[[Scale, int], str],
    *,
    complete: bool = False,
) -> colander.SchemaNode:
    """Make the form of a report that began with `seeds`, exact points by criterion.

    `notes` says under each criterion what the reviews come to. A `complete` report has every score,
    each comment that it needs, and a reason wherever it departs.
    """
    schema = FormSchema()
    scores = colander.SchemaNode(
        colander.Mapping(), name="scores", title="", widget=MappingWidget()
    )
    for criterion in rules.criteria:
        scores.add(_criterion(rules, criterion, seeds, notes, score_words, complete=complete))
    schema.add(scores)
    schema.add(_text("overall_comment", _("Overall comment"), _("For the applicant.")))
    return schema


def typed(draft: ConsensusDraft) -> dict[str, Any]:
    """Return a report as the form shows it."""
    return {
        "scores": {
            code: {
                "score": colander.null if it.halves is None else str(it.halves),
                "comment": it.comment,
                "departure": it.departure,
            }
            for code, it in draft.scores.items()
        },
        "overall_comment": draft.overall_comment,
    }


def read(answers: Mapping[str, Any]) -> ConsensusDraft:
    """Return what the form was answered as a draft."""
    return ConsensusDraft(
        scores={code: _agreed(given) for code, given in answers["scores"].items()},
        overall_comment=answers["overall_comment"],
    )


class Rapporteur(FormSchema):
    """Who writes the report. Bind `reviewers`, as pairs of a number and a name."""

    rapporteur = colander.SchemaNode(
        colander.String(),
        title=_("Rapporteur"),
        description=_("One of those who reviewed the proposal writes what all of them agree."),
        widget=colander.deferred(lambda _node, bound: SelectWidget(values=bound["reviewers"])),
        validator=colander.deferred(
            lambda _node, bound: colander.OneOf([number for number, _name in bound["reviewers"]])
        ),
    )


class MinorityView(FormSchema):
    """What a reviewer does not agree to."""

    minority_view = colander.SchemaNode(
        colander.String(),
        title=_("Minority view"),
        description=_("What you do not agree to, and why. It is kept with the report."),
        widget=TextAreaWidget(rows=5),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
    )


def _agreed(given: Mapping[str, Any]) -> AgreedScore:
    return AgreedScore(
        halves=int(given["score"]) if given["score"] else None,
        comment=given["comment"],
        departure=given["departure"],
    )


def _criterion(
    rules: Rules,
    criterion: Criterion,
    seeds: Mapping[str, str],
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
        validator=_is_whole(rules, criterion, seeds[criterion.code]) if complete else None,
    )
    node.add(score_node(rules, criterion, score_words, complete=complete, agreed=True))
    node.add(_text("comment", _("Comment"), _("For the applicant.")))
    node.add(
        _text(
            "departure",
            _("Why the score is another one"),
            _("For the fund and auditors, where it is not what the reviews come to."),
        )
    )
    return node


def _is_whole(
    rules: Rules, criterion: Criterion, seed: str
) -> Callable[[colander.SchemaNode, Any], None]:
    def check(node: colander.SchemaNode, typed: Mapping[str, Any]) -> None:
        given, wrong = _agreed(typed), colander.Invalid(node)
        if given.halves is None:
            return
        if criterion.is_missing(given.halves, given.comment):
            wrong["comment"] = _ANSWER
        if departs(rules, criterion, given.halves, seed) and not given.departure:
            wrong["departure"] = _ANSWER
        if wrong.children:
            raise wrong

    return check


def _text(name: str, title: str, description: str) -> colander.SchemaNode:
    # What is needed hangs on the score: it is never called optional.
    kind = colander.SchemaNode if name == "overall_comment" else AskedNode
    return kind(
        colander.String(),
        name=name,
        title=title,
        description=description,
        widget=TextAreaWidget(rows=3 if name == "departure" else 5),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
        missing="",
    )
