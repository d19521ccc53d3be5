"""The typefaces of our PDFs, and which of them prints which characters.

TrueType only, embedded as subsets (see fonts/README.md). Where Noto Sans lacks a character,
the first other face that has it steps in for that run alone. What none has is a box.
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

SCRIPTS = ("Thai", "Lao", "Georgian", "Armenian")
"""Scripts with a face of Noto Sans each, which are set letter by letter: no shaping is needed."""
BOX = "□"
"""What stands for a character that no face has."""
_WIDE = "\u1100"
"""The first character that is as wide as two, by Unicode."""
_LATIN = 0x250
"""Below it stand the letters of Latin scripts, which the first face has."""

_FOLDER = Path(__file__).parent / "fonts"
_FILES = {
    REGULAR: "NotoSans-Regular.ttf",
    BOLD: "NotoSans-Bold.ttf",
    ITALIC: "NotoSans-Italic.ttf",
    FALLBACK: "wqy-microhei.ttc",
    **{
        f"NotoSans{script}{weight}": f"NotoSans{script}{weight or '-Regular'}.ttf"
        for script in SCRIPTS
        for weight in ("", "-Bold")
    },
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
    if text.replace("\n", " ").isprintable():
        return unicodedata.normalize("NFC", text)
    kept = (c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cf"})
    return unicodedata.normalize("NFC", "".join(kept))


def runs(text: str, face: str = REGULAR) -> Iterator[tuple[str, str]]:
    """Split text into (face, characters), in order, by which face has the characters.

    What none has becomes a box: reportlab would leave it out without a word.
    """
    covered = _covered(face)
    if covered.issuperset(text):
        yield face, text
        return
    shown = "".join(c if c in covered or _other(c) or c.isspace() else BOX for c in text)
    for used, group in groupby(shown, lambda c: face if c in covered else _other(c, face)):
        yield used, "".join(group)


def _other(character: str, face: str = "") -> str:
    """Name the face that steps in for a character of another, of its weight; "" for none."""
    weight = "-Bold" if face == BOLD else ""
    others = (*(f"NotoSans{script}{weight}" for script in SCRIPTS), FALLBACK)
    return next((it for it in others if character in _covered(it)), "")


def unprintable(text: str) -> str:
    """Return the characters of a text that print as boxes, each once and in their order."""
    rare = dict.fromkeys(c for c in printable(text) if ord(c) >= _LATIN and not c.isspace())
    return "".join(c for c in rare if c not in _covered(REGULAR) and not _other(c))


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
    """Return whether lines should break between characters rather than between words."""
    if max(text, default="") < _WIDE:
        return False
    wide = sum(1 for c in text if unicodedata.east_asian_width(c) in "WF")
    return wide * 2 > len(text)
