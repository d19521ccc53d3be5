"""The widgets of application forms: what deform lacks, each with a template of our own.

Rows, budgets, groups and files are shown as a whole by one widget: their cells borrow the
widgets of simple fields. None keeps state; what belongs to one rendering hangs on the field.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import colander
from deform.widget import SelectWidget, TextAreaWidget, Widget
from markupsafe import Markup, escape

from grants.kit.uploads import filetypes
from grants.rules import money
from grants.rules.forms import text_length
from grants.rules.forms.kinds.files import FileField as FileField
from schemas.forms.base import _
from schemas.forms.rendering import messages, target
from schemas.proposal_form.cells import Cell, cell_entries, cells, child_error


@dataclass(frozen=True)
class ShownRow:
    """A row as it is shown: its number from 0, its cells."""

    number: int
    oid: str
    cells: list[Cell]


class WholeAnswerWidget(Widget):
    """A widget that shows an answer of several parts, and their errors, by itself."""

    category = "structural"
    item: dict[str, Any] = {}
    condition = ""

    def serialize(self, field: Any, cstruct: Any, **kw: Any) -> Any:
        """Render everything in one template."""
        return field.renderer(self.template, field=field, widget=self, **self.shown(field, cstruct))

    def shown(self, field: Any, cstruct: Any) -> dict[str, Any]:
        """Return what the template shows."""
        raise NotImplementedError

    def handle_error(self, field: Any, error: Any) -> None:
        """Keep the errors of all parts on the field."""
        field.error = field.error or error


class GroupWidget(WholeAnswerWidget):
    """A few named values side by side: a period, a city."""

    template = "group"

    def shown(self, field: Any, cstruct: Any) -> dict[str, Any]:
        """Show one cell for each part."""
        return {"cells": self._cells(field, cstruct)}

    def _cells(self, field: Any, cstruct: Any) -> list[Cell]:
        given = cstruct if isinstance(cstruct, dict) else {}
        return cells(field.children, oid=field.oid, cstruct=given, error=field.error)

    def deserialize(self, field: Any, pstruct: Any) -> Any:
        """Read each part."""
        return _parts(field, pstruct)

    def entries(self, field: Any) -> Iterator[tuple[str, Any, Any]]:
        """List what is wrong; what concerns the whole leads to its first part."""
        made = self._cells(field, {})
        for message in messages(field):
            yield target(made[0]), field.title, message
        for where, title, message in cell_entries(made):
            mapping = {"whole": _said(field, field.title), "part": _said(field, title)}
            yield where, _("${whole}, ${part}", mapping=mapping), message


class RowsWidget(WholeAnswerWidget):
    """Repeated rows: blank ones to write in, and buttons to add and remove."""

    template = "rows"
    least = 1
    most = 20

    def shown(self, field: Any, cstruct: Any) -> dict[str, Any]:
        """Show the rows there are, at least one, and a blank one for the script to copy."""
        given = list(cstruct) if isinstance(cstruct, list) else []
        given += [{}] * (max(self.least, 1) - len(given))
        return {
            "rows": [self.row(field, number, row) for number, row in enumerate(given)],
            "blank": self.row(field, "NUMBER", {}),
            "full": len(given) >= self.most,
        }

    def row(self, field: Any, number: Any, cstruct: Any) -> ShownRow:
        """Make one row with what is wrong in it."""
        oid = f"{field.oid}-{number}"
        error = child_error(field.error, number)
        parts = field.children[0].children
        return ShownRow(number, oid, cells(parts, oid=oid, cstruct=cstruct, error=error))

    def deserialize(self, field: Any, pstruct: Any) -> Any:
        """Read all rows."""
        given = pstruct if isinstance(pstruct, list) else []
        return [_parts(field.children[0], row) for row in given]

    def entries(self, field: Any) -> Iterator[tuple[str, Any, Any]]:
        """List what is wrong: with the whole first, then row by row."""
        for message in messages(field):
            yield target(self.row(field, 0, {}).cells[0]), field.title, message
        for child in sorted(getattr(field.error, "children", []), key=lambda one: one.pos):
            row = self.row(field, child.pos, {})
            for where, title, message in cell_entries(row.cells):
                yield where, _numbered(field, title, child.pos), message


class BudgetWidget(WholeAnswerWidget):
    """The budget as a table with its sums; on a phone its rows become cards."""

    template = "budget"
    language = "en"

    def shown(self, field: Any, cstruct: Any) -> dict[str, Any]:
        """Show the rows, the amounts beside them, and what they add up to."""
        given = cstruct if isinstance(cstruct, dict) else {}
        rows = self._rows(field)
        sums = self.asked.computed(_answer(field, given))
        return {
            **rows.widget.shown(rows, given.get("rows")),
            "rows_field": rows,
            "amounts": self._amounts(field, given),
            "headings": [(h.code, h.label, self._sum(sums, h.code)) for h in self.asked.headings],
            "sums": sums,
            "money": self._money,
            "decimal": money.amounts.DECIMAL_SIGN[self.language[:2]],
            "group": money.amounts.GROUP_SIGN[self.language[:2]],
            "places": money.decimals(self.asked.currency),
            "line_cents": self._line_cents(field, given),
        }

    def _rows(self, field: Any) -> Any:
        """Return the rows with what is wrong with them, and ids after the budget's own."""
        rows = field.children[0]
        rows.oid, rows.error = field.oid, child_error(field.error, 0)
        return rows

    def _amounts(self, field: Any, given: dict[str, Any]) -> list[Cell]:
        made = cells(field.children, oid=field.oid, cstruct=given, error=field.error)
        told = [part.description or "" for part in field.children]
        return [replace(one, description=it) for one, it in zip(made, told, strict=True)][1:]

    def _sum(self, sums: Any, heading: str) -> str:
        return self._money(sums.by_heading()[heading])

    def _money(self, cents: int) -> str:
        places = money.decimals(self.asked.currency)
        return money.shown(cents, language=self.language, decimals=places)

    def _line_cents(self, field: Any, given: dict[str, Any]) -> list[str]:
        answer = _answer(field, given)
        alone = [{"rows": [row]} for row in answer["rows"]] or [{"rows": []}]
        return [self._money(self.asked.computed(one).total_cents) for one in alone]

    def deserialize(self, field: Any, pstruct: Any) -> Any:
        """Read rows and amounts."""
        return _parts(field, pstruct)

    def entries(self, field: Any) -> Iterator[tuple[str, Any, Any]]:
        """List what is wrong with the whole, the rows, the amounts."""
        rows = self._rows(field)
        for message in messages(field):
            first = rows.widget.row(rows, 0, {}).cells[0]
            yield target(first), field.title, message
        yield from rows.widget.entries(rows)
        yield from cell_entries(self._amounts(field, {}))


