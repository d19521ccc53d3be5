"""A form as data: sections of fields, read from JSON and checked when it is saved."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grants.rules import canonical, money
from grants.rules.forms import formtext, kinds, settings
from grants.rules.forms.definition_errors import DefinitionPlace, InvalidDefinition, Source
from grants.rules.forms.field import Condition, Field, plain
from grants.rules.words import N_


@dataclass(frozen=True)
class FormSection:
    """A step of the form."""

    code: str
    title: str
    fields: tuple[Field, ...]
    intro: str = ""

    def field(self, code: str) -> Field:
        """Find a field by its code. Raises KeyError."""
        for field in self.fields:
            if field.code == code:
                return field
        raise KeyError(code)

    def to_json(self) -> dict[str, Any]:
        """Write the section as it stands in a definition."""
        written: dict[str, Any] = {"code": self.code, "title": self.title}
        if self.intro:
            written["intro"] = self.intro
        return {**written, "fields": plain(self.fields)}


@dataclass(frozen=True)
class Definition:
    """All that a call asks."""

    title: str
    sections: tuple[FormSection, ...]
    translations: Mapping[str, Mapping[str, str]] = dataclasses.field(
        default_factory=dict, compare=False
    )
    """By language, each text as it stands here and what it is there."""
    _written: dict[str, "Definition"] = dataclasses.field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @classmethod
    def from_json(cls, data: Any) -> "Definition":
        """Read a definition. Raises InvalidDefinition with everything that is wrong in it."""
        source = Source()
        definition = _definition(data, source)
        if not source.faults:
            _check_across(definition, source)
        if source.faults:
            raise InvalidDefinition(tuple(source.faults))
        return definition

    @classmethod
    def from_text(cls, text: str | bytes) -> "Definition":
        """Read a definition from a JSON document. Raises InvalidDefinition."""
        try:
            data = json.loads(text)
        except ValueError as broken:
            source = Source()
            source.refuse(N_("This is not JSON: {reason}"), reason=str(broken))
            raise InvalidDefinition(tuple(source.faults)) from broken
        return cls.from_json(data)

    def to_json(self) -> dict[str, Any]:
        """Write the definition as JSON; reading it again gives an equal one."""
        written = {"title": self.title, "sections": plain(self.sections)}
        if self.translations:
            written["translations"] = {code: dict(it) for code, it in self.translations.items()}
        return written

    def in_language(self, language: str) -> "Definition":
        """Return the form as it is asked in a language; made once for each."""
        code = language.replace("_", "-").partition("-")[0].lower()
        if code not in self._written:
            sections = formtext.written_in(self.sections, code)
            title = formtext.in_language(self.title, code)
            self._written[code] = dataclasses.replace(self, title=title, sections=sections)
        return self._written[code]

    def untranslated(self, language: str) -> tuple[str, ...]:
        """List the texts that the fund has not written in a language, each once."""
        found = formtext.texts((self.title, self.sections))
        return tuple(dict.fromkeys(str(it) for it in found if it and language not in it.languages))

    def canonical(self) -> bytes:
        """Write the definition the one way that is hashed: sorted keys, no blanks, UTF-8."""
        return canonical.written(self.to_json())

    @property
    def digest(self) -> str:
        """The SHA-256 of the canonical form, as hexadecimal digits."""
        return canonical.digest(self.to_json())

    def section(self, code: str) -> FormSection:
        """Find a section by its code. Raises KeyError."""
        for section in self.sections:
            if section.code == code:
                return section
        raise KeyError(code)

    def fields(self) -> Iterator[tuple[FormSection, Field]]:
        """Go through all fields in their order."""
        for section in self.sections:
            for field in section.fields:
                yield section, field

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies of the amounts that are asked for, each of them once."""
        asked = [field for _section, field in self.fields()]
        parts = [part for field in asked for part in field.parts]
        found = (getattr(field, "currency", None) for field in (*asked, *parts))
        return tuple(dict.fromkeys(each for each in found if each))

    def require_one_currency(self) -> None:
        """Raise UnusableMoney unless all amounts are asked for in one currency that is in use."""
        for currency in self.currencies:
            money.require_currency(currency)
        if len(self.currencies) > 1:
            raise money.MixedCurrencies(
                N_("A form asks for amounts in one currency, and this one in {currencies}."),
                currencies=", ".join(self.currencies),
            )

    def playing(self, role: str) -> tuple[FormSection, Field] | None:
        """Find the field that plays a role, such as the title of the proposal."""
        return next((pair for pair in self.fields() if pair[1].role == role), None)


