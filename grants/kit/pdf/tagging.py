"""Structure for readers who listen: a tag tree beside what is drawn.

The tree is made with the story, in reading order. Drawing only adds marks to
its elements; `structure` then writes tree, language and reading settings into
the finished PDF. This gives tagged PDF; it is no claim of PDF/UA conformance.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

# Streams are written as they are: as letters they would take longer, and a quarter more room.
rl_config.useA85 = 0


class MarkedContent(NamedTuple):
    """A piece of marked content: the page's index and its number on that page."""

    page: int
    number: int


@dataclass(eq=False)
class Element:
    """A node of the structure tree: a heading, a paragraph, a table, a cell."""

    kind: str
    alt: str = ""
    scope: str = ""
    columns: int = 1
    children: list["Element | MarkedContent"] = field(default_factory=list)

    def add(self, kind: str, *, alt: str = "", scope: str = "", columns: int = 1) -> "Element":
        """Append a child, after all that was added before."""
        child = Element(kind, alt=alt, scope=scope, columns=columns)
        self.children.append(child)
        return child

    def is_drawn(self) -> bool:
        """Return whether anything of it reached a page."""
        return any(isinstance(c, MarkedContent) or c.is_drawn() for c in self.children)


class TaggedCanvas(Canvas):
    """A canvas that numbers what it draws and remembers the outline's depth."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._marks_on_page = 0
        self._outline_depth = -1
        self._bookmarks = 0

    @contextmanager
    def marked(self, element: Element | None) -> Iterator[None]:
        """Draw as part of an element, or as decoration when there is none."""
        if element is None:
            self._code.append("/Artifact BMC")
        else:
            number, self._marks_on_page = self._marks_on_page, self._marks_on_page + 1
            element.children.append(MarkedContent(self.getPageNumber() - 1, number))
            self._code.append(f"/{element.kind} <</MCID {number}>> BDC")
        yield
        self._code.append("EMC")

    @contextmanager
    def page_furniture(self) -> Iterator[None]:
        """Draw what repeats on each page and is not read out."""
        self._code.append("/Artifact <</Type /Pagination>> BDC")
        yield
        self._code.append("EMC")

    def showPage(self) -> None:  # noqa: N802  -- reportlab's name
        """Finish the page and begin to number anew."""
        super().showPage()
        self._marks_on_page = 0

    def outline(self, title: str, *, level: int, top: float) -> None:
        """Bookmark this height of the page; a level is never more than one below the last."""
        self._outline_depth = min(level, self._outline_depth + 1)
        self._bookmarks += 1
        key = f"heading-{self._bookmarks}"
        self.bookmarkPage(key, fit="XYZ", left=0, top=top)
        self.addOutlineEntry(title, key, self._outline_depth, closed=False)


@dataclass(frozen=True)
class Structure:
    """The tree of one document, written into its PDF."""

    root: Element
    language: str

    def write(self, drawn: bytes) -> bytes:
        """Return the same PDF with tags, language and reading settings; equal in, equal out."""
        with pikepdf.open(io.BytesIO(drawn)) as pdf:
            _Writer(pdf).write(self.root)
            pdf.Root.Lang = String(self.language)
            pdf.Root.MarkInfo = Dictionary(Marked=True)
            pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
            # reportlab's invariant mode dates everything 1 January 2000: better no date than that.
            del pdf.docinfo.CreationDate, pdf.docinfo.ModDate
            done = io.BytesIO()
            pdf.save(
                done,
                deterministic_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
            )
            return done.getvalue()


class _Writer:
    """Turns elements into PDF objects, and remembers which page's mark belongs to which."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self.pages = [page.obj for page in pdf.pages]
        self.owners: list[dict[int, Any]] = [{} for _ in self.pages]

    def write(self, root: Element) -> None:
        tree = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        tree.K = Array([self._element(root, tree)])
        numbers = Array()
        for index, (page, owners) in enumerate(zip(self.pages, self.owners, strict=True)):
            page.StructParents = index
            page.Tabs = Name.S
            numbers.append(index)
            numbers.append(Array([owners[number] for number in sorted(owners)]))
        tree.ParentTree = self.pdf.make_indirect(Dictionary(Nums=numbers))
        tree.ParentTreeNextKey = len(self.pages)
        self.pdf.Root.StructTreeRoot = tree

    def _element(self, element: Element, parent: Any) -> Any:
        written = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name("/" + element.kind), P=parent)
        )
        self._describe(element, written)
        kids = [
            self._mark(child, written)
            if isinstance(child, MarkedContent)
            else self._element(child, written)
            for child in element.children
            if isinstance(child, MarkedContent) or child.is_drawn()
        ]
        written.K = Array(kids)
        return written

    def _mark(self, mark: MarkedContent, owner: Any) -> Any:
        self.owners[mark.page][mark.number] = owner
        return Dictionary(Type=Name.MCR, Pg=self.pages[mark.page], MCID=mark.number)

    @staticmethod
    def _describe(element: Element, written: Any) -> None:
        if element.alt:
            written.Alt = String(element.alt)
        attributes: dict[str, Any] = {}
        if element.scope:
            attributes["/Scope"] = Name("/" + element.scope)
        if element.columns > 1:
            attributes["/ColSpan"] = element.columns
        if attributes:
            written.A = Dictionary({"/O": Name.Table, **attributes})
