"""A deliverable as its team logs it: when and where, what, who took part, and the proof."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import colander
from deform.widget import HiddenWidget, SelectWidget, TextInputWidget

from grants.projects.models import Deliverable, ParticipantKind
from grants.projects.service.deliverables import EVIDENCE, LONGEST, Group, Link, Log
from grants.rules.countries import COUNTRIES
from grants.rules.labels import PARTICIPANT_KINDS
from grants.rules.urls import is_web_address
from schemas.forms.base import AskedNode, FormSchema, _, stripped
from schemas.forms.days import Day
from schemas.proposal_form.inputs import countries
from schemas.proposal_form.nodes import Listed
from schemas.proposal_form.widgets import CountedTextArea, FilesWidget, LongSelect, RowsWidget

MOST_PEOPLE = 1_000_000

KINDS = tuple((kind.value, _(PARTICIPANT_KINDS[kind])) for kind in ParticipantKind)


class Unfinished(dict[str, str]):
    """A row that is not complete, as it was typed."""


class FilledRows(colander.Sequence):
    """Rows of which the blank ones are left out; what is wrong keeps its row's place.

    While people type, rows that are `unfinished` are kept as they are.
    """

    def __init__(self, *, unfinished: bool = False) -> None:
        super().__init__()
        self.unfinished = unfinished

    def serialize(
        self, node: colander.SchemaNode, appstruct: Any, accept_scalar: Any = None
    ) -> list[Any]:
        """Show every row; what is not complete as it was typed."""
        return [
            dict(row) if isinstance(row, Unfinished) else node.children[0].serialize(row)
            for row in appstruct or ()
        ]

    def deserialize(
        self, node: colander.SchemaNode, cstruct: Any, accept_scalar: Any = None
    ) -> list[Any]:
        """Read every row in which something is written."""
        rows, wrong = [], colander.Invalid(node)
        for place, row in enumerate(cstruct or ()):
            if not any(row.values()):
                continue
            try:
                rows.append(node.children[0].deserialize(row))
            except colander.Invalid as invalid:
                if self.unfinished:
                    rows.append(_as_typed(row))
                else:
                    wrong.add(invalid, place)
        if wrong.children:
            raise wrong
        return rows


def _as_typed(row: Mapping[str, Any]) -> Unfinished:
    return Unfinished({name: str(it)[:LONGEST] if it else "" for name, it in row.items()})


def deliverable_form(language: str, *, unfinished: bool = False) -> colander.SchemaNode:
    """Make the form; everything may be left out until the deliverable is submitted.

    With `unfinished`, what is half written is no fault: people are still typing.
    """
    schema = FormSchema(validator=None if unfinished else _days_in_order)
    schema.add(_hidden("revision", colander.Integer(), 0))
    schema.add(_hidden("tab", colander.String(), ""))
    schema.add(
        _day("held_on", _("First day"), _("When it took place, or was finished."), AskedNode)
    )
    schema.add(_day("held_until", _("Last day"), _("Only if it took more than one day.")))
    schema.add(_line("place", _("Place"), _("City and venue, or “Online”.")))
    address = _line("address", _("Web address"), _("Where it can be seen online."), AskedNode)
    if not unfinished:
        address.validator = colander.All(address.validator, _web_address)
    schema.add(address)
    schema.add(_description())
    schema.add(_participants(language, unfinished))
    schema.add(_links(unfinished))
    schema.add(_evidence())
    return schema


def shown(deliverable: Deliverable, tab: str) -> dict[str, Any]:
    """Return a deliverable as the form shows it."""
    it = deliverable
    return {
        "revision": it.revision,
        "tab": tab,
        "held_on": it.held_on or colander.null,
        "held_until": it.held_until or _half(it, "held_until") or colander.null,
        "place": it.place,
        "address": it.address or _half(it, "address"),
        "description": it.description,
        "participants": [
            {"country": who.country, "kind": who.kind.value, "people": who.people}
            for who in it.participations
        ]
        + _unfinished(it, "participants"),
        "links": [dict(link) for link in it.links] + _unfinished(it, "links"),
        "evidence": [file.token for file in it.evidence],
    }


def _half(deliverable: Deliverable, name: str) -> Any:
    """Return an answer that cannot stand yet, as it was typed."""
    for kept in deliverable.unfinished.get(name, ()):
        return date.fromisoformat(kept[name]) if name == "held_until" else kept[name]
    return ""


def _unfinished(deliverable: Deliverable, name: str) -> list[Any]:
    return [Unfinished(row) for row in deliverable.unfinished.get(name, ())]


def log_of(typed: Mapping[str, Any]) -> Log:
    """Return what was typed as the core takes it."""
    participants, links = _complete(typed["participants"]), _complete(typed["links"])
    left = {
        name: rows
        for name in ("participants", "links")
        if (rows := [row for row in typed[name] if isinstance(row, Unfinished)])
    }
    held_on, held_until, address = typed["held_on"], typed["held_until"], typed["address"]
    if held_until and (held_on is None or held_until < held_on):
        left["held_until"] = [Unfinished(held_until=held_until.isoformat())]
    if address and not is_web_address(address):
        left["address"] = [Unfinished(address=address)]
    return Log(
        held_on=held_on,
        held_until=None if "held_until" in left else held_until,
        place=typed["place"],
        address="" if "address" in left else address,
        description=typed["description"],
        participants=[
            Group(row["country"], ParticipantKind(row["kind"]), row["people"])
            for row in participants
        ],
        links=[Link(row["title"] or row["url"], row["url"]) for row in links],
        unfinished=left,
    )


def _complete(rows: Sequence[Any]) -> list[Any]:
    return [row for row in rows if not isinstance(row, Unfinished)]


def _hidden(name: str, kind: colander.SchemaType, missing: Any) -> colander.SchemaNode:
    return colander.SchemaNode(kind, name=name, widget=HiddenWidget(), missing=missing)


def _day(
    name: str, title: Any, description: Any, node: type[colander.SchemaNode] = colander.SchemaNode
) -> colander.SchemaNode:
    return node(
        Day(),
        name=name,
        title=title,
        description=description,
        widget=TextInputWidget(attributes={"type": "date"}),
        missing=None,
    )


def _line(
    name: str,
    title: Any,
    description: Any = "",
    node: type[colander.SchemaNode] = colander.SchemaNode,
) -> colander.SchemaNode:
    return node(
        colander.String(),
        name=name,
        title=title,
        description=description,
        widget=TextInputWidget(),
        preparer=stripped,
        validator=colander.Length(max=500),
        missing="",
    )


def _description() -> colander.SchemaNode:
    """Ask for the description; one that is too long is kept, and refused when it is submitted."""
    return AskedNode(
        colander.String(),
        name="description",
        title=_("What was delivered"),
        description=_("What happened, who spoke, what came of it. We publish it once accepted."),
        widget=CountedTextArea(max_characters=LONGEST, rows=8),
        preparer=stripped,
        missing="",
    )


def _participants(language: str, unfinished: bool) -> colander.SchemaNode:
    offered = LongSelect(values=countries(COUNTRIES, language))
    kinds = SelectWidget(values=[("", _("Choose one")), *KINDS])
    people = TextInputWidget(attributes={"inputmode": "numeric"}, css_class="short-number")
    row = colander.SchemaNode(
        colander.Mapping(),
        colander.SchemaNode(
            colander.String(),
            name="country",
            title=_("Country"),
            widget=offered,
            validator=colander.OneOf(COUNTRIES),
        ),
        colander.SchemaNode(
            colander.String(),
            name="kind",
            title=_("Kind of organisation"),
            widget=kinds,
            validator=colander.OneOf([kind for kind, _words in KINDS]),
        ),
        colander.SchemaNode(
            colander.Integer(),
            name="people",
            title=_("Number of people"),
            widget=people,
            validator=colander.Range(0, MOST_PEOPLE),
        ),
        name="row",
    )
    return _rows("participants", _("Participants"), row, FilledRows(unfinished=unfinished), most=60)


def _links(unfinished: bool) -> colander.SchemaNode:
    address = colander.SchemaNode(
        colander.String(),
        name="url",
        title=_("Web address"),
        widget=TextInputWidget(),
        preparer=stripped,
        validator=colander.All(colander.Length(max=1000), _web_address),
    )
    row = colander.SchemaNode(colander.Mapping(), _line("title", _("Title")), address, name="row")
    return _rows("links", _("Links"), row, FilledRows(unfinished=unfinished), most=20)


def _rows(
    name: str, title: Any, row: colander.SchemaNode, rows: FilledRows, *, most: int
) -> colander.SchemaNode:
    widget = RowsWidget(least=1, most=most, item={"data-side-by-side": True})
    return AskedNode(rows, row, name=name, title=title, widget=widget, missing=[])


def _evidence() -> colander.SchemaNode:
    return AskedNode(
        Listed(),
        name="evidence",
        title=_("Files as evidence"),
        description=_("For example the programme, the list of participants, photographs."),
        widget=FilesWidget(asked=EVIDENCE),
        missing=[],
    )


def _web_address(node: colander.SchemaNode, typed: str) -> None:
    if typed and not is_web_address(typed):
        raise colander.Invalid(node, _("Write a web address, such as https://example.org/video."))


def _days_in_order(node: colander.SchemaNode, typed: Mapping[str, Any]) -> None:
    first, last = typed["held_on"], typed["held_until"]
    if last is not None and (first is None or last < first):
        wrong = colander.Invalid(node)
        wrong["held_until"] = _("The last day is before the first one.")
        raise wrong