def _definition(data: Any, source: Source) -> Definition:
    if not isinstance(data, dict) or not isinstance(data.get("sections"), list):
        source.refuse(N_("A form needs a title and a list of sections."))
        return Definition("", ())
    settings.only_known(data, ("title", "sections", "translations"), source)
    title = settings.label(data.get("title"), N_("The form needs a title."), source)
    sections = tuple(
        _section(item, source.at(section=number))
        for number, item in enumerate(data["sections"], start=1)
    )
    if not sections:
        source.refuse(N_("A form needs at least one section."))
    known = {str(it) for it in formtext.texts((title, sections))}
    words = settings.words(data.get("translations", {}), known, source)
    return Definition(
        formtext.translated(title, words), formtext.translated(sections, words), words
    )


def _section(data: Any, source: Source) -> FormSection:
    if not isinstance(data, dict) or not isinstance(data.get("fields"), list):
        source.refuse(N_("A section needs a code, a title and a list of fields."))
        return FormSection("unnamed", "", ())
    settings.only_known(data, ("code", "title", "intro", "fields"), source)
    fields = tuple(kinds.read_field(item, source) for item in data["fields"])
    if not fields:
        source.refuse(N_("A section needs at least one field."))
    return FormSection(
        code=settings.code(data.get("code"), source),
        title=settings.label(data.get("title"), N_("The section needs a title."), source),
        intro=settings.text(data.get("intro", ""), source),
        fields=tuple(field for field in fields if field is not None),
    )


def _check_across(definition: Definition, source: Source) -> None:
    """Check what no field can see alone: codes and roles that repeat, conditions."""
    sections: set[str] = set()
    roles: set[str] = set()
    earlier: dict[tuple[str, str], Field] = {}
    for number, section in enumerate(definition.sections, start=1):
        here = source.at(section=number)
        if section.code in sections:
            here.refuse(N_("The code “{code}” is there twice."), code=section.code)
        sections.add(section.code)
        for field in section.fields:
            at_field = Source(DefinitionPlace(number, field.code), source.faults)
            if (section.code, field.code) in earlier:
                at_field.refuse(N_("The code “{code}” is there twice."), code=field.code)
            _check_role(field, roles, at_field)
            _check_condition(field.shown_if, section.code, earlier, at_field)
            earlier[section.code, field.code] = field


def _check_role(field: Field, taken: set[str], source: Source) -> None:
    if field.role is None:
        return
    if field.role not in field.roles:
        source.refuse(N_("This kind of field cannot have the role “{role}”."), role=field.role)
    if field.role in taken:
        source.refuse(N_("Another field already has the role “{role}”."), role=field.role)
    taken.add(field.role)


def _check_condition(
    condition: Condition | None,
    section: str,
    earlier: dict[tuple[str, str], Field],
    source: Source,
) -> None:
    """Let a condition look back only, so that no two fields can wait for each other."""
    if condition is None:
        return
    other = earlier.get((condition.section or section, condition.field))
    if other is None:
        source.refuse(
            N_("“shown_if” must name a field that comes before. There is no “{code}” before."),
            code=condition.field,
        )
    elif not other.decides:
        source.refuse(
            N_("“shown_if” can look at choices, countries and declarations, and “{code}” is none."),
            code=condition.field,
        )
    else:
        for value in condition.values:
            if not other.may_be(value):
                source.refuse(
                    N_("“{value}” is not an answer to “{code}”."), value=value, code=other.code
                )
