"""A table that measures each of its rows once, breaks over pages and tags itself.

reportlab's own measures all remaining rows again for each page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from grants.kit.pdf import fonts
from grants.kit.pdf.look import HAIRLINE, INK, Look
from grants.kit.pdf.words import Words

TALL = 240  # points; a row higher than this may break inside
WHOLE = 170  # points; a table that is lower than this does not break
LEAST = 60  # points; less room than this is not worth beginning a broken row in


@dataclass(eq=False)
class GridRow:
    """A row of a grid.

    `kind` is head, body or total; band or group across all columns; panel; or sign, with room
    above a line.
    """

    cells: list[list[Words]]
    kind: str = "body"
    height: float = 0
    measured: list[float] = field(default_factory=list)

    def drop(self, words: list[Words]) -> float:
        """Return how far a cell moves down, so that first lines of all sizes share a baseline."""
        largest = max(_size(cell) for cell in self.cells)
        return fonts.ASCENT * (largest - _size(words))


def _size(words: list[Words]) -> float:
    return words[0].style.fontSize if words else 0


PADDING = {
    "head": (3, 4),
    "body": (4.2, 4.6),
    "total": (5, 6),
    "band": (4, 5),
    "group": (4, 5),
    "panel": (11, 10),
    "sign": (62, 8),
}
GUTTER = 10  # points kept free at the right of a cell's words


class Grid(Flowable):
    """Rows of words in columns: rules between rows, none between columns."""

    def __init__(
        self,
        widths: Sequence[float],
        rows: Sequence[GridRow],
        look: Look,
        head: GridRow | None = None,
    ) -> None:
        super().__init__()
        self.widths, self.rows, self.look, self.head = list(widths), list(rows), look, head
        self.again = False
        panel = any(row.kind == "panel" for row in rows)
        self.spaceBefore, self.spaceAfter = (9 if panel else 3), 12

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Measure each row once."""
        for row in self._all():
            if not row.measured:
                self._measure(row)
        self.width, self.height = sum(self.widths), sum(row.height for row in self._all())
        return self.width, self.height

    def _all(self) -> list[GridRow]:
        return [self.head, *self.rows] if self.head else self.rows

    def _columns(self, row: GridRow) -> list[tuple[list[Words], float]]:
        """Pair a row's cells with the width their words may take; the last has no gutter."""
        widths = [width - GUTTER for width in self.widths[:-1]] + self.widths[-1:]
        if len(row.cells) == 1:
            widths = [sum(self.widths)]
        return list(zip(row.cells, widths, strict=True))

    def _measure(self, row: GridRow) -> None:
        for words, width in self._columns(row):
            inner = width - self._inset(row)
            said = sum(word.wrap(inner, 1e6)[1] for word in words)
            row.measured.append(said + row.drop(words))
        row.height = max(row.measured) + sum(PADDING[row.kind])

    @staticmethod
    def _inset(row: GridRow) -> float:
        return {"panel": 14, "band": 8, "group": 8}.get(row.kind, 0)

    def split(self, _width: float, height: float) -> list["Grid"]:
        """Break between rows; inside a row only where it is very tall."""
        if not self.again and self.height < WHOLE:
            return []
        room = height - (self.head.height if self.head else 0)
        count = 0
        while count < len(self.rows) and self.rows[count].height <= room:
            room -= self.rows[count].height
            count += 1
        above, below = self.rows[:count], self.rows[count:]
        if below[0].height > TALL and room > LEAST and (halves := self._halve(below[0], room)):
            above, below = [*above, halves[0]], [halves[1], *below[1:]]
        elif len(above) > 1 and all(row.kind == "total" for row in below):
            above, below = above[:-1], [above[-1], *below]
        if not above:
            return []
        return [self._part(above, again=self.again), self._part(below, again=True)]

    def _part(self, rows: list[GridRow], *, again: bool) -> "Grid":
        part = Grid(self.widths, rows, self.look, self.head)
        part.again = again
        return part

    def _halve(self, row: GridRow, room: float) -> tuple[GridRow, GridRow] | None:
        inner = room - sum(PADDING[row.kind])
        above, below = GridRow([], row.kind), GridRow([], row.kind)
        for words, width in self._columns(row):
            first, second = _divide(words, width - self._inset(row), inner)
            above.cells.append(first)
            below.cells.append(second)
        if not any(above.cells):
            return None
        for part in (above, below):
            self._measure(part)
        return above, below

    def draw(self) -> None:
        """Draw rules and backgrounds as decoration, words as marked content."""
        top = self.height
        for row in self._all():
            bottom = top - row.height
            with self.canv.marked(None):
                self._decorate(row, top, bottom)
            self._write(row, top)
            top = bottom

    def _write(self, row: GridRow, top: float) -> None:
        left = 0.0
        for words, width in zip(row.cells, self.widths, strict=False):
            y = top - PADDING[row.kind][0] - row.drop(words)
            for word in words:
                y -= word.height
                if row is self.head and self.again:
                    word.element = None
                word.drawOn(self.canv, left + self._inset(row), y)
            left += width

    def _decorate(self, row: GridRow, top: float, bottom: float) -> None:
        canvas, width = self.canv, self.width
        if row.kind in ("panel", "band", "group"):
            canvas.setFillColor(self.look.tint)
            canvas.rect(0, bottom, width, row.height, stroke=0, fill=1)
        if row.kind == "panel":
            canvas.setFillColor(self.look.accent)
            canvas.rect(0, bottom, 3, row.height, stroke=0, fill=1)
            return
        if row.kind == "sign":
            self._signature_lines(row, top - PADDING["sign"][0] + 4)
            return
        weight, colour = self._rule(row.kind)
        y = top if row.kind in ("total", "band") else bottom
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(weight)
        canvas.line(0, y, width, y)

    def _rule(self, kind: str) -> tuple[float, Color]:
        if kind == "total":
            return 0.8, INK
        accented = {"head": 1.0, "band": 1.8}
        return (accented[kind], self.look.accent) if kind in accented else (0.4, HAIRLINE)

    def _signature_lines(self, row: GridRow, y: float) -> None:
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(0.6)
        left = 0.0
        for words, width in zip(row.cells, self.widths, strict=True):
            if words:
                self.canv.line(left, y, left + width - 3 * GUTTER, y)
            left += width


def _divide(words: list[Words], width: float, height: float) -> tuple[list[Words], list[Words]]:
    """Put as many words above as fit into a height, the rest below."""
    for index, word in enumerate(words):
        taken = word.wrap(width, 1e6)[1]
        if taken > height:
            parts = word.split(width, height)
            if not parts:
                word.wrap(width, 1e6)  # splitting in vain forgets the lines
            first, rest = (parts[:1], parts[1:]) if parts else ([], [word])
            return [*words[:index], *first], [*rest, *words[index + 1 :]]
        height -= taken
    return words, []