def _answer(field: Any, cstruct: dict[str, Any]) -> Any:
    """Read again what is shown, so that sums are those of the text people see."""
    return field.schema.deserialize(cstruct)


def _numbered(field: Any, title: Any, position: int) -> Any:
    parts = {"whole": _said(field, field.title), "part": _said(field, title)}
    mapping = {**parts, "number": position + 1}
    return _("${whole}, row ${number}, ${part}", mapping=mapping)


def _said(field: Any, words: Any) -> str:
    return str(field.renderer.translate(words))


def _parts(field: Any, pstruct: Any) -> dict[str, Any]:
    given = pstruct if isinstance(pstruct, dict) else {}
    return {part.name: part.deserialize(given.get(part.name, colander.null)) for part in field}


def _size(size: int) -> str:
    """Write the limit of a slot, which is whole megabytes or kilobytes."""
    if size >= 1024 * 1024:
        return f"{size // (1024 * 1024)}\u00a0MB"
    return f"{max(1, size // 1024)}\u00a0kB"


class FilesWidget(WholeAnswerWidget):
    """Files that are there, each with a button to remove it, and an input for more."""

    template = "files"
    takes_files = True
    asked: FileField
    item: dict[str, Any] = {}

    @property
    def most(self) -> int:
        """How many files are taken."""
        return self.asked.max_files

    @property
    def accept(self) -> str:
        """What the browser's chooser offers: just what the server takes."""
        return filetypes.chooser(self.asked.accepted)

    def slot(self, say: Any) -> str:
        """Return which kinds, how many and how large files are taken, before one is chosen."""
        kinds = ", ".join(code.upper() for code in filetypes.KINDS if code in self.asked.accepted)
        mapping = {"kinds": kinds, "size": _size(self.asked.max_bytes), "count": self.most}
        if self.most == 1:
            return str(say(_("${kinds}. One file of at most ${size}.", mapping=mapping)))
        return str(say(_("${kinds}. At most ${count} files of ${size} each.", mapping=mapping)))

    def shown(self, field: Any, cstruct: Any) -> dict[str, Any]:
        """Show the files by what the caller knows of them; an unknown one by its identifier."""
        known = getattr(field.get_root(), "files", None) or {}
        given = cstruct if isinstance(cstruct, list | tuple) else []
        return {"files": [(one, known.get(one)) for one in given], "full": len(given) >= self.most}

    def deserialize(self, field: Any, pstruct: Any) -> Any:
        """Read the identifiers of the files that stay."""
        given = pstruct if isinstance(pstruct, list) else []
        return [one for one in given if isinstance(one, str) and one]


class CountedTextArea(TextAreaWidget):
    """A text with a limit, and how much of it is used."""

    strip = False
    rows = 8
    max_words: int | None = None
    max_characters: int | None = None
    condition = ""
    item: dict[str, Any] = {}

    @property
    def limits(self) -> dict[str, int]:
        """Tell the script what to count."""
        if self.max_words is not None:
            return {"data-max-words": self.max_words}
        return {} if self.max_characters is None else {"data-max-characters": self.max_characters}

    def count(self, text: str, say: Any) -> str:
        """Return how much of the limit is used."""
        counted = text_length.characters if self.max_words is None else text_length.words
        return self.count_template(say).replace("{count}", str(counted(text)))

    unparted = staticmethod(text_length.unparted)

    def count_template(self, say: Any) -> str:
        """Say the same with a gap, for the script to fill."""
        if self.max_words is not None:
            mapping = {"count": "{count}", "limit": self.max_words}
            return str(say(_("${count} of ${limit} words", mapping=mapping)))
        mapping = {"count": "{count}", "limit": self.max_characters or 0}
        return str(say(_("${count} of ${limit} characters", mapping=mapping)))


class LongSelect(SelectWidget):
    """A list of many answers, all of them plain words, written once for the process."""

    template = "select_long"

    def options(self, cstruct: str) -> Markup:
        """Write the options with the chosen one marked; one that is not offered is kept, too."""
        written = str(_options(self.values))
        mark = f' value="{escape(cstruct)}"'
        if mark in written:
            return Markup(written.replace(mark, mark + " selected", 1))  # noqa: S704
        kept = Markup('<option value="{}" selected>{}</option>').format(cstruct, cstruct)
        return kept + Markup(written)  # noqa: S704


@cache
def _options(values: tuple[tuple[str, str], ...]) -> Markup:
    line = Markup('<option value="{}">{}</option>\n')
    return Markup("").join(line.format(value, title) for value, title in values)
