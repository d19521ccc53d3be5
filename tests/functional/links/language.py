"""What a page in another language still says in English.

A text counts as left in English if it is a sentence of the portal, or of a form, that reads
otherwise in the reader's language; or if it holds words that make sentences in English only.
What people typed stays as they typed it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from babel.messages.pofile import read_po
from lxml.html import HtmlElement
from pypdf import PdfReader
from sqlalchemy.orm import Session

from grants.calls.models import FormVersion, Topic
from grants.kit.database.tables import Base
from grants.kit.jobs.models import Job
from grants.kit.language.i18n import LOCALE
from tests.support.offers import parsed
from tests.support.world import FORM

UNSEEN = frozenset({"script", "style", "template", "code", "pre"})
SPOKEN = frozenset({"alt", "aria-label", "placeholder", "title"})
"""Attributes that are read out or shown; so is what `data-` holds in more than one word."""
FOR_ALL = "agreement.pdf"
"""An agreement is one paper for everybody who signs it, in the language of the fund."""
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
ENGLISH = frozenset(
    WORD.findall(
        "the and of is are you your this that with for not has have been which when from by to or"
        " will it its their they who can must may be at there only until nothing does if as we our"
        " what how into all each every before after again than then"
    )
)
"""Words that hold English sentences together; two of them make a text English."""
GAP = re.compile(r"\$\{\w+\}|\{\w*\}|%\(\w+\)s")
OURS = frozenset({FormVersion.__tablename__, Job.__tablename__})
"""Tables of which nothing is shown as people typed it."""


@dataclass(frozen=True)
class Typed:
    """What people typed, and the names of topics among it: a fund has them in one language."""

    texts: frozenset[str]
    topics: frozenset[str]


class Left:
    """Finds what is left in English on pages in one language."""

    def __init__(self, language: str, typed: Typed) -> None:
        self.language, self.typed = language, typed
        self._known: dict[str, bool] = {}
        everything = _catalogue(language)
        self._ours = {english: ours for english, ours in everything.items() if english != ours}
        # "Budget" is German, too, and "Stand" something else in it.
        self._ours_said = frozenset((*everything.values(), *_form(language).values()))
        self._asked = _form(language)
        self._patterns = _patterns(language)

    def on(self, page: bytes) -> list[str]:
        """List the texts of a page that are left in English."""
        root = parsed(page)
        found = [it for part in root for it in _texts(part) if self.is_english(it)]
        return found if root.get("lang") == self.language else [f"lang={root.get('lang')}", *found]

    def in_paper(self, pdf: bytes) -> list[str]:
        """List the lines of a document that are left in English, and its running text."""
        lines = _lines(pdf)
        # A paper may be in a third language, of whoever began it: "Organisation" is German, too.
        known = [it for it in lines if self._is_known(it) and it not in _said_in_any()]
        # A sentence goes on in the next line; so does what people typed.
        rest = without(self.typed.texts, _flat(" ".join(lines))).split(" ~ ")
        return [*known, *(it for it in rest if len(_english(it)) > 1)]

    def in_letter(self, letter: EmailMessage) -> list[str]:
        """List what is left in English in a letter, and in what goes with it."""
        body = letter.get_body(("plain",))
        found = self.among(str(letter["Subject"]), *str(body and body.get_content()).splitlines())
        for attached in letter.iter_attachments():
            if not str(attached.get_filename()).endswith(FOR_ALL):
                found += self.in_paper(attached.get_payload(decode=True))
        return found

    def in_table(self, csv: bytes) -> list[str]:
        """List the headings and words of a table that are left in English."""
        read = csv.decode("utf-8-sig")
        return self.among(*re.split(r"[;,\n\t\"]+", read))

    def among(self, *texts: str) -> list[str]:
        """List those that are left in English."""
        return [it for text in texts if (it := _flat(text)) and self.is_english(it)]

    def is_english(self, text: str) -> bool:
        """Judge one text."""
        if text not in self._known:
            self._known[text] = self._judge(text)
        return self._known[text]

    def _judge(self, text: str) -> bool:
        if self._is_known(text):
            return True
        if len(_english(text)) < 2:
            return False
        return len(_english(without(self.typed.texts, text))) > 1

    def _is_known(self, text: str) -> bool:
        """Tell whether it is one of our sentences that reads otherwise in this language."""
        whole = {text, text.rstrip(": ")}
        if whole & (self._ours_said | self.typed.topics):
            return False
        if whole & self._asked.keys():
            return True
        is_ours = bool(whole & self._ours.keys()) or self._fits(text)
        return is_ours and text not in self.typed.texts

    def _fits(self, text: str) -> bool:
        """Tell whether it is a sentence with gaps, filled."""
        return any(
            english.fullmatch(text) and not ours.fullmatch(text)
            for english, ours in self._patterns.get(text[:1], ())
        )


def typed_in(session: Session) -> "Typed":
    """Collect what people typed: all texts that are kept, but what forms ask."""
    found: set[str] = set()
    topics = frozenset(session.scalars(sa.select(Topic.name)))
    titles = session.scalars(sa.select(FormVersion.title))
    found.update(titles.all())
    for table in Base.metadata.sorted_tables:
        if table.name not in OURS:
            for row in session.execute(sa.select(table)):
                for value in row:
                    found.update(_strings(value))
    return Typed(frozenset(found), topics)


def without(typed: frozenset[str], text: str) -> str:
    """Take out what people typed, the longest first."""
    for one in sorted((it for it in typed if it in text and " " in it), key=len, reverse=True):
        text = text.replace(one, " ~ ")
    return text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield _flat(value)
        yield from (_flat(line) for line in value.splitlines())
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


@cache
def _said_in_any() -> frozenset[str]:
    """Collect all that the portal says in any language but English."""
    return frozenset(it for code in ("de", "es") for it in _catalogue(code).values())


@lru_cache(200)
def _lines(pdf: bytes) -> tuple[str, ...]:
    """Read a document; of one that many are sent each copy is the same."""
    texts = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    return tuple(it for text in texts for line in text.splitlines() if (it := _flat(line)))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _english(text: str) -> set[str]:
    return {it.lower() for it in WORD.findall(text)} & ENGLISH


def _texts(element: HtmlElement) -> Iterator[str]:
    """Go through all that is shown or read out, with its blanks made one."""
    if not isinstance(element.tag, str) or element.tag in UNSEEN:
        return
    if element.get("lang", "") == "en":
        return
    for name, value in element.attrib.items():
        is_button = name == "value" and element.get("type") in ("submit", "button", "reset")
        if name in SPOKEN or is_button or (name.startswith("data-") and " " in value.strip()):
            yield _flat(value)
    if element.tag == "meta" and element.get("name") == "description":
        yield _flat(element.get("content", ""))
    yield from (it for it in [_flat(element.text or "")] if it)
    for child in element:
        yield from _texts(child)
        yield from (it for it in [_flat(child.tail or "")] if it)


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    """Give the portal's sentences as a language says them."""
    with (LOCALE / language / "LC_MESSAGES" / "grants.po").open("rb") as words:
        read = read_po(words, locale=language, domain="grants")
    found: dict[str, str] = {}
    for message in read:
        english, ours = message.id, message.string
        pairs = [(english, ours)] if isinstance(english, str) else zip(english, ours, strict=False)
        found |= {_flat(one): _flat(other) for one, other in pairs if one}
    return found


@cache
def _form(language: str) -> Mapping[str, str]:
    """Give the texts of the demonstration's form that read otherwise in a language."""
    words = json.loads(Path(FORM).read_text(encoding="utf-8"))["translations"][language]
    return {_flat(one): _flat(other) for one, other in words.items() if one != other}


@cache
def _patterns(language: str) -> Mapping[str, list[tuple[re.Pattern[str], re.Pattern[str]]]]:
    """Make patterns of the sentences with gaps, by their first letter."""
    found: dict[str, list[tuple[re.Pattern[str], re.Pattern[str]]]] = {}
    for english, ours in _catalogue(language).items():
        fixed = " ".join(GAP.split(english))
        if (
            english != ours
            and GAP.search(english)
            and len(WORD.findall(fixed)) > 1
            and not GAP.match(english)
        ):
            found.setdefault(english[:1], []).append((_pattern(english), _pattern(ours)))
    return found


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(".+?".join(re.escape(it) for it in GAP.split(sentence)))
