"""What a fund manager writes about a criterion: its weight and threshold, its scale, and more."""

from collections.abc import Mapping
from typing import Any

import colander
from deform.widget import CheckboxWidget, MappingWidget, TextAreaWidget

from grants.calls.queries.criteria import CriterionFacts
from grants.rules.scoring import NotAssessed
from schemas.calls import stages
from schemas.calls.stages import one_of
from schemas.forms.amounts import Halves, Share
from schemas.forms.base import _, stripped

USUAL_SCALE = "0-10-1"
SCALES = (
    (USUAL_SCALE, _("0 to 5 by half points")),
    ("0-10-2", _("0 to 5")),
    ("2-10-2", _("1 to 5")),
    ("0-6-2", _("0 to 3")),
    ("0-20-1", _("0 to 10 by half points")),
    ("0-20-2", _("0 to 10")),
    ("0-200-2", _("0 to 100")),
    ("0-2-2", _("Yes or no: 1 point or 0")),
)
"""Each by its lowest and highest score and its step, in half points."""
NOT_ASSESSED = (
    ("", _("Every review assesses it")),
    (NotAssessed.LEFT_OUT, _("Allowed: the scores of the other reviews count")),
    (NotAssessed.LOWEST, _("Allowed: it counts as the lowest score")),
)


class MoreOfCriterion(colander.MappingSchema):
    """What most criteria leave as it is."""

    scale = colander.SchemaNode(
        colander.String(),
        title=_("Scale"),
        default=USUAL_SCALE,
        missing=USUAL_SCALE,
        **one_of(SCALES),
    )
    meanings = colander.SchemaNode(
        colander.String(),
        title=_("What the scores mean"),
        description=_("A line for each, such as: 5 Excellent. Reviewers and applicants read it."),
        widget=TextAreaWidget(rows=3),
        missing="",
        preparer=stripped,
        validator=colander.Length(max=2000),
    )
    comment_below_halves = colander.SchemaNode(
        Halves(),
        title=_("A comment is needed below"),
        description=_("In points. Empty: each score needs one. 0: no score does."),
        missing=None,
    )
    not_assessed = colander.SchemaNode(
        colander.String(),
        title=_("Where a reviewer cannot assess it"),
        description=_("A reviewer who cannot assess it says why."),
        default="",
        missing="",
        **one_of(NOT_ASSESSED),
    )
    bonus = colander.SchemaNode(
        colander.Boolean(),
        title=_("Bonus points: they count in the ranking and towards no threshold"),
        widget=CheckboxWidget(),
        missing=False,
        default=False,
    )
    section = colander.SchemaNode(
        colander.String(),
        title=_("Section"),
        description=_("Criteria of one section stand together, and may need points together."),
        missing="",
        preparer=stripped,
        validator=colander.Length(max=80),
    )


class CriterionSchema(colander.MappingSchema):
    """One criterion."""

    name = colander.SchemaNode(
        colander.String(), title=_("Criterion"), validator=colander.Length(max=120)
    )
    guidance = colander.SchemaNode(
        colander.String(),
        title=_("Guidance for reviewers"),
        widget=TextAreaWidget(rows=2),
        missing="",
        preparer=stripped,
        validator=colander.Length(max=2000),
    )
    weight = colander.SchemaNode(
        Share(), title=_("Weight"), description=_("For example 1, 1.5 or 3/2."), default="1"
    )
    threshold_halves = colander.SchemaNode(
        Halves(), title=_("Threshold"), description=_("In points, for example 3."), missing=None
    )
    stage = colander.SchemaNode(
        colander.String(),
        title=_("Stage"),
        description=_("Other than the last one only where the call has earlier stages."),
        default="0",
        missing="0",
        **one_of(stages.STAGES),
    )
    more = MoreOfCriterion(
        title=_("Scale, comments, bonus and section"),
        widget=MappingWidget(template="folded"),
        missing=None,
    )


class Criteria(colander.SequenceSchema):
    """All criteria."""

    criterion = CriterionSchema(
        title=_("Criterion"), widget=MappingWidget(item_css_class="row-list-item")
    )


class SectionSchema(colander.MappingSchema):
    """What a section needs."""

    section = colander.SchemaNode(
        colander.String(),
        title=_("Section"),
        preparer=stripped,
        validator=colander.Length(max=80),
    )
    threshold = colander.SchemaNode(
        Share(),
        title=_("Threshold"),
        description=_("In points, each criterion counted by its weight."),
    )


class Sections(colander.SequenceSchema):
    """What sections need, each once."""

    section = SectionSchema(
        title=_("Section"), widget=MappingWidget(item_css_class="row-list-item")
    )


def code_of(name: str) -> str:
    """Make a criterion's code of its name: `Quality of the plan` is `quality-of-the-plan`."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())


def criterion_of(typed: Mapping[str, Any]) -> CriterionFacts:
    """Return a criterion as it was typed."""
    same = ("name", "guidance", "weight", "threshold_halves")
    more = typed.get("more") or {}
    scale = more.get("scale", USUAL_SCALE)
    lowest, highest, step = (int(part) for part in scale.split("-"))
    return CriterionFacts(
        code=code_of(typed["name"]),
        **{name: typed[name] for name in same},
        scale=None
        if scale == USUAL_SCALE
        else {"minimum_halves": lowest, "maximum_halves": highest, "step_halves": step},
        bonus=more.get("bonus", False),
        not_assessed=more.get("not_assessed") or None,
        comment_below_halves=more.get("comment_below_halves"),
        section=more.get("section", ""),
        meanings=more.get("meanings", ""),
    )


def typed_criterion(facts: CriterionFacts, stage: int) -> dict[str, Any]:
    """Return a criterion as the form shows it."""
    same = ("name", "guidance", "weight", "threshold_halves")
    more = ("bonus", "comment_below_halves", "section", "meanings")
    return {
        **{name: getattr(facts, name) for name in same},
        "stage": str(stage),
        "more": {
            **{name: getattr(facts, name) for name in more},
            "scale": scale_key(facts.scale),
            "not_assessed": facts.not_assessed or "",
        },
    }


def scale_key(scale: Mapping[str, int] | None) -> str:
    """Return how the form names a scale."""
    if scale is None:
        return USUAL_SCALE
    return "-".join(str(scale[f"{name}_halves"]) for name in ("minimum", "maximum", "step"))
