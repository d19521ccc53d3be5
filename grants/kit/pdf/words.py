"""A line of words that shows what people typed literally, and tags itself."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph

from grants.kit.pdf import fonts
from grants.kit.pdf.tagging import Element
from grants.kit.pdf.wording import NO_BREAK

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")


@lru_cache(maxsize=128)
def _variant(style: ParagraphStyle, *, by_character: bool, goes_on: bool) -> ParagraphStyle:
    """Derive the style of a text that breaks between characters, or of a line with more below."""
    changed: dict[str, Any] = {"wordWrap": "CJK"} if by_character else {}
    if goes_on:
        changed["spaceAfter"] = 0
    return ParagraphStyle(style.name, parent=style, **changed) if changed else style


class Words(Paragraph):
    """A line of plain text, shown literally, that belongs to an element of the tree."""

    text_shown: str = ""
    goes_on = False
    element: Element | None = None
    outline: tuple[str, int] | None = None

    @classmethod
    def plain(
        cls,
        text: str,
        style: ParagraphStyle,
        element: Element | None,
        *,
        goes_on: bool = False,
        **rest: Any,
    ) -> "Words":
        """Make a line of what people typed; markup in it is only characters.

        `goes_on` says that more lines of the same element follow.
        """
        by_character = fonts.is_mostly_cjk(text)
        chosen = _variant(style, by_character=by_character, goes_on=goes_on)
        words = cls(fonts.markup(text, style.fontName), chosen, **rest)
        words.text_shown, words.element, words.goes_on = text, element, goes_on
        return words

    @classmethod
    def lines(cls, text: str, style: ParagraphStyle, element: Element | None) -> list["Words"]:
        """Make one for each line of a text; a blank line stays as room, and several as one."""
        typed = _BLANK_LINES.sub("\n\n", fonts.printable(text)).split("\n")
        last = len(typed) - 1
        return [
            cls.plain(line or NO_BREAK, style, element, goes_on=number < last)
            for number, line in enumerate(typed)
        ]

    def split(self, width: float, height: float) -> list["Words"]:
        """Break over pages; both halves stay the same element, the first keeps the bookmark."""
        parts: list[Words] = super().split(width, height)
        for index, part in enumerate(parts):
            part.element, part.text_shown = self.element, self.text_shown
            part.goes_on = self.goes_on or index < len(parts) - 1
            part.outline = self.outline if index == 0 else None
        return parts

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803
        """Draw as marked content, with its bookmark."""
        if self.outline:
            title, level = self.outline
            top = canvas.absolutePosition(x, y + self.height)[1] + self.style.leading
            canvas.outline(title, level=level, top=top)
        self._end_lines_with_spaces()
        with canvas.marked(self.element):
            super().drawOn(canvas, x, y, _sW)

    def _end_lines_with_spaces(self) -> None:
        """Keep the words at a line's end and the next line's start apart for those who listen."""
        lines = self.blPara.lines
        for line, following in pairwise(lines):
            ends, begins = _line_text(line).split(" ")[-1], _line_text(following).split(" ")[0]
            if ends + begins not in self.text_shown:  # else one word, too long for a line
                _end_with_space(line)
        if lines and self.goes_on:
            _end_with_space(lines[-1])


def _line_text(line: Any) -> str:
    """Read a line of a paragraph: one face gives (room left, words), several give fragments."""
    if isinstance(line, tuple):
        return " ".join(line[1])
    return "".join(fragment.text for fragment in line.words)


def _end_with_space(line: Any) -> None:
    if isinstance(line, tuple):
        line[1].append("")
    else:
        line.words[-1].text += " "
