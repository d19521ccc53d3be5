"""What is wrong with a form definition, said in words and with its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from babel.dates import format_date

from grants.rules.errors import Refused
from grants.rules.money import Amount
from grants.rules.words import N_, locale_of

Translate = Callable[[str], str]


def as_written(message: str) -> str:
    """Leave a message in the language it was written in."""
    return message


def filled(
    message: str,
    values: Mapping[str, Any],
    translate: Translate = as_written,
    language: str = "en",
) -> str:
    """Say a sentence with its values; amounts and days are written as the language does."""
    shown = {name: _shown(value, language) for name, value in values.items()}
    return translate(message).format(**shown)


def _shown(value: Any, language: str) -> Any:
    if isinstance(value, Amount):
        return value.shown(language=language)
    if isinstance(value, date):
        return format_date(value, "long", locale=locale_of(language))
    return value


@dataclass(frozen=True)
class DefinitionPlace:
    """Where in a definition something stands; counted from 1, as people count."""

    section: int | None = None
    field: str | None = None
    column: str | None = None

    def words(self, translate: Translate = as_written) -> str:
        """Say the place, as in: Section 2, field “summary”."""
        parts = (
            (self.section, N_("Section {name}")),
            (self.field, N_("field “{name}”")),
            (self.column, N_("column “{name}”")),
        )
        said = [translate(text).format(name=name) for name, text in parts if name is not None]
        return ", ".join(said)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a definition."""

    place: DefinitionPlace
    message: str
    values: Mapping[str, Any]

    def text(self, translate: Translate = as_written) -> str:
        """Return what is wrong and where."""
        message = filled(self.message, self.values, translate)
        where = self.place.words(translate)
        return f"{where}: {message}" if where else message


class InvalidDefinition(Refused):
    """A form definition that cannot be used; `faults` lists all that is wrong."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(N_("This form cannot be used: {faults}"), faults=Faults(faults))
        self.faults = faults


@dataclass(frozen=True)
class Faults:
    """All faults of a definition, said one after another."""

    all: tuple[Fault, ...]

    def __str__(self) -> str:
        return self.text()

    def text(self, translate: Translate = as_written) -> str:
        """Say them all."""
        return " ".join(fault.text(translate) for fault in self.all)


@dataclass(frozen=True)
class Source:
    """A place being read, and the faults found so far in the whole definition."""

    place: DefinitionPlace = DefinitionPlace()
    faults: list[Fault] = field(default_factory=list)

    def at(self, **place: Any) -> "Source":
        """Go to a place inside this one."""
        return replace(self, place=replace(self.place, **place))

    def refuse(self, message: str, **values: Any) -> None:
        """Note a fault here and read on, so that people see all faults at once."""
        self.faults.append(Fault(self.place, message, values))
