"""The form as JSON Schema 2020-12: what complete answers look like to other programs."""

from typing import Any

from grants.rules.forms.definition import Definition, FormSection
from grants.rules.forms.field import Condition, Field

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(definition: Definition) -> dict[str, Any]:
    """Export a definition. Answers that can be submitted are valid under it."""
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "title": definition.title,
        "type": "object",
        "properties": {section.code: _section(section) for section in definition.sections},
        "required": [section.code for section in definition.sections],
        "additionalProperties": False,
    }
    conditional = [
        _demand(definition, section, field)
        for section, field in definition.fields()
        if field.required and field.shown_if is not None
    ]
    return {**schema, "allOf": conditional} if conditional else schema


def _section(section: FormSection) -> dict[str, Any]:
    required = [f.code for f in section.fields if f.required and f.shown_if is None]
    return {
        "title": section.title,
        "type": "object",
        "properties": {field.code: _property(field) for field in section.fields},
        "required": required,
        "additionalProperties": False,
    }


def _property(field: Field) -> dict[str, Any]:
    """Describe one answer; what is not asked may hold anything, as it was when it was asked."""
    about = {"title": field.label, **({"description": field.help} if field.help else {})}
    if field.shown_if is not None:
        return about
    if field.required:
        return {**about, **field.json_schema()}
    return {**about, "anyOf": [{"type": "null"}, field.json_schema()]}


def _demand(definition: Definition, section: FormSection, field: Field) -> dict[str, Any]:
    """Ask for a field where its condition holds, and where what that looks at is asked itself."""
    conditions: list[dict[str, Any]] = []
    where, condition = section, field.shown_if
    while condition is not None:
        where = definition.section(condition.section or where.code)
        conditions.append(_holds(where.field(condition.field), where.code, condition))
        condition = where.field(condition.field).shown_if
    return {
        "if": {"allOf": conditions},
        "then": _within(section.code, field.code, field.json_schema()),
    }


def _holds(field: Field, section: str, condition: Condition) -> dict[str, Any]:
    one: dict[str, Any] = {"enum": list(condition.values)}
    if field.kind == "choices":
        return _within(section, field.code, {"type": "array", "contains": one})
    if field.kind == "declaration" and False in condition.values:
        unticked = {"anyOf": [{"type": "null"}, one]}
        untouched = {"not": _within(section, field.code, {})}
        return {"anyOf": [untouched, _within(section, field.code, unticked)]}
    return _within(section, field.code, one)


def _within(section: str, field: str, schema: dict[str, Any]) -> dict[str, Any]:
    inner = {"properties": {field: schema}, "required": [field]}
    return {"properties": {section: inner}, "required": [section]}
