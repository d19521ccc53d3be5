"""Reviews as a workbook to be filled in without a network, one line for each criterion.

A second, hidden sheet keeps what stood there when it was made: so that it is known later what was
typed into it, and what somebody changed on the page meanwhile.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xlsxwriter

LINES, BEFORE = "Reviews", "Before"
"""The names of both sheets: the portal reads them, in whatever language."""
KEY, SCORE, COMMENT = 0, 6, 7
"""The columns that the portal reads."""
LAST_LINE = 2000
LARGEST_UNPACKED, PART = 30_000_000, 65_536
_WIDTHS = (2, 16, 32, 24, 10, 16, 10, 70)
_MOST_CHOICES = 255  # characters of a list that a spreadsheet checks by


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """A line: a criterion with its score and comment, or a comment alone.

    `key` names the review and the part of it; `choices` are the scores that may be typed, none
    where the line takes a comment alone.
    """

    key: str
    reference: str
    title: str
    part: str
    weight: str = ""
    scale: str = ""
    score: str = ""
    comment: str = ""
    choices: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class ReviewSheet:
    """All lines, with the headings of the columns after the first, and what to know."""

    headings: Sequence[str]
    lines: Sequence[SheetLine]
    title: str
    made_at: datetime


def workbook(sheet: ReviewSheet) -> bytes:
    """Write the workbook; scores and comments can be typed, all else is locked."""
    import xlsxwriter  # 15 MB that only a spreadsheet costs

    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "remove_timezone": True})
    book.set_properties({"title": sheet.title, "created": sheet.made_at.replace(tzinfo=None)})
    _write_lines(book, sheet)
    _write_before(book, sheet.lines)
    book.close()
    return written.getvalue()


def _write_lines(book: "xlsxwriter.Workbook", sheet: ReviewSheet) -> None:
    page = book.add_worksheet(LINES)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    told = book.add_format({"text_wrap": True, "valign": "top"})
    ours = {"text_wrap": True, "valign": "top", "locked": False, "bg_color": "#EEF4F8", "border": 4}
    typed = book.add_format(ours)
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width, None, {"hidden": True} if column == KEY else {})
    page.write_row(0, 0, ["", *sheet.headings], head)
    page.freeze_panes(1, 4)
    page.protect("", {"format_rows": True, "format_columns": True, "autofilter": True})
    for row, line in enumerate(sheet.lines, start=1):
        texts = (line.key, line.reference, line.title, line.part, line.weight, line.scale)
        for column, text in enumerate(texts):
            page.write_string(row, column, text, told)
        if line.choices:
            _write_score(page, row, line, typed)
        else:
            page.write_blank(row, SCORE, None, told)
        page.write_string(row, COMMENT, line.comment, typed)
    page.autofilter(0, 1, len(sheet.lines), COMMENT)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _write_score(
    page: "xlsxwriter.worksheet.Worksheet",
    row: int,
    line: SheetLine,
    typed: "xlsxwriter.format.Format",
) -> None:
    page.write_string(row, SCORE, line.score, typed)
    if len(",".join(line.choices)) <= _MOST_CHOICES:
        page.data_validation(
            row, SCORE, row, SCORE, {"validate": "list", "source": list(line.choices)}
        )


def _write_before(book: "xlsxwriter.Workbook", lines: Sequence[SheetLine]) -> None:
    page = book.add_worksheet(BEFORE)
    page.very_hidden()
    for row, line in enumerate(lines):
        for column, text in enumerate((line.key, line.score, line.comment)):
            page.write_string(row, column, text)


def read_workbook(
    content: bytes,
) -> tuple[list[tuple[str, str, str]], Mapping[str, tuple[str, str]]]:
    """Read what was typed and what stood there before: keys with a score and a comment.

    Raises ValueError for what is no workbook of reviews.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        _require_small(content)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        lines = book.get_sheet_by_name(LINES).to_python(nrows=LAST_LINE)
        before = book.get_sheet_by_name(BEFORE).to_python(nrows=LAST_LINE)
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile, zlib.error) as broken:
        raise ValueError from broken
    typed = [
        (key, _text(_cell(line, SCORE)), _text(_cell(line, COMMENT)))
        for line in lines
        if "/" in (key := _text(_cell(line, KEY)))
    ]
    stood = {
        _text(_cell(line, 0)): (_text(_cell(line, 1)), _text(_cell(line, 2))) for line in before
    }
    return typed, stood


def _require_small(content: bytes) -> None:
    """Unpack an archive in small parts, whatever it says of its sizes. Raises ValueError."""
    left = LARGEST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            with archive.open(name) as part:
                while read := part.read(PART):
                    left -= len(read)
                    if left < 0:
                        raise ValueError(name)


def _cell(line: Sequence[object], column: int) -> object:
    return line[column] if column < len(line) else ""


def _text(cell: object) -> str:
    """Return a cell as it was typed; a spreadsheet turns 4 into 4.0."""
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return str(cell).replace("\r\n", "\n").strip()
