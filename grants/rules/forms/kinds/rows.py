"""Fields that repeat: rows of simple fields, partners, planned deliverables."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from grants.rules.forms import reading, settings
from grants.rules.forms.definition_errors import Source
from grants.rules.forms.field import NOT_ANSWERED, Answer, AnswerError, Field, Shape, setting
from grants.rules.forms.kinds import choices, dates, numbers, places, texts
from grants.rules.forms.kinds.choices import ChoiceField
from grants.rules.forms.kinds.dates import DateField
from grants.rules.forms.kinds.places import CountryField
from grants.rules.forms.kinds.texts import EmailField, LongTextField, ShortTextField
from grants.rules.forms.settings import Option
from grants.rules.labels import ORGANISATION_KINDS
from grants.rules.words import N_

MOST_ROWS = 100

ORGANISATIONS = tuple(Option(code, label) for code, label in ORGANISATION_KINDS.items())


def row_is_blank(row: Answer, columns: tuple[Field, ...]) -> bool:
    """Return whether nothing was written in a row."""
    return isinstance(row, dict) and all(c.is_blank(row.get(c.code)) for c in columns)


def rows_in(answer: Answer) -> Iterator[dict[str, Any]]:
    """Return the rows of an answer that can be read as rows."""
    given = answer if isinstance(answer, list) else []
    return (row for row in given if isinstance(row, dict))


def row_findings(row: Answer, columns: tuple[Field, ...]) -> Iterator[AnswerError]:
    """Return what is wrong or missing in the cells of a row."""
    if not isinstance(row, dict):
        yield AnswerError(NOT_ANSWERED)
        return
    for column in columns:
        given = column.findings(row.get(column.code))
        yield from (finding.inside(column.code) for finding in given)


def row_schema(columns: tuple[Field, ...]) -> dict[str, Any]:
    """Describe a complete row; what need not be answered may be null."""
    return {
        "type": "object",
        "properties": {column.code: cell_schema(column) for column in columns},
        "required": [column.code for column in columns if column.required],
        "additionalProperties": False,
    }


def cell_schema(column: Field) -> dict[str, Any]:
    """Describe an answer that need not be there unless it is required."""
    schema = column.json_schema()
    described = schema if column.required else {"anyOf": [{"type": "null"}, schema]}
    return {"title": column.label, **described}


@dataclass(frozen=True, kw_only=True)
class RepeatedField(Field):
    """What all repeated fields share; `parts` are their columns. Blank rows do not count."""

    shape: ClassVar[Shape] = Shape.ROWS
    min_rows: int = setting(settings.count, 0)
    max_rows: int = setting(settings.positive, 20)

    @property
    def least(self) -> int:
        """How many rows must be there if any are."""
        return max(self.min_rows, 1 if self.required else 0)

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Keep the least number of rows below the greatest."""
        if self.min_rows > self.max_rows:
            yield N_("The smallest number of rows is larger than the largest."), {}
        if self.max_rows > MOST_ROWS:
            yield N_("At most {limit} rows are possible."), {"limit": MOST_ROWS}

    def is_blank(self, answer: Answer) -> bool:
        """Return whether no row holds anything."""
        if not isinstance(answer, list):
            return answer is None
        return all(row_is_blank(row, self.parts) for row in answer)

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Check each row that holds something, and count them."""
        if not isinstance(answer, list):
            yield AnswerError(NOT_ANSWERED)
            return
        filled = [(n, row) for n, row in enumerate(answer) if not row_is_blank(row, self.parts)]
        if len(filled) < self.least:
            values = {"count": len(filled), "limit": self.least}
            yield AnswerError(
                N_("There are {count} rows. Give at least {limit}."), values, (), True
            )
        if len(filled) > self.max_rows:
            values = {"count": len(filled), "limit": self.max_rows}
            yield AnswerError(N_("There are {count} rows. Keep at most {limit}."), values)
        for number, row in filled:
            yield from (f.inside(number) for f in row_findings(row, self.parts))

    def json_schema(self) -> dict[str, Any]:
        """Describe the rows."""
        return {
            "type": "array",
            "items": row_schema(self.parts),
            "minItems": self.least,
            "maxItems": self.max_rows,
        }


COLUMNS: dict[str, type[Field]] = {
    kind.kind: kind
    for family in (texts, choices, numbers, dates, places)
    for kind in family.KINDS
    if kind.columnar
}


def read_columns(value: Any, source: Source) -> tuple[Field, ...]:
    """Read the columns of repeated rows: simple fields, always shown, that play no role."""
    if not isinstance(value, list):
        source.refuse(N_("The columns must be a list."))
        return ()
    read = (_read_column(item, source) for item in value)
    return tuple(column for column in read if column is not None)


def _read_column(data: Any, source: Source) -> Field | None:
    known = isinstance(data, dict) and isinstance(data.get("kind"), str)
    here = source.at(column=str(data.get("code", "?")) if isinstance(data, dict) else "?")
    kind = COLUMNS.get(data["kind"]) if known else None
    if kind is None:
        here.refuse(N_("A column needs a code, a label and a simple kind of field."))
        return None
    for name in ("shown_if", "role"):
        if name in data:
            here.refuse(N_("A column cannot have “{name}”."), name=name)
    return reading.read_as(kind, data, here)


@dataclass(frozen=True, kw_only=True)
class RowsField(RepeatedField):
    """Repeated rows of simple fields that the form names."""

    kind: ClassVar[str] = "rows"
    columns: tuple[Field, ...] = setting(read_columns, ())

    def names(self, answer: Answer) -> Iterator[str]:
        """Return what stands in the columns that name who applies."""
        for row in rows_in(answer):
            for column in self.columns:
                yield from column.names(row.get(column.code))

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Ask for columns, each with a code of its own."""
        yield from super().sound()
        if not self.columns:
            yield N_("Give at least one column."), {}
        codes = [column.code for column in self.columns]
        for twice in sorted({one for one in codes if codes.count(one) > 1}):
            yield N_("The code “{code}” is there twice."), {"code": twice}

    @property
    def parts(self) -> tuple[Field, ...]:
        """The columns, as the form names them."""
        return self.columns


