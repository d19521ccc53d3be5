"""Answers in words: what readers see of them, on pages and in documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from grants.kit.language.formats import Formats
from grants.kit.language.i18n import translations
from grants.rules.forms import formtext
from grants.rules.forms.answers import Answers, answer_to, visible_fields
from grants.rules.forms.definition import Definition
from grants.rules.forms.field import (
    NO_ANSWER,
    SHOWN_TO_NOBODY,
    Answer,
    Field,
    Shape,
    is_hidden,
)
from grants.rules.forms.kinds.budgets import BudgetField
from grants.rules.words import N_


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
        label = self.say(field.label)
        if is_hidden(answer):
            return Shown(code=field.code, label=label, text=self.say(SHOWN_TO_NOBODY))
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
        if is_hidden(answer):
            return self.say(SHOWN_TO_NOBODY)
        return field.in_words(answer, self)

    @property
    def language(self) -> str:
        """The reader's."""
        return self.said.language

    def say(self, words: str) -> str:
        """Say the form's words, or ours."""
        # gettext answers the empty message with the catalogue's own head
        say = translations(self.language).gettext
        return formtext.said(words, self.language, say) if words else ""

    def money(self, cents: int, currency: str) -> str:
        """Write an amount with its currency."""
        return self.said.money(cents, currency)

    def beside(self, figure: str, currency: str) -> str:
        """Write a currency beside a figure."""
        return self.said.beside(figure, currency)

    def number(self, number: int) -> str:
        """Write a number."""
        return self.said.number(number)

    def day(self, day: date) -> str:
        """Write a date."""
        return self.said.day(day)

    def country(self, code: str) -> str:
        """Name a country."""
        return self.said.country(code)

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
                heading=self.say(part.label),
                numbers=part.numeric,
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
                TableColumn(heading=self.say(N_("Cost")), numbers=True),
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
            (self.say(heading.name), cents)
            for heading in sums.headings
            if (cents := sums.by_heading()[heading.code])
        ]
        total = [*named, (self.say(N_("Total cost")), sums.total_cents)]
        shown = [(label, self.said.money(cents, field.currency)) for label, cents in total]
        requested = field.beside[-1]
        asked = self.text(requested, given.get(requested.code)) or NO_ANSWER
        return [*shown, (self.say(requested.label), asked)]


def _rows(answer: Answer) -> list[Mapping[str, Any]]:
    given = answer if isinstance(answer, list) else []
    return [row for row in given if isinstance(row, Mapping) and any(row.values())]
