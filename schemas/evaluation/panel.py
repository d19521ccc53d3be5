"""What is typed about a panel: the meeting, who leaves the room, what it concludes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import colander
from deform.widget import (
    CheckboxChoiceWidget,
    MappingWidget,
    SelectWidget,
    TextAreaWidget,
    TextInputWidget,
)

from grants.evaluation.service.panel_items import MovedScore, PanelConclusion
from grants.rules.workflow import PanelVoteKind
from schemas.forms.base import AskedNode, FormSchema, _, stripped
from schemas.forms.days import LocalTime

LONGEST = 4000
VOTES = (
    ("", _("No vote yet")),
    (PanelVoteKind.FOR, _("For")),
    (PanelVoteKind.AGAINST, _("Against")),
    (PanelVoteKind.ABSTAIN, _("Abstains")),
)


_PERSON = colander.deferred(
    lambda _node, bound: colander.OneOf([number for number, _name in bound["people"]])
)


class PanelSchema(FormSchema):
    """A meeting. Bind `people`: numbers and names of those who can be members."""

    title = colander.SchemaNode(
        colander.String(), title=_("Title"), preparer=stripped, validator=colander.Length(max=200)
    )
    place = colander.SchemaNode(
        colander.String(),
        title=_("Place"),
        description=_("A room, or the address of a video conference."),
        preparer=stripped,
        validator=colander.Length(max=400),
        missing="",
    )
    starts = colander.SchemaNode(
        LocalTime(),
        title=_("Starts"),
        description=_("In the call’s time zone."),
        widget=TextInputWidget(attributes={"type": "datetime-local"}),
    )
    members = colander.SchemaNode(
        colander.Set(),
        title=_("Members"),
        description=_("Reviewers of the call who do not apply in it."),
        widget=colander.deferred(lambda _node, bound: CheckboxChoiceWidget(values=bound["people"])),
        validator=colander.deferred(
            lambda _node, bound: colander.All(
                colander.Length(min=1, min_err=_("Choose at least one member.")),
                colander.ContainsOnly([number for number, _name in bound["people"]]),
            )
        ),
    )
    chair = colander.SchemaNode(
        colander.String(),
        title=_("Chair"),
        widget=colander.deferred(
            lambda _node, bound: SelectWidget(values=[("", _("Choose")), *bound["people"]])
        ),
        validator=_PERSON,
    )
    quorum = colander.SchemaNode(
        colander.Integer(),
        title=_("Quorum"),
        description=_("How many members must be present, and not recused, to conclude."),
        widget=TextInputWidget(attributes={"inputmode": "numeric"}),
        validator=colander.Range(min=1, max=100),
    )


class RecusalSchema(FormSchema):
    """Who leaves the room. Bind `people`."""

    member = colander.SchemaNode(
        colander.String(),
        title=_("Member"),
        widget=colander.deferred(lambda _node, bound: SelectWidget(values=bound["people"])),
        validator=_PERSON,
    )
    reason = colander.SchemaNode(
        colander.String(),
        title=_("Reason"),
        description=_("It is in the minutes."),
        widget=TextAreaWidget(rows=2),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
    )


@dataclass(frozen=True, kw_only=True)
class MovableScore:
    """A criterion whose score a panel may move: what it comes to, and what lies in the band."""

    code: str
    name: str
    now: str
    choices: Sequence[tuple[str, str]]


def conclusion_form(
    voting: Sequence[tuple[int, str]], scores: Sequence[MovableScore]
) -> colander.SchemaNode:
    """Make the form of a conclusion: a vote for each of these members, words, scores to move."""
    schema = FormSchema()
    votes = colander.SchemaNode(
        colander.Mapping(), name="votes", title=_("Votes"), widget=MappingWidget()
    )
    for number, name in voting:
        votes.add(
            AskedNode(
                colander.String(),
                name=str(number),
                title=name,
                widget=SelectWidget(values=VOTES),
                validator=colander.OneOf([it.value for it in PanelVoteKind]),
            )
        )
    schema.add(votes)
    schema.add(
        colander.SchemaNode(
            colander.String(),
            name="conclusion",
            title=_("Conclusion"),
            description=_("What the panel concludes, for the minutes."),
            widget=TextAreaWidget(rows=4),
            preparer=stripped,
            validator=colander.Length(max=LONGEST),
        )
    )
    if scores:
        moved = colander.SchemaNode(
            colander.Mapping(),
            name="scores",
            title=_("Scores that the panel moves"),
            widget=MappingWidget(),
        )
        for each in scores:
            moved.add(_movable(each))
        schema.add(moved)
    return schema


def conclusion_of(given: Mapping[str, Any]) -> PanelConclusion:
    """Read what was concluded."""
    return PanelConclusion(
        votes={int(number): PanelVoteKind(vote) for number, vote in given["votes"].items()},
        conclusion=given["conclusion"],
        scores={
            code: MovedScore(halves=int(it["score"]), reason=it["reason"])
            for code, it in given.get("scores", {}).items()
            if it["score"]
        },
    )


def _movable(each: MovableScore) -> colander.SchemaNode:
    node = colander.SchemaNode(
        colander.Mapping(),
        name=each.code,
        title=each.name,
        description=each.now,
        widget=MappingWidget(item_css_class="criterion"),
        validator=_needs_reason,
    )
    node.add(
        colander.SchemaNode(
            colander.String(),
            name="score",
            title=_("Score of the panel"),
            widget=SelectWidget(values=[("", _("It stays")), *each.choices]),
            validator=colander.OneOf([value for value, _words in each.choices]),
            missing="",
        )
    )
    node.add(
        colander.SchemaNode(
            colander.String(),
            name="reason",
            title=_("Why the panel moves it"),
            widget=TextAreaWidget(rows=2),
            preparer=stripped,
            validator=colander.Length(max=LONGEST),
            missing="",
        )
    )
    return node


def _needs_reason(node: colander.SchemaNode, given: Mapping[str, Any]) -> None:
    if given["score"] and not given["reason"]:
        wrong = colander.Invalid(node)
        wrong["reason"] = _("State why the panel moves the score.")
        raise wrong
