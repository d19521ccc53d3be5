"""A4 paper: margins, masthead, running heads, page numbers, metadata.

The number of pages is known only at the end: until then each foot refers to a form
that is drawn last.
"""

import io
import threading
from dataclasses import dataclass
from typing import Any

from reportlab.lib.utils import ImageReader
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from grants.kit.pdf import fonts, look
from grants.kit.pdf.look import MARGIN, MARGIN_BOTTOM, MARGIN_TOP, PAGE_HEIGHT, PAGE_WIDTH
from grants.kit.pdf.tagging import TaggedCanvas
from grants.kit.pdf.wording import Imprint
from grants.rules.words import N_

LOGO_WIDTH, LOGO_HEIGHT = 90.0, 24.0
"""The most room that a logo takes, in points."""

_PRINTING = threading.Lock()  # reportlab's fonts keep a read position that threads would share


@dataclass(frozen=True)
class Masthead:
    """What a document is called and carries on each page; a cover takes the first head's place."""

    imprint: Imprint
    title: str
    reference: str
    has_cover: bool


def draw(story: list[Any], masthead: Masthead) -> bytes:
    """Draw a story on as many pages as it takes; not tagged yet."""
    drawn = io.BytesIO()

    def canvas(*args: Any, **kwargs: Any) -> _Sheets:
        return _Sheets(masthead, *args, **kwargs)

    with _PRINTING:
        _Paper(drawn, masthead).build(story, canvasmaker=canvas)
    return drawn.getvalue()


class _Paper(BaseDocTemplate):
    """A4 with one frame, and the document's metadata."""

    def __init__(self, target: io.BytesIO, masthead: Masthead) -> None:
        fund = masthead.imprint.fund
        super().__init__(
            target,
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            title=masthead.title,
            author=fund,
            subject=masthead.reference,
            creator=fund,
            lang=masthead.imprint.language,
            invariant=True,
            initialFontName=fonts.REGULAR,
        )
        room = (PAGE_WIDTH - 2 * MARGIN, PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM)
        no_padding = {f"{side}Padding": 0 for side in ("left", "right", "top", "bottom")}
        frame = Frame(MARGIN, MARGIN_BOTTOM, *room, **no_padding)
        self.addPageTemplates(PageTemplate(frames=[frame], onPage=_furnish))


def _furnish(canvas: "_Sheets", _paper: _Paper) -> None:
    canvas.furnish()


class _Sheets(TaggedCanvas):
    """A canvas that knows the document, and fills in the number of pages at the end."""

    def __init__(self, masthead: Masthead, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._masthead = masthead

    def furnish(self) -> None:
        """Draw head and foot of the page that begins."""
        with self.page_furniture():
            if not (self._masthead.has_cover and self.getPageNumber() == 1):
                self._head()
            self._foot()
            self.doForm(f"page-{self.getPageNumber()}")

    def _head(self) -> None:
        masthead = self._masthead
        self.setFillColor(look.look(masthead.imprint.accent).accent)
        if self.getPageNumber() == 1:
            self.rect(0, PAGE_HEIGHT - 9, PAGE_WIDTH, 9, stroke=0, fill=1)
        y = PAGE_HEIGHT - 44
        left = MARGIN + (self._logo(y) if self.getPageNumber() == 1 else 0)
        reference = fonts.fitted(masthead.reference, 130, 8)
        fund = fonts.fitted(masthead.imprint.fund, 300 + MARGIN - left, 9, fonts.BOLD)
        self._line(left, y, fund, 9, fonts.BOLD)
        self.setFillColor(look.MUTED)
        right = PAGE_WIDTH - MARGIN - fonts.width(reference, fonts.REGULAR, 8)
        self._line(right, y, reference, 8, fonts.REGULAR)
        self._rule(y - 9)

    def _logo(self, y: float) -> float:
        """Draw the fund's logo before its name; return the room it takes, 0 without one."""
        logo = self._masthead.imprint.logo
        if logo is None:
            return 0
        picture = ImageReader(io.BytesIO(logo))
        width, height = picture.getSize()
        scale = min(LOGO_WIDTH / width, LOGO_HEIGHT / height)
        across, up = width * scale, height * scale
        # Level with the middle of the name's small letters.
        self.drawImage(picture, MARGIN, y + 2.5 - up / 2, across, up, mask="auto")
        return across + 8

    def _foot(self) -> None:
        imprint = self._masthead.imprint
        self._rule(MARGIN_BOTTOM - 18)
        self.setFillColor(look.MUTED)
        above, below = imprint.say(N_("Generated from version")), imprint.version
        if not below:
            return
        for line, depth in ((above, 31), (below, 40)):
            text = fonts.fitted(line, 380, 6.8)
            self._line(MARGIN, MARGIN_BOTTOM - depth, text, 6.8, fonts.REGULAR)

    def _rule(self, y: float) -> None:
        self.setStrokeColor(look.HAIRLINE)
        self.setLineWidth(0.5)
        self.line(MARGIN, y, PAGE_WIDTH - MARGIN, y)

    def _line(self, x: float, y: float, text: str, size: float, face: str) -> None:
        for used, run in fonts.runs(text, face):
            self.setFont(used, size)
            self.drawString(x, y, run)
            x += fonts.width(run, used, size)

    def save(self) -> None:
        """Number the pages, now that their count is known, and finish."""
        count = self.getPageNumber() - 1
        for number in range(1, count + 1):
            self.beginForm(f"page-{number}")
            text = self._masthead.imprint.say(
                N_("Page {page} of {pages}"), page=number, pages=count
            )
            self.setFillColor(look.MUTED)
            right = PAGE_WIDTH - MARGIN - fonts.width(text, fonts.REGULAR, 8)
            self._line(right, MARGIN_BOTTOM - 31, text, 8, fonts.REGULAR)
            self.endForm()
        super().save()
