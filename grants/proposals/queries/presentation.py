"""Answers in words: what readers see of them, on pages and in documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grants.kit.language.formats import Formats
from grants.kit.language.i18n import translations
from grants.rules.forms import formtext
from grants.rules.forms.answers import Answers, answer_to, visible_fields
from grants.rules.forms.definition import Definition
from grants.rules.forms.field import Answer, Field, Shape, typed_in
from grants.rules.forms.kinds.budgets import BudgetField
from grants.rules.forms.kinds.choices import ChoiceField, ChoicesField, DeclarationField
from grants.rules.forms.kinds.dates import DateField, day
from grants.rules.forms.kinds.numbers import MoneyField, NumberField, RateField, is_whole
from grants.rules.forms.kinds.places import CountryField
from grants.rules.words import N_

NO_ANSWER = "–"


class Layout(StrEnum):
    """How an answer is laid out."""

    TEXT = "text"
    TABLE = "table"
    FILES = "files"


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """A column of a table, and whether it holds numbers."""

    heading: str
    numbers: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A question and its answer. `files` are tokens; `totals` are labels and amounts."""

    code: str
    label: str
    form: Layout = Layout.TEXT
    text: str = ""
    columns: Sequence[TableColumn] = ()
    rows: Sequence[Sequence[str]] = ()
    totals: Sequence[tuple[str, str]] = ()
    files: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class ShownSection:
    """A section of the form with its answers in order."""

    code: str
    title: str
    answers: Sequence[Shown]


def sections(definition: Definition, answers: Answers, said: Formats) -> list[ShownSection]:
    """Put all answers that are asked for into words."""
    teller, definition = Teller(said), definition.in_language(said.language)
    return [
        ShownSection(
            code=section.code,
            title=section.title,
            answers=[
                teller.shown(field, answer_to(answers, section.code, field.code))
                for field in visible_fields(definition, section.code, answers)
            ],
        )
        for section in definition.sections
    ]


@dataclass(frozen=True)
class Teller:
    """Says answers in one language."""

    said: Formats

    def shown(self, field: Field, answer: Answer) -> Shown:
        """Put one answer into words, whatever kind of field it belongs to."""
        label = self._say(field.label)
        if field.shape is Shape.FILES:
            files = answer if isinstance(answer, list) else []
            return Shown(code=field.code, label=label, form=Layout.FILES, files=files)
        if isinstance(field, BudgetField):
            return self._budget(field, label, answer)
        if field.shape is Shape.ROWS:
            return self._table(field, label, answer)
        return Shown(code=field.code, label=label, text=self.text(field, answer))

    def text(self, field: Field, answer: Answer) -> str:
        """Say an answer in a line, or in paragraphs; "" where there is none."""
        typed = typed_in(answer)
        if typed is not None:
            return typed
        if field.is_blank(answer) and not isinstance(field, DeclarationField):
            return ""
        if field.shape is Shape.GROUP:
            given = answer if isinstance(answer, Mapping) else {}
            words = [self.text(part, given.get(part.code)) or NO_ANSWER for part in field.parts]
            return self._say(N_("{a} to {b}") if field.kind == "period" else "{a}, {b}").format(
                a=words[0], b=words[1]
            )
        return self._one(field, answer)

    def _number(self, field: NumberField, answer: int) -> str:
        # A year is a number too: what never has five digits has no separators.
        short = field.maximum is not None and field.maximum < 10_000
        return str(answer) if short else self.said.number(answer)

    def _one(self, field: Field, answer: Answer) -> str:
        said = self.said
        match field:
            case DeclarationField():
                return self._say(N_("Yes") if answer is True else N_("No"))
            case ChoicesField():
                given = answer if isinstance(answer, list) else [answer]
                return "\n".join(self._option(field, one) for one in given)
            case ChoiceField():
                return self._option(field, answer)
            case MoneyField() if is_whole(answer):
                return said.money(answer, field.currency)
            case RateField() if not field.is_blank(answer):
                figure = field.show(answer, said.language)
                return said.beside(figure, field.currency)
            case NumberField() if is_whole(answer):
                return f"{self._number(field, answer)} {self._say(field.unit)}".strip()
            case DateField():
                read = day(answer)
                return said.day(read) if read else str(answer)
            case CountryField():
                return said.country(str(answer))
            case _:
                return field.show(answer, said.language)

    def _option(self, field: ChoiceField | ChoicesField, answer: Answer) -> str:
        labels = {option.code: option.label for option in field.options}
        return self._say(labels[answer]) if answer in labels else str(answer)

    def _table(self, field: Field, label: str, answer: Answer) -> Shown:
        return Shown(
            code=field.code,
            label=label,
            form=Layout.TABLE,
            columns=self._columns(field.parts),
            rows=[self._row(field.parts, row) for row in _rows(answer)],
        )

    def _columns(self, parts: Sequence[Field]) -> list[TableColumn]:
        return [
            TableColumn(
                heading=self._say(part.label),
                numbers=isinstance(part, MoneyField | NumberField) or part.kind == "quantity",
            )
            for part in parts
        ]

    def _row(self, parts: Sequence[Field], row: Mapping[str, Any]) -> list[str]:
        return [self.text(part, row.get(part.code)) or NO_ANSWER for part in parts]

    def _budget(self, field: BudgetField, label: str, answer: Answer) -> Shown:
        given = answer if isinstance(answer, Mapping) else {}
        rows = _rows(given.get("rows"))
        costs = [field.computed({"rows": [row]}).total_cents for row in rows]
        return Shown(
            code=field.code,
            label=label,
            form=Layout.TABLE,
            columns=[
                *self._columns(field.parts),
                TableColumn(heading=self._say(N_("Cost")), numbers=True),
            ],
            rows=[
                [*self._row(field.parts, row), self.said.money(cents, field.currency)]
                for row, cents in zip(rows, costs, strict=True)
            ],
            totals=self._totals(field, given),
        )

    def _totals(self, field: BudgetField, given: Mapping[str, Any]) -> list[tuple[str, str]]:
        sums = field.computed(given)
        named = [
            (self._say(heading.name), cents)
            for heading in sums.headings
            if (cents := sums.by_heading()[heading.code])
        ]
        total = [*named, (self._say(N_("Total cost")), sums.total_cents)]
        shown = [(label, self.said.money(cents, field.currency)) for label, cents in total]
        requested = field.beside[-1]
        asked = self.text(requested, given.get(requested.code)) or NO_ANSWER
        return [*shown, (self._say(requested.label), asked)]

    def _say(self, words: str) -> str:
        # gettext answers the empty message with the catalogue's own head
        language = self.said.language
        return formtext.said(words, language, translations(language).gettext) if words else ""


def _rows(answer: Answer) -> list[Mapping[str, Any]]:
    given = answer if isinstance(answer, list) else []
    return [row for row in given if isinstance(row, Mapping) and any(row.values())]