@dataclass(frozen=True, kw_only=True)
class PartnersField(RepeatedField):
    """The organisations that take part."""

    kind: ClassVar[str] = "partners"
    roles: ClassVar[frozenset[str]] = frozenset({"partners"})
    identifying: ClassVar[bool] = True
    organisations: tuple[Option, ...] = setting(settings.options, ORGANISATIONS)
    countries: tuple[str, ...] = setting(settings.codes, ())

    def names(self, answer: Answer) -> Iterator[str]:
        """Return the names of the organisations."""
        for row in rows_in(answer):
            if self.names_applicant and isinstance(row.get("organisation"), str):
                yield row["organisation"]

    @property
    def parts(self) -> tuple[Field, ...]:
        """Name, kind, country, role and contact."""
        return (
            ShortTextField(code="organisation", label=N_("Organisation")),
            ChoiceField(code="kind", label=N_("Kind"), options=self.organisations),
            CountryField(
                code="country",
                label=N_("Country"),
                countries=self.countries,
                identifies=self.identifies,
            ),
            ShortTextField(code="role", label=N_("Role in the project"), required=False),
            EmailField(
                code="email",
                label=N_("Contact email"),
                required=False,
                identifies=self.identifies,
            ),
        )

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Take known countries only."""
        yield from super().sound()
        yield from self.parts[2].sound()  # type: ignore[misc]


@dataclass(frozen=True, kw_only=True)
class DeliverablesField(RepeatedField):
    """What the project will deliver: each with its type, a title, a day and a description."""

    kind: ClassVar[str] = "deliverables"
    roles: ClassVar[frozenset[str]] = frozenset({"deliverables"})
    types: tuple[Option, ...] = setting(settings.options, ())
    max_words: int = setting(settings.positive, 100)

    @property
    def parts(self) -> tuple[Field, ...]:
        """Type, title, due date and description."""
        return (
            ChoiceField(code="type", label=N_("Type"), options=self.types),
            ShortTextField(code="title", label=N_("Title"), max_characters=120),
            DateField(code="due_on", label=N_("Due date")),
            LongTextField(
                code="description",
                label=N_("Description"),
                required=False,
                max_words=self.max_words,
            ),
        )

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Ask for types to choose from."""
        yield from super().sound()
        if not self.types:
            yield N_("Name the types of deliverables."), {}


KINDS: tuple[type[Field], ...] = (RowsField, PartnersField, DeliverablesField)
