"""Answers for readers who must not learn who applies: what would tell it is left out.

Whole answers go where the field names the applicant; elsewhere the names that stand in those
answers, addresses of mail and of pages are masked. A text that describes a city without naming it
is shown as it is: no program finds that.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence

from grants.rules.forms.answers import Answers, answer_to
from grants.rules.forms.definition import Definition
from grants.rules.forms.field import HIDDEN, Answer, Field, Shape, typed_in
from grants.rules.forms.kinds.rows import rows_in

_ADDRESSES = re.compile(
    r"\b(?:https?://|www\.)\S+|[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>(),;]+", re.IGNORECASE
)
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u312f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
_SHORT = 3
_ONE_LETTER = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i"})


def names_in(definition: Definition, answers: Answers) -> frozenset[str]:
    """Collect the names of cities and organisations that answers give, wherever they stand."""
    return frozenset(
        name.strip()
        for section, field in definition.fields()
        for name in field.names(answer_to(answers, section.code, field.code))
        if name.strip()
    )


def without_applicant(
    definition: Definition, answers: Answers, names: Iterable[str], mask: str
) -> dict[str, dict[str, Answer]]:
    """Return answers with HIDDEN where they would tell who applies, and names masked elsewhere."""
    known = names_in(definition, answers) | set(names)
    return {
        section.code: {
            field.code: _shown(field, answer_to(answers, section.code, field.code), known, mask)
            for field in section.fields
        }
        for section in definition.sections
    }


def named_where(
    definition: Definition, answers: Answers, names: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Return where readable answers name who applies: codes of section and field, in order."""
    known = names_in(definition, answers) | set(names)
    for section, field in definition.fields():
        written = _prose(field, answer_to(answers, section.code, field.code))
        if any(masked(text, known, "") != text for text in written):
            yield section.code, field.code


def masked(text: str, names: Collection[str], mask: str) -> str:
    """Return a text with each of the names, and each address, replaced by the mask.

    Names are found whatever their case and accents are, as whole words; what is written without
    spaces is found inside words. A name of one or two letters is found as it is written only.
    """
    spans = [found.span() for found in _ADDRESSES.finditer(text)]
    letters, places = _folded(text)
    for name in names:
        spans += _spans(text, letters, places, name)
    if not spans:
        return text
    kept, at = [], 0
    for begin, end in _joined(spans):
        kept += [text[at:begin], mask]
        at = end
    return "".join((*kept, text[at:]))


def _shown(field: Field, answer: Answer, names: Collection[str], mask: str) -> Answer:
    if field.names_applicant:
        return HIDDEN
    if field.shape is Shape.BUDGET and isinstance(answer, dict):
        return {**answer, "rows": _rows(field.parts, answer.get("rows"), names, mask)}
    if field.shape is Shape.ROWS:
        return _rows(field.parts, answer, names, mask)
    typed = typed_in(answer)
    if typed is not None:
        return {"typed": masked(typed, names, mask)}
    return masked(answer, names, mask) if field.prose and isinstance(answer, str) else answer


def _prose(field: Field, answer: Answer) -> Iterator[str]:
    """Return what people wrote in their own words in an answer that is shown."""
    if field.names_applicant:
        return
    if field.shape in (Shape.BUDGET, Shape.ROWS):
        given = answer.get("rows") if isinstance(answer, dict) else answer
        for row in rows_in(given):
            for part in field.parts:
                yield from _prose(part, row.get(part.code))
    elif field.prose and isinstance(answer, str):
        yield answer


def _rows(
    parts: Sequence[Field], answer: Answer, names: Collection[str], mask: str
) -> list[dict[str, Answer]]:
    """Return rows, each cell as its column shows it; of other cells nothing."""
    return [
        {it.code: _shown(it, row.get(it.code), names, mask) for it in parts}
        for row in rows_in(answer)
    ]


def _folded(text: str) -> tuple[str, list[int]]:
    """Return a text without case and accents, and for each letter its place in the text."""
    letters, places = [], []
    for place, sign in enumerate(text):
        for letter in unicodedata.normalize("NFKD", sign.casefold().translate(_ONE_LETTER)):
            if not unicodedata.combining(letter):
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _spans(text: str, letters: str, places: list[int], name: str) -> Iterator[tuple[int, int]]:
    wanted = _folded(" ".join(name.split()))[0].strip()
    if not wanted:
        return
    if len(wanted) < _SHORT and not _UNSPACED.search(wanted):
        exact = rf"(?<!\w){re.escape(name.strip())}(?!\w)"
        yield from (found.span() for found in re.finditer(exact, text))
        return
    pattern = r"\s+".join(map(re.escape, wanted.split()))
    before = "" if _UNSPACED.match(wanted[0]) else r"(?<!\w)"
    after = "" if _UNSPACED.match(wanted[-1]) else r"(?!\w)"
    for found in re.finditer(f"{before}{pattern}{after}", letters):
        begin, end = places[found.start()], places[found.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        yield begin, end


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Return spans in order, those that overlap as one."""
    begin, end = -1, -1
    for first, last in sorted(spans):
        if first <= end and begin >= 0:
            end = max(end, last)
            continue
        if begin >= 0:
            yield begin, end
        begin, end = first, last
    if begin >= 0:
        yield begin, end
