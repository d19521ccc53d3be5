"""Bar charts: one drawing, for a PDF and as SVG for a page.

A chart never stands alone: the same figures are in a table beside it. Bars start
at nought, carry their value in words, and need no colour to be told apart.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing, Line, Rect, String

from grants.kit.pdf import fonts
from grants.kit.pdf.look import HAIRLINE, INK, TEXT_WIDTH, look

BAR = 15.0
STEP = 25.0
SIZE = 8.8
SVG_FAMILY = "'Noto Sans', 'WenQuanYi Micro Hei', system-ui, sans-serif"


@dataclass(frozen=True)
class Bar:
    """A bar: its label, its length, and how its value is written."""

    label: str
    value: int
    shown: str


def bars(chart: Sequence[Bar], *, accent: str, width: float = TEXT_WIDTH) -> Drawing:
    """Draw horizontal bars under each other, labels left and values at their ends."""
    colours = look(accent)
    left, right = width * 0.32, width * 0.22
    height = STEP * len(chart) + 6
    drawing = Drawing(width, height, initialFontName=fonts.REGULAR)
    most = max([bar.value for bar in chart] + [1])
    for place, bar in enumerate(chart):
        y = height - STEP * (place + 1) + (STEP - BAR) / 2
        length = (width - left - right) * bar.value / most
        baseline = y + BAR / 2 - SIZE * 0.35
        _write(drawing, 0, baseline, fonts.fitted(bar.label, left - 12, SIZE))
        drawing.add(Rect(left, y, length, BAR, fillColor=colours.accent, strokeColor=None))
        _write(drawing, left + length + 7, baseline, bar.shown, fonts.BOLD)
    drawing.add(Line(left, 3, left, height - 3, strokeColor=HAIRLINE, strokeWidth=1))
    return drawing


def in_words(chart: Sequence[Bar]) -> str:
    """Return what a chart shows, for those who do not see it."""
    return "; ".join(f"{bar.label}: {bar.shown}" for bar in chart)


def svg(drawing: Drawing, title: str = "") -> bytes:
    """Write a drawing as SVG, to be served as an image; it names common fonts, it embeds none."""
    whole = Drawing(drawing.width, drawing.height, *_rejoined(drawing.contents))
    text: str = renderSVG.drawToString(whole)
    text = re.sub(r"font-family: [^;\"]*", f"font-family: {SVG_FAMILY}", text)
    text = text.replace("<title>...</title>", f"<title>{escape(title)}</title>")
    return text.replace("<desc>...</desc>", "").encode("utf-8")


def _rejoined(shapes: Sequence[Any]) -> list[Any]:
    """Join what was split over faces for the PDF: a browser finds faces by itself."""
    joined: list[Any] = []
    end: tuple[float, float] | None = None
    for shape in shapes:
        if isinstance(shape, String) and (shape.x, shape.y) == end:
            before = joined.pop()
            joined.append(_string(before.x, before.y, before.text + shape.text, before.fontName))
        else:
            joined.append(shape)
        if isinstance(shape, String):
            end = (shape.x + fonts.width(shape.text, shape.fontName, SIZE), shape.y)
    return joined


def _write(drawing: Any, x: float, y: float, text: str, face: str = fonts.REGULAR) -> None:
    for used, run in fonts.runs(text, face):
        drawing.add(_string(x, y, run, used))
        x += fonts.width(run, used, SIZE)


def _string(x: float, y: float, text: str, face: str) -> Any:
    return String(x, y, text, fontName=face, fontSize=SIZE, fillColor=INK)
