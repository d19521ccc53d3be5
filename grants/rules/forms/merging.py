"""Three texts of one section: what a window had read, what stands now, what was typed in it.

What one side changed is merged without asking; what both changed differently is asked. Of what
was read a page carries only a fingerprint of each answer: that is enough to tell who changed it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from grants.rules.forms.field import Answer

Answers = Mapping[str, Answer]
Prints = Mapping[str, str]
"""The fingerprint of each answer, by the field's code."""

_DIGITS = 16


@dataclass(frozen=True)
class Merged:
    """What comes of it: the answers, what has to be asked, and what was taken from the others."""

    answers: dict[str, Answer]
    asked: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()


def merge(base: Prints, theirs: Answers, mine: Answers) -> Merged:
    """Put what was typed and what stands now together; where both changed, `mine` stands in."""
    merged, asked, taken = dict(mine), [], []
    for code, answer in mine.items():
        there = theirs.get(code)
        if same(there, answer):
            continue
        if base.get(code) == fingerprint(answer):
            merged[code] = there
            taken.append(code)
        elif base.get(code) != fingerprint(there):
            asked.append(code)
    return Merged(merged, tuple(asked), tuple(taken))


def same(one: Answer, other: Answer) -> bool:
    """Return whether two answers say the same; empty ones do, however they are kept."""
    return fingerprint(one) == fingerprint(other)


def fingerprint(answer: Answer) -> str:
    """Return a short hash of an answer."""
    text = json.dumps(_bare(answer), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:_DIGITS]


def fingerprints(answers: Answers, codes: Iterable[str]) -> dict[str, str]:
    """Return the fingerprints of the answers to these fields, given or not."""
    return {code: fingerprint(answers.get(code)) for code in codes}


def packed(prints: Prints) -> str:
    """Write fingerprints into one line, for a hidden field and a header."""
    return ",".join(f"{code}:{it}" for code, it in prints.items())


def unpacked(line: str) -> dict[str, str]:
    """Read fingerprints; what is none is left out, and what it was of is asked."""
    pairs = (one.partition(":") for one in line[:20_000].split(","))
    return {code: it for code, _colon, it in pairs if code and len(it) == _DIGITS}


def marked(text: str, other: str) -> list[tuple[str, bool]]:
    """Cut a text into pieces; True marks those that the other text does not have."""
    words, others = text.split(" "), other.split(" ")
    pieces = []
    for kind, start, end, _from, _to in SequenceMatcher(
        None, words, others, autojunk=False
    ).get_opcodes():
        if start < end:
            pieces.append((" ".join(words[start:end]), kind != "equal"))
    return pieces


def _bare(answer: Any) -> Any:
    """Leave out what is empty: a box that was never ticked is no answer either."""
    match answer:
        case None | False | "":
            return None
        case Mapping():
            kept = {key: _bare(value) for key, value in answer.items()}
            return {key: value for key, value in kept.items() if value is not None} or None
        case list() | tuple():
            rows = [_bare(value) for value in answer]
            return [row for row in rows if row is not None] or None
        case _:
            return answer
