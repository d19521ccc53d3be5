"""Finding things by words: how texts are folded, cut into words, and asked for."""

import re
import unicodedata
from collections.abc import Iterator

_RUN = re.compile(r"[^\W_]+")
# Written without spaces: Thai to Khmer, kana and bopomofo, Han.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u312f\u3400-\u9fff\uf900-\ufaff"
_UNSPACED += "\U00020000-\U0003ffff"
_PARTS = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")

Phrase = tuple[str, ...]
"""Words that follow one another; the last may go on."""


def folded(text: str) -> str:
    """Write a text without case and accents: "Łódź" and "lodz" are found by each other."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """Cut a text into what it is found by: words, and pairs of signs where none part words."""
    return [word for run in _runs(text) for word in (_pairs(run) if _unspaced(run) else (run,))]


def phrases(asked: str) -> list[Phrase]:
    """Cut what somebody typed into phrases, all of which a text must have."""
    found: list[Phrase] = []
    for typed in asked.split():
        spaced: list[str] = []
        for run in _runs(typed):
            if not _unspaced(run):
                spaced.append(run)
                continue
            # The last sign stands by itself in a text, so that it is found too.
            found.append(tuple(_pairs(run)[: max(1, len(run) - 1)]))
        if spaced:
            found.append(tuple(spaced))
    return found


def _runs(text: str) -> Iterator[str]:
    for run in _RUN.findall(folded(text)):
        yield from _PARTS.findall(run)


def _unspaced(run: str) -> bool:
    return _IS_UNSPACED.match(run) is not None


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run))]
