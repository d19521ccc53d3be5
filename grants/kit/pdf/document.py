"""What every document is made of: titles, texts, facts, tables, figures.

A document's module fills `Pages` from top to bottom and asks for its bytes. The
same input gives the same bytes, in any process.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reportlab.platypus import CondPageBreak, PageBreak, Spacer

from grants.kit.pdf import fonts, look
from grants.kit.pdf.flowables import Cover, Figure
from grants.kit.pdf.grid import GUTTER, WHOLE, Grid, GridRow
from grants.kit.pdf.page_frame import Masthead, draw
from grants.kit.pdf.tagging import Element, Structure
from grants.kit.pdf.wording import Imprint
from grants.kit.pdf.words import Words

ROOM_UNDER_HEADING = 78  # points: a heading stays with at least this much of what follows
ROOM_UNDER_LABEL = 48
COVER_TITLE = 400  # characters; a longer title would not leave the cover's page any room
LONG_TITLE = 90  # characters; a longer title is set smaller
FACT_SHARES = (0.28, 0.72)
PAIR_SHARES = (0.17, 0.33, 0.17, 0.33)
LEAST_WORDS = 62  # points; a column of words is not made narrower for the numbers beside it
FINGERPRINT = 64  # characters of a SHA-256


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its share of the width, and which side it keeps to.

    `tiny` sets its words small, for fingerprints.
    """

    heading: str
    share: float = 1
    align: Literal["left", "right"] = "left"
    tiny: bool = False


@dataclass(frozen=True)
class Band:
    """A line of words across a whole table; `rule` draws a heavy line above it."""

    text: str
    rule: bool = True


@dataclass(frozen=True)
class Noted:
    """A cell's words with a quieter note below them."""

    text: str
    note: str


Cells = Sequence[str | Noted]


