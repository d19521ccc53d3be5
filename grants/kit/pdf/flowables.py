"""Figures, and the cover of a report."""

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Flowable

from grants.kit.pdf.look import MARGIN, MARGIN_TOP, PAGE_WIDTH, Look
from grants.kit.pdf.tagging import Element
from grants.kit.pdf.words import Words

COVER_AIR = 22  # points below a cover's last words


class Figure(Flowable):
    """A drawing with words for those who do not see it."""

    def __init__(self, drawing: Any, element: Element) -> None:
        super().__init__()
        self.drawing = drawing
        self.element = element
        self.width, self.height = drawing.width, drawing.height
        self.spaceAfter = 8

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return how much room it takes."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw as one marked figure."""
        with self.canv.marked(self.element):
            self.drawing.drawOn(self.canv, 0, 0)


class Cover(Flowable):
    """The upper part of a first page: words on a ground that reaches the paper's edges."""

    def __init__(self, words: Sequence[Words], look: Look) -> None:
        super().__init__()
        self.words, self.look = words, look
        self.spaceAfter = 20

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Take the height of the words, and air."""
        self.width = width
        said = sum(word.wrap(width, 1e6)[1] + word.getSpaceAfter() for word in self.words)
        self.height = said + COVER_AIR
        return width, self.height

    def draw(self) -> None:
        """Draw the ground as decoration, then the words from its top."""
        with self.canv.marked(None):
            self.canv.setFillColor(self.look.accent)
            self.canv.rect(-MARGIN, 0, PAGE_WIDTH, self.height + MARGIN_TOP, stroke=0, fill=1)
        y = self.height
        for word in self.words:
            y -= word.height
            word.drawOn(self.canv, 0, y)
            y -= word.getSpaceAfter()
