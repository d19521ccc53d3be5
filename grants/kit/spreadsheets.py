"""Tables for spreadsheets: CSV as the reader's own program opens it, and XLSX.

A spreadsheet in German or Spanish reads decimals with a comma and so expects a semicolon
between the columns: with English signs, all of a CSV lands in its first column. An XLSX file
has numbers and moments as such, and needs no such agreement.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from babel import numbers

if TYPE_CHECKING:
    import xlsxwriter

Cell = str | int | Decimal | date | datetime | None
"""Text, a number, an exact amount in units, a day, a moment in UTC; None is an empty cell."""

CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDEST = 60
_NARROWEST = 9


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, language: str) -> bytes:
    """Write a table in UTF-8, with the separator and the decimal sign of a language."""
    sign = numbers.get_decimal_symbol(language)
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";" if sign == "," else ",")
    writer.writerow(header)
    writer.writerows([_as_text(cell, sign) for cell in row] for row in rows)
    # Without the mark some spreadsheets take UTF-8 for something else.
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str, at: datetime
) -> bytes:
    """Write a workbook of one sheet, made at a moment; text stays text, whatever it begins with."""
    import xlsxwriter  # 15 MB that only a spreadsheet costs

    written = io.BytesIO()
    # Without constant_memory ten thousand rows take a hundred megabytes.
    book = xlsxwriter.Workbook(
        written, {"constant_memory": True, "remove_timezone": True, "in_memory": False}
    )
    book.set_properties({"title": title, "created": at.replace(tzinfo=None)})
    _write(book, header, rows, title)
    book.close()
    return written.getvalue()


def _write(
    book: "xlsxwriter.Workbook", header: Sequence[str], rows: Iterable[Sequence[Cell]], title: str
) -> None:
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {
        Decimal: book.add_format({"num_format": "#,##0.00"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    listed = [list(row) for row in rows]
    for column, name in enumerate(header):
        longest = max([len(name), *(len(_as_text(row[column], ".")) for row in listed)])
        sheet.set_column(column, column, min(_WIDEST, max(_NARROWEST, longest + 2)))
    sheet.freeze_panes(1, 1)
    sheet.write_row(0, 0, header, bold)
    for number, row in enumerate(listed, start=1):
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell, formats)
    sheet.autofilter(0, 0, len(listed), len(header) - 1)


def _write_cell(
    sheet: "xlsxwriter.worksheet.Worksheet",
    row: int,
    column: int,
    cell: Cell,
    formats: dict[type, "xlsxwriter.format.Format"],
) -> None:
    match cell:
        case None | "":
            return
        case str():
            sheet.write_string(row, column, cell)
        case datetime() | date():
            sheet.write_datetime(row, column, cell, formats[type(cell)])
        case Decimal():
            sheet.write_number(row, column, cell, _decimals(cell, formats))
        case _:
            sheet.write_number(row, column, cell)


def _decimals(
    cell: Decimal, formats: dict[type, "xlsxwriter.format.Format"]
) -> "xlsxwriter.format.Format | None":
    """Show two decimals where an amount has them, as the spreadsheet's own language does."""
    exponent = cell.as_tuple().exponent
    return formats[Decimal] if exponent == -2 else None


def _as_text(cell: Cell, sign: str) -> str:
    match cell:
        case None:
            return ""
        case str():
            # Keeps a spreadsheet from taking what somebody typed for a formula.
            return f"'{cell}" if cell.startswith(_FORMULAS) else cell
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M:%S}"
        case Decimal():
            return f"{cell:f}".replace(".", sign)
        case _:
            return str(cell)


def _sheet_name(title: str) -> str:
    """Leave out what no sheet may be called by; at most 31 signs."""
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31] or "1"
