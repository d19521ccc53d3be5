"""What a fund manager writes about the stages of reviews that come before the last one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import colander
from deform.widget import CheckboxWidget, SelectWidget, TextInputWidget

from grants.rules import timezones
from grants.rules.errors import Refused
from grants.rules.scoring import Basis, EntryKind, EntryRule, Unusable
from schemas.forms.amounts import Share
from schemas.forms.base import _, stripped
from schemas.forms.days import LocalTime

MOST_STAGES = 3
NUMBER = TextInputWidget(attributes={"inputmode": "numeric", "autocomplete": "off"})
TIME = TextInputWidget(attributes={"type": "datetime-local"})
BASES = (
    (Basis.UNWEIGHTED_SUM, _("The plain sum of the scores")),
    (Basis.WEIGHTED_SUM, _("The weighted sum of the scores")),
    (Basis.WEIGHTED_SHARE, _("The weighted share of the maximum, in percent")),
)
ENTRIES = (
    (EntryKind.ALL_PASSED, _("All that reach the thresholds")),
    (EntryKind.BEST, _("The best, as many as the number below")),
    (EntryKind.BUDGET, _("The best, until they request the percentage of the envelope below")),
)
STAGES = (
    ("0", _("The last stage")),
    ("1", _("Earlier stage 1")),
    ("2", _("Earlier stage 2")),
    ("3", _("Earlier stage 3")),
)
FORMS = (
    ("1", _("The first form")),
    ("2", _("The second form")),
    ("3", _("The third form")),
    ("4", _("The fourth form")),
)


def one_of(values: Sequence[tuple[str, object]]) -> Mapping[str, Any]:
    """Return the widget and the validator of a choice among few."""
    return {
        "widget": SelectWidget(values=values),
        "validator": colander.OneOf([str(value) for value, _words in values]),
    }


def hiding() -> colander.SchemaNode:
    """Make the field that says whether reviewers of a stage learn who applies."""
    return colander.SchemaNode(
        colander.Boolean(),
        title=_("Reviewers do not learn who applies"),
        description=_(
            "They read the proposals without names of applicants, cities and partners, and without"
            " files. The form states which answers are hidden."
        ),
        widget=CheckboxWidget(),
        missing=False,
        default=False,
    )


class EarlierStageSchema(colander.MappingSchema):
    """One stage of reviews before the last one."""

    name = colander.SchemaNode(
        colander.String(),
        title=_("Name"),
        description=_("For example: Concept notes."),
        preparer=stripped,
        validator=colander.Length(max=80),
    )
    overall_threshold = colander.SchemaNode(Share(), title=_("Overall threshold"), missing=None)
    basis = colander.SchemaNode(
        colander.String(),
        title=_("The overall threshold is compared with"),
        default=BASES[0][0].value,
        **one_of(BASES),
    )
    minimum_reviews = colander.SchemaNode(
        colander.Integer(),
        title=_("Reviews for each proposal"),
        widget=NUMBER,
        validator=colander.Range(min=1, max=20),
        default=2,
    )
    hides_applicants = hiding()
    entry = colander.SchemaNode(
        colander.String(), title=_("Who goes on"), default=ENTRIES[0][0].value, **one_of(ENTRIES)
    )
    entry_most = colander.SchemaNode(
        colander.Integer(),
        title=_("Number or percentage"),
        description=_("How many go on, or the percentage of the envelope. Not needed for all."),
        widget=NUMBER,
        validator=colander.Range(min=1, max=10_000),
        missing=None,
    )
    form_id = colander.SchemaNode(
        colander.Integer(),
        title=_("The form they write next"),
        description=_("Those who go on are invited to write it. What fits is carried over."),
        widget=colander.deferred(
            lambda _node, bound: SelectWidget(
                values=(("", _("None: the same text is evaluated again")), *bound["forms"])
            )
        ),
        missing=None,
    )
    closes = colander.SchemaNode(
        LocalTime(), title=_("That form closes"), widget=TIME, missing=None
    )


class EarlierStagesSchema(colander.SequenceSchema):
    """All of them, in order."""

    stage = EarlierStageSchema(title=_("Earlier stage"))


def faults(typed: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Return what contradicts itself: the field of the call's form, and what is wrong."""
    stages = typed["earlier"]
    known = {str(number) for number in range(len(stages) + 1)}
    if any(it["stage"] not in known for it in typed["criteria"]):
        yield "criteria", _("A criterion belongs to a stage that is not there.")
    for number, _stage in enumerate((None, *stages)):
        names = [it["name"].casefold() for it in criteria_of(typed, number)]
        if len(set(names)) < len(names):
            yield "criteria", _("Two criteria have the same name.")
        if not names:
            yield "criteria", _("Each stage needs at least one criterion.")
    written = 1 + sum(it["form_id"] is not None for it in stages)
    if any(int(it["phase"]) > written for it in typed["checklist"]):
        yield "checklist", _("An item belongs to a form that is not there.")
    for stage in stages:
        if (stage["form_id"] is None) != (stage["closes"] is None):
            yield "earlier", _("A form that is written next needs the time at which it closes.")
        elif stage["closes"] is not None:
            try:
                timezones.moment(stage["closes"], typed["zone"])
            except Refused as refusal:
                yield "earlier", refusal
        try:
            entry_of(stage)
        except Unusable as refusal:
            yield "earlier", refusal


def criteria_of(typed: Mapping[str, Any], stage: int) -> list[Mapping[str, Any]]:
    """Return the criteria of one stage; 0 is the last one."""
    return [it for it in typed["criteria"] if it["stage"] == str(stage)]


def entry_of(stage: Mapping[str, Any]) -> EntryRule:
    """Read who goes on. Raises InvalidRules."""
    kind = EntryKind(stage["entry"])
    return EntryRule(kind, None if kind is EntryKind.ALL_PASSED else stage["entry_most"])