class Pages:
    """A document in the making: call its methods in reading order, then `pdf()`."""

    def __init__(self, imprint: Imprint, *, kind: str, title: str, reference: str) -> None:
        self.imprint = imprint
        self.kind, self.name, self.reference = kind, title, reference
        self.look = look.look(imprint.accent)
        self.root = Element("Document")
        self.story: list[Any] = []
        self.has_cover = False

    def title(self, text: str, lead: str = "") -> None:
        """Say what the document is and what it is about: its one first-level heading."""
        self._words(self.kind, "kind", self.root.add("P"))
        self._heading(text, 1, "H1 long" if len(text) > LONG_TITLE else "H1")
        if lead:
            self._words(lead, "lead", self.root.add("P"))

    def cover(self, title: str, lead: str) -> None:
        """Open with fund, title and lead in white on a ground of the accent colour."""
        if len(title) > COVER_TITLE:
            self.title(title, lead)
            return
        style = "cover title long" if len(title) > LONG_TITLE else "cover title"
        above = len(self.story)
        self._words(self.imprint.fund, "cover fund", self.root.add("P"))
        self._words(self.kind, "cover kind", self.root.add("P"))
        self._heading(title, 1, style)
        self._words(lead, "cover lead", self.root.add("P"))
        self.story[above:] = [Cover(self.story[above:], self.look)]
        self.has_cover = True

    def heading(
        self, text: str, level: Literal[2, 3] = 2, *, room: float = 0, style: str = ""
    ) -> None:
        """Begin a section; it never stands alone at the foot of a page."""
        self._ask_for(room or ROOM_UNDER_HEADING + 20 * (3 - level))
        self._heading(text, level, style or f"H{level}")

    def _ask_for(self, room: float) -> None:
        """Begin a new page unless there is so much room; a heading right above stays with this."""
        above = self.story[-2] if len(self.story) > 1 else None
        if isinstance(above, CondPageBreak):
            above.height = max(above.height, ROOM_UNDER_LABEL + room)
        self.story.append(CondPageBreak(room))

    def _heading(self, text: str, level: int, style: str) -> None:
        line = fonts.one_line(text)
        words = self._words(line, style, self.root.add(f"H{level}"))
        words.outline = (line, level - 1)

    def label(self, text: str) -> None:
        """Say what is asked, above its answer."""
        self._ask_for(ROOM_UNDER_LABEL)
        self._words(text, "label", self.root.add("H3"))

    def text(self, text: str, style: str = "body") -> None:
        """Set plain text: a paragraph for each block, line breaks kept."""
        for block in fonts.printable(text).split("\n\n"):
            if block.strip():
                block = block.strip("\n")
                self.story += Words.lines(block, self.look[style], self.root.add("P"))

    def bullets(self, items: Iterable[str]) -> None:
        """Set a list of plain texts."""
        listed = self.root.add("L")
        for item in items:
            body = listed.add("LI").add("LBody")
            self._words(item, "bullet", body, bulletText="•")

    def _words(self, text: str, style: str, element: Element, **rest: Any) -> Words:
        words = Words.plain(fonts.one_line(text), self.look[style], element, **rest)
        self.story.append(words)
        return words

    def panel(self, title: str, lines: Sequence[str] = ()) -> None:
        """Set apart what matters most, on a tinted ground."""
        said = Words.lines(title, self.look["panel title"], self.root.add("P"))
        for line in lines:
            said += Words.lines(line, self.look["panel"], self.root.add("P"))
        self.story.append(Grid([look.TEXT_WIDTH], [GridRow([said], "panel")], self.look))

    def facts(self, facts: Iterable[tuple[str, str]], *, pairs: bool = False) -> None:
        """Set labels and their values, in one column or in two; what has no value is left out."""
        given = [fact for fact in facts if fact[1]]
        if not given:
            return
        abreast, shares = (2, PAIR_SHARES) if pairs else (1, FACT_SHARES)
        table = self.root.add("Table")
        rows = [
            self._fact_row(table, given[first : first + abreast], len(shares))
            for first in range(0, len(given), abreast)
        ]
        self._place(Grid([share * look.TEXT_WIDTH for share in shares], rows, self.look))

    def _fact_row(self, table: Element, facts: Sequence[tuple[str, str]], width: int) -> GridRow:
        row = table.add("TR")
        cells = []
        for label, value in facts:
            heading = row.add("TH", scope="Row")
            cells.append(Words.lines(label, self.look["fact label"], heading))
            style = "fingerprint" if len(value) == FINGERPRINT and value.isalnum() else "fact"
            cells.append(Words.lines(value, self.look[style], row.add("TD")))
        return GridRow([*cells, *([] for _ in range(width - len(cells)))])

    def _place(self, grid: Grid) -> None:
        """Add a table; a small one right after its headings stays whole, and with them."""
        needed = grid.wrap(0, 0)[1]
        for above in (-2, -4):
            room = self.story[above] if len(self.story) >= -above else None
            if not isinstance(room, CondPageBreak) or needed >= WHOLE:
                break
            needed += ROOM_UNDER_LABEL
            room.height = max(room.height, needed)
        self.story.append(grid)

    def table(
        self,
        columns: Sequence[Column],
        rows: Iterable[Cells | Band],
        totals: Iterable[Cells] = (),
        *,
        empty: str = "",
    ) -> None:
        """Set a table; `empty` is said instead when there are no rows."""
        table = Element("Table")
        head = self._row(table, [column.heading for column in columns], columns, "head")
        rows, totals = list(rows), list(totals)
        made = [self._row(table, row, columns, "body") for row in rows]
        if not made:
            self.text(empty)
            return
        self.root.children.append(table)
        made += [self._row(table, row, columns, "total") for row in totals]
        widths = self._widths(columns, [*rows, *totals])
        self._place(Grid(widths, made, self.look, head))

    def _widths(self, columns: Sequence[Column], rows: Sequence[Cells | Band]) -> list[float]:
        """Share out the width; numbers stay on one line, at the cost of the widest words."""
        unit = look.TEXT_WIDTH / sum(column.share for column in columns)
        widths = [column.share * unit for column in columns]
        words = [place for place, column in enumerate(columns) if column.align == "left"]
        for place, column in enumerate(columns):
            if column.align == "left" or not words:
                continue
            needed = (
                self._longest(column.heading, place, rows)
                + (0 if place == len(columns) - 1 else GUTTER)
                + 1
            )
            while (lacking := needed - widths[place]) > 0:
                widest = max(words, key=lambda each: widths[each])
                given = min(lacking, max(0, widths[widest] - LEAST_WORDS), 12)
                if not given:
                    break
                widths[widest], widths[place] = widths[widest] - given, widths[place] + given
        return widths

    def _longest(self, heading: str, place: int, rows: Sequence[Cells | Band]) -> float:
        """Measure the longest figure of a column, set as totals are: nothing is wider.

        A heading may break, but between its words.
        """
        cells = [row[place] for row in rows if not isinstance(row, Band)]
        figures = {cell if isinstance(cell, str) else cell.text for cell in cells}
        notes = {cell.note for cell in cells if isinstance(cell, Noted)}
        return max(
            self._widest("head right", heading.split(" ")),
            self._widest("total right", figures),
            self._widest("cell note", notes),
        )

    def _widest(self, style: str, texts: Iterable[str]) -> float:
        face, size = self.look[style].fontName, self.look[style].fontSize
        return max((fonts.width(each, face, size) for each in texts), default=0)

    def _row(
        self, table: Element, row: Cells | Band, columns: Sequence[Column], kind: str
    ) -> GridRow:
        line = table.add("TR")
        if isinstance(row, Band):
            cell = line.add("TD", columns=len(columns))
            kind = "band" if row.rule else "group"
            return GridRow([Words.lines(row.text, self.look[kind], cell)], kind)
        cells = []
        for text, column in zip(row, columns, strict=True):
            cell = line.add("TH", scope="Column") if kind == "head" else line.add("TD")
            style = {"body": "tiny" if column.tiny else "cell"}.get(kind, kind)
            side = " right" if column.align == "right" else ""
            cells.append(self._cell(text, style + side, cell))
        return GridRow(cells, kind)

    def _cell(self, said: str | Noted, style: str, element: Element) -> list[Words]:
        if isinstance(said, str):
            return Words.lines(said, self.look[style], element)
        first = Words.lines(said.text, self.look[style], element.add("P"))
        if not said.note:
            return first
        note = "cell note right" if style.endswith(" right") else "cell note"
        return first + Words.lines(said.note, self.look[note], element.add("P"))

    def address(self, lines: str, day: str) -> None:
        """Set an address where a window envelope shows it, and the day of writing below it."""
        self.text(lines)
        self.gap(10)
        self.text(day, "small")
        self.gap(8)

    def signatures(self, signers: Sequence[tuple[str, str]]) -> None:
        """Leave room to sign above each name and role."""
        cells = []
        for name, role in signers:
            said = Words.lines(name, self.look["total"], self.root.add("P"))
            if role:
                said += Words.lines(role, self.look["small"], self.root.add("P"))
            cells.append(said)
        cells += [[] for _ in range(2 - len(cells))]
        half = look.TEXT_WIDTH / 2
        self.story.append(Grid([half, half], [GridRow(cells, "sign")], self.look))

    def figure(self, drawing: Any, alt: str) -> None:
        """Set a drawing, with words for those who do not see it."""
        self.story.append(Figure(drawing, self.root.add("Figure", alt=alt)))

    def gap(self, points: float) -> None:
        """Leave so much white."""
        self.story.append(Spacer(1, points))

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self.story.append(PageBreak())

    def pdf(self) -> bytes:
        """Print: tagged, with page numbers, title and language."""
        name = fonts.one_line(f"{self.kind}: {self.name}")
        masthead = Masthead(self.imprint, name, self.reference, self.has_cover)
        drawn = draw(self.story, masthead)
        return Structure(self.root, self.imprint.language).write(drawn)
