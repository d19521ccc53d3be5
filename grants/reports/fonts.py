"""The typefaces of our PDFs, and which of them prints which characters.

TrueType only, embedded as subsets (see fonts/README.md). Where Noto Sans lacks a
character, Micro Hei steps in for that run alone.
"""

import threading
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "NotoSans"
BOLD = "NotoSans-Bold"
ITALIC = "NotoSans-Italic"
ASCENT = 1.069  # of Noto Sans, by size: how far a first line's baseline is below its top
FALLBACK = "WenQuanYiMicroHei"

_FOLDER = Path(__file__).parent / "fonts"
_FILES = {
    REGULAR: "NotoSans-Regular.ttf",
    BOLD: "NotoSans-Bold.ttf",
    ITALIC: "NotoSans-Italic.ttf",
    FALLBACK: "wqy-microhei.ttc",
}
_LOADING = threading.Lock()


def load(face: str) -> Any:
    """Register a face with reportlab, once in a process, and return it."""
    with _LOADING:
        return _load(face)


@cache
def _load(face: str) -> Any:
    font = TTFont(face, str(_FOLDER / _FILES[face]), shapable=False)
    pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(face, normal=face, bold=face, italic=face, boldItalic=face)
    return font


def load_latin() -> None:
    """Register the three faces that every document uses."""
    for face in (REGULAR, BOLD, ITALIC):
        load(face)


@cache
def _covered(face: str) -> frozenset[str]:
    return frozenset(map(chr, load(face).face.charToGlyph))


def one_line(text: str) -> str:
    """Make what should be a single line one."""
    return " ".join(printable(text).split("\n"))


def printable(text: str) -> str:
    """Drop what no page can show: control characters, surrogates and private codes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if text.isprintable():
        return unicodedata.normalize("NFC", text)
    kept = (c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cf"})
    return unicodedata.normalize("NFC", "".join(kept))


def runs(text: str, face: str = REGULAR) -> Iterator[tuple[str, str]]:
    """Split text into (face, characters), in order, by which face has the characters."""
    covered = _covered(face)
    if covered.issuperset(text):
        yield face, text
        return
    more = _covered(FALLBACK)
    for stepped_in, group in groupby(text, lambda c: c not in covered and c in more):
        yield FALLBACK if stepped_in else face, "".join(group)


def markup(text: str, face: str = REGULAR) -> str:
    """Turn a line of text into Paragraph markup that shows it literally, in faces that have it."""
    parts = []
    for used, run in runs(text, face):
        escaped = escape(run)
        parts.append(escaped if used == face else f'<font name="{used}">{escaped}</font>')
    return "".join(parts)


def width(text: str, face: str, size: float) -> float:
    """Measure text as it will be printed, in points."""
    return sum(pdfmetrics.stringWidth(run, used, size) for used, run in runs(text, face))


def fitted(text: str, room: float, size: float, face: str = REGULAR) -> str:
    """Shorten a line to a width in points, with an ellipsis where something is left out."""
    text = one_line(text)
    if width(text, face, size) <= room:
        return text
    while text and width(text + "…", face, size) > room:
        text = text[:-1]
    return text + "…"


def is_mostly_cjk(text: str) -> bool:
    """Tell whether lines should break between characters rather than between words."""
    wide = sum(1 for c in text if unicodedata.east_asian_width(c) in "WF")
    return wide * 2 > len(text)
