"""Fields that say where: a country, a city in a country."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from grants.rules.countries import COUNTRIES
from grants.rules.forms import settings
from grants.rules.forms.field import (
    NOT_ANSWERED,
    Answer,
    AnswerError,
    Field,
    Shape,
    Wording,
    setting,
)
from grants.rules.forms.kinds.texts import ShortTextField
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class CountryField(Field):
    """A country or territory, kept as its ISO 3166-1 code of two letters."""

    kind: ClassVar[str] = "country"
    roles: ClassVar[frozenset[str]] = frozenset({"organisation_country"})
    decides: ClassVar[bool] = True
    columnar: ClassVar[bool] = True
    identifying: ClassVar[bool] = True
    countries: tuple[str, ...] = setting(settings.codes, ())

    @property
    def offered(self) -> tuple[str, ...]:
        """The codes to choose from: all of them unless the form names some."""
        return self.countries or COUNTRIES

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Take known codes only."""
        for code in self.countries:
            if code not in COUNTRIES:
                yield N_("“{code}” is not the code of a country."), {"code": code}

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Take only what is offered."""
        if answer not in self.offered:
            yield AnswerError(N_("Choose a country from the list."))

    def worded(self, answer: Answer, wording: Wording) -> str:
        """Return the country's name."""
        return wording.country(str(answer))

    def may_be(self, value: str | bool) -> bool:
        """Return whether a country is offered."""
        return value in self.offered

    def json_schema(self) -> dict[str, Any]:
        """List what is offered."""
        return {"enum": list(self.offered)}


@dataclass(frozen=True, kw_only=True)
class CityField(Field):
    """A city and the country it lies in."""

    kind: ClassVar[str] = "city"
    shape: ClassVar[Shape] = Shape.GROUP
    roles: ClassVar[frozenset[str]] = frozenset({"city", "paired_city"})
    identifying: ClassVar[bool] = True
    countries: tuple[str, ...] = setting(settings.codes, ())
    abroad: bool = setting(settings.flag, False)
    """Whether it must lie in another country than the lead city."""

    @property
    def parts(self) -> tuple[Field, ...]:
        """The city's name and its country."""
        return (
            ShortTextField(
                code="name", label=N_("City"), required=self.required, max_characters=120
            ),
            CountryField(
                code="country",
                label=N_("Country"),
                required=self.required,
                countries=self.countries,
            ),
        )

    def names(self, answer: Answer) -> Iterator[str]:
        """Return the city's name."""
        given = answer if self.names_applicant and isinstance(answer, dict) else {}
        if isinstance(given.get("name"), str):
            yield given["name"]

    def worded(self, answer: Answer, wording: Wording) -> str:
        """Return the city with its country."""
        return ", ".join(self.parts_in_words(answer, wording))

    def sound(self) -> Iterator[tuple[str, Any]]:
        """Take known codes only."""
        return self.parts[1].sound()

    def is_blank(self, answer: Answer) -> bool:
        """Return whether neither name nor country is given."""
        return answer is None or (isinstance(answer, dict) and not any(answer.values()))

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Ask for both the name and the country."""
        if not isinstance(answer, dict):
            yield AnswerError(NOT_ANSWERED)
            return
        for part in self.parts:
            given = answer.get(part.code)
            if part.is_blank(given):
                message = N_("Enter both the city and its country.")
                yield AnswerError(message, path=(part.code,), missing=True)
            else:
                yield from (finding.inside(part.code) for finding in part.findings(given))

    def json_schema(self) -> dict[str, Any]:
        """Describe a name and a country."""
        name, country = self.parts
        return {
            "type": "object",
            "properties": {
                "name": {**name.json_schema(), "pattern": "[^ ]"},
                "country": country.json_schema(),
            },
            "required": ["name", "country"],
            "additionalProperties": False,
        }


KINDS: tuple[type[Field], ...] = (CountryField, CityField)
