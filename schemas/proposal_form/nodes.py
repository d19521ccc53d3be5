"""One field of a form definition as a colander node, by its shape."""

import json
from collections.abc import Mapping
from typing import Any

import colander
from deform.widget import Widget

from grants.rules.forms.definition import Definition, FormSection
from grants.rules.forms.field import Condition, Field, Shape
from grants.rules.forms.kinds.budgets import BudgetField
from grants.rules.forms.kinds.files import FileField
from schemas.forms.base import _
from schemas.proposal_form.inputs import COLUMNS, widget_of
from schemas.proposal_form.widgets import (
    BudgetWidget,
    FilesWidget,
    GroupWidget,
    RowsWidget,
)


class Typed(colander.SchemaType):
    """An answer as it is typed. Nothing is refused here: what cannot be read is kept as typed."""

    def __init__(self, field: Field, language: str) -> None:
        self.field = field
        self.language = language

    def serialize(self, node: colander.SchemaNode, appstruct: Any) -> Any:
        """Write an answer as a person would type it."""
        if appstruct is colander.null or appstruct is None:
            return colander.null
        return self.field.show(appstruct, self.language)

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        """Read what was typed."""
        if not isinstance(cstruct, str):
            return None
        return self.field.read(cstruct, self.language)


class Listed(colander.SchemaType):
    """Several answers, or identifiers of files."""

    def serialize(self, node: colander.SchemaNode, appstruct: Any) -> Any:
        """Return the answers as they are."""
        return [str(one) for one in appstruct] if isinstance(appstruct, list) else []

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        """Take each answer once, in the order given."""
        return list(dict.fromkeys(cstruct)) if isinstance(cstruct, list | tuple) else []


class AnswerNode(colander.SchemaNode):
    """A node whose mark "(optional)" is the form's word; while saving, nothing is required."""

    asked: Field | None = None

    @property
    def required(self) -> bool:
        """Return whether the form asks for an answer."""
        return self.asked is not None and self.asked.required


def node_of(field: Field, *, language: str, prefix: str) -> colander.SchemaNode:
    """Compile a field of a section, with readable ids: project-summary."""
    node = _NODES[field.shape](field, language)
    node.oid = f"{prefix}-{field.code}"
    node.widget.item = {
        "data-field": field.code,
        "data-declaration": field.kind == "declaration",
    }
    return node


def conditional(
    node: colander.SchemaNode, definition: Definition, section: FormSection, field: Field
) -> None:
    """Say in words when a field is asked, and tell the script what to look at."""
    condition = field.shown_if
    if condition is None:
        return
    where = definition.section(condition.section or section.code)
    node.widget.condition = _in_words(where.field(condition.field), condition)
    if where is section:
        node.widget.item |= {
            "data-shown-if": condition.field,
            "data-shown-values": json.dumps(condition.values),
        }


def _in_words(other: Field, condition: Condition) -> Any:
    if other.kind == "declaration":
        yes = condition.values[0] is True
        words = _("Only if you confirm “${question}”.")
        return _(
            words if yes else _("Only if you do not confirm “${question}”."),
            mapping={"question": other.label},
        )
    labels = {option.code: option.label for option in getattr(other, "options", ())}
    first, *more = [labels.get(str(value), str(value)) for value in condition.values]
    mapping = {"question": other.label, "answer": first}
    if not more:
        return _("Only if your answer to “${question}” is “${answer}”.", mapping=mapping)
    mapping["others"] = ", ".join([first, *more])
    return _("Only if your answer to “${question}” is one of: ${others}.", mapping=mapping)


def _simple(field: Field, language: str) -> colander.SchemaNode:
    return _made(field, Typed(field, language), widget_of(field, language))


def _made(field: Field, typ: Any, widget: Widget, *children: Any) -> colander.SchemaNode:
    return AnswerNode(
        typ,
        *children,
        name=field.code,
        title=field.label,
        description=field.help,
        missing=None,
        widget=widget,
        asked=field,
    )


def _several(field: Field, language: str) -> colander.SchemaNode:
    return _made(field, Listed(), widget_of(field, language))


def _group(field: Field, language: str) -> colander.SchemaNode:
    parts = [_simple(part, language) for part in field.parts]
    return _made(field, colander.Mapping(), GroupWidget(), *parts)


def _rows(field: Field, language: str) -> colander.SchemaNode:
    least, most = getattr(field, "least", 1), getattr(field, "max_rows", 20)
    return _made(
        field, colander.Sequence(), RowsWidget(least=least, most=most), _row(field, language)
    )


def _row(field: Field, language: str) -> colander.SchemaNode:
    columns = [_column(part, language) for part in field.parts]
    return colander.SchemaNode(colander.Mapping(), *columns, name="row", missing=colander.drop)


def _budget(field: Field, language: str) -> colander.SchemaNode:
    assert isinstance(field, BudgetField)  # noqa: S101
    rows = colander.SchemaNode(
        colander.Sequence(),
        _row(field, language),
        name="rows",
        title=field.label,
        missing=(),
        widget=RowsWidget(least=1, most=field.max_rows),
    )
    amounts = [_simple(part, language) for part in field.beside]
    widget = BudgetWidget(asked=field, language=language)
    return _made(field, colander.Mapping(), widget, rows, *amounts)


def _column(field: Field, language: str) -> colander.SchemaNode:
    return _made(field, Typed(field, language), widget_of(field, language, COLUMNS))


def _files(field: Field, _language: str) -> colander.SchemaNode:
    assert isinstance(field, FileField)  # noqa: S101
    return _made(field, Listed(), FilesWidget(asked=field))


_NODES = {
    Shape.ONE: _simple,
    Shape.MANY: _several,
    Shape.GROUP: _group,
    Shape.ROWS: _rows,
    Shape.BUDGET: _budget,
    Shape.FILES: _files,
}


def presentable(section: FormSection, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Bring answers into the shape the schema shows; an older form may have kept another."""
    return {field.code: _fitting(field, answers.get(field.code)) for field in section.fields}


def _fitting(field: Field, answer: Any) -> Any:
    if field.shape is Shape.GROUP:
        return answer if isinstance(answer, dict) else {}
    if field.shape is Shape.BUDGET:
        given = answer if isinstance(answer, dict) else {}
        return {**given, "rows": _mappings(given.get("rows"))}
    if field.shape is Shape.ROWS:
        return _mappings(answer)
    return answer


def _mappings(answer: Any) -> list[dict[str, Any]]:
    return [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
