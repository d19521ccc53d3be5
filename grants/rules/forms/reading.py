"""Reading one field from a definition: each kind declares its settings; all are read alike."""

import dataclasses
from typing import Any

from grants.rules.forms import settings
from grants.rules.forms.definition_errors import Source
from grants.rules.forms.field import Field
from grants.rules.words import N_

_COMMON = {
    "code": settings.code,
    "label": settings.text,
    "help": settings.text,
    "required": settings.flag,
    "shown_if": settings.condition,
    "role": settings.word,
    "identifies": settings.flag,
}


def read_as(kind: type[Field], data: dict[str, Any], source: Source) -> Field:
    """Read a field of a kind; what is wrong with it goes to the source."""
    readers = {
        each.name: each.metadata.get("reader") or _COMMON[each.name]
        for each in dataclasses.fields(kind)
    }
    settings.only_known(data, ("kind", *readers), source)
    found = len(source.faults)
    values = _settings(readers, data, source)
    field = kind(**values)
    if len(source.faults) == found:
        for message, said in field.sound():
            source.refuse(message, **said)
    return field


def _settings(readers: dict[str, Any], data: dict[str, Any], source: Source) -> dict[str, Any]:
    given = {name: data[name] for name in readers if data.get(name) is not None}
    read = {name: readers[name](value, source) for name, value in given.items()}
    if "code" not in read:
        read["code"] = settings.code(data.get("code"), source)
    read["label"] = settings.label(data.get("label"), N_("The field needs a label."), source)
    return {name: value for name, value in read.items() if value is not None}
