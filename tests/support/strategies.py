"""Hypothesis strategies for form definitions, their answers, and answers that do not fit."""

from typing import Any

from hypothesis import strategies as st

from grants.rules.forms.definition import Definition
from grants.rules.forms.kinds.places import COUNTRIES

CODES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda code: code not in {"csrf_token", "typed", "unnamed"}
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30)
LABELS = WORDS.map(str.strip).filter(bool)
DAYS = st.dates().map(lambda day: f"{day:%Y-%m-%d}".zfill(10))
OPTIONS = st.lists(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,8}", fullmatch=True),
    min_size=1,
    max_size=12,
    unique=True,
).flatmap(
    lambda codes: st.tuples(*(LABELS for _code in codes)).map(
        lambda labels: [{"code": c, "label": label} for c, label in zip(codes, labels, strict=True)]
    )
)
LIMITS = st.integers(1, 300)


def _ordered(least: str, most: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    pair = st.lists(values, min_size=2, max_size=2).map(sorted)
    return st.one_of(st.just({}), pair.map(lambda two: {least: two[0], most: two[1]}))


def _of(kind: str, **settings: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    fixed = {"kind": st.just(kind), "code": CODES, "label": LABELS}
    common = {"help": WORDS, "required": st.booleans()}
    return st.fixed_dictionaries({**fixed, **settings}, optional=common)


def _with(field: st.SearchStrategy[Any], more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(lambda one, extra: {**one, **extra}, field, more)


COUNTRY_LISTS = st.lists(st.sampled_from(COUNTRIES), max_size=4, unique=True)
LIMITED = st.sampled_from(["max_words", "max_characters"]).flatmap(
    lambda name: st.fixed_dictionaries({name: LIMITS})
)

COLUMNS = st.one_of(
    _of("short_text", max_characters=LIMITS),
    _with(_of("long_text"), st.one_of(st.just({}), LIMITED)),
    _of("choice", options=OPTIONS),
    _with(_of("number"), _ordered("minimum", "maximum", st.integers(-1000, 10**9))),
    _with(_of("money"), _ordered("minimum", "maximum", st.integers(0, 10**10))),
    _with(_of("date"), _ordered("earliest", "latest", DAYS)),
    _of("country", countries=COUNTRY_LISTS),
    _of("declaration"),
    _of("email"),
)
ROWS = _ordered("min_rows", "max_rows", st.integers(1, 4))
FIELDS = st.one_of(
    COLUMNS,
    _of("choices", options=OPTIONS),
    _with(_of("period"), _ordered("earliest", "latest", DAYS)),
    _of("city", countries=COUNTRY_LISTS),
    _of("file", types=st.just(["pdf", "jpg"]), max_files=st.integers(1, 3)),
    _with(
        _of(
            "rows", columns=st.lists(COLUMNS, min_size=1, max_size=3, unique_by=lambda c: c["code"])
        ),
        ROWS,
    ),
    _with(_of("partners"), ROWS),
    _with(_of("deliverables", types=OPTIONS), ROWS),
    _of(
        "budget",
        headings=OPTIONS.filter(lambda options: all(o["code"] != "indirect" for o in options)),
        max_indirect_percent=st.integers(0, 100),
        max_grant_percent=st.integers(1, 100),
    ),
)


@st.composite
def definition_data(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the JSON of a valid definition, some of its fields shown only if another says so."""
    codes = draw(st.lists(CODES, min_size=1, max_size=3, unique=True))
    sections = []
    for code in codes:
        fields = draw(st.lists(FIELDS, min_size=1, max_size=5, unique_by=lambda f: f["code"]))
        section = {"code": code, "title": draw(LABELS), "fields": fields}
        sections.append({**section, "intro": draw(WORDS)})
    _conditions(draw, sections)
    return {"title": draw(LABELS), "sections": sections}


def _conditions(draw: st.DrawFn, sections: list[dict[str, Any]]) -> None:
    deciding: list[tuple[str, str, list[Any]]] = []
    for section in sections:
        for field in section["fields"]:
            if deciding and draw(st.integers(0, 2)) == 0:
                where, code, values = draw(st.sampled_from(deciding))
                wanted = draw(
                    st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
                )
                condition = {"field": code, "in": wanted}
                field["shown_if"] = {**condition, "section": where}
            if field["kind"] in ("choice", "choices"):
                answers = [option["code"] for option in field["options"]]
                deciding.append((section["code"], field["code"], answers))
            if field["kind"] == "declaration":
                deciding.append((section["code"], field["code"], [True, False]))


def definitions() -> st.SearchStrategy[Definition]:
    """Draw a valid definition."""
    return definition_data().map(Definition.from_json)


def answer_to(field: Any) -> st.SearchStrategy[Any]:
    """Draw a complete answer that fits a field."""
    return _ANSWERS[field.kind](field)


def _text(field: Any) -> st.SearchStrategy[str]:
    limit = min(field.max_characters or 20, getattr(field, "max_words", None) or 20, 20)
    letters = st.text("abcóЖ广 \n" if field.kind == "long_text" else "abcóЖ广", max_size=limit)
    return letters.map(lambda text: ("w" + text)[:limit])


def _whole(least: int | None, most: int | None) -> st.SearchStrategy[int]:
    low = 0 if least is None else least
    return st.integers(low, low + 1000 if most is None else most)


def _days(field: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([one for one in (field.earliest, field.latest) if one] or ["2020-03-31"])


def _group(field: Any) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({part.code: answer_to(part) for part in field.parts})


def _period(field: Any) -> st.SearchStrategy[Any]:
    days = st.lists(_days(field), min_size=2, max_size=2).map(sorted)
    return days.map(lambda two: {"from": two[0], "to": two[1]})


def _rows(field: Any) -> st.SearchStrategy[Any]:
    row = _group(field).map(lambda row: {**row, **_never_blank(field, row)})
    return st.lists(row, min_size=max(field.least, 1), max_size=max(field.least, 1))


def _never_blank(field: Any, row: dict[str, Any]) -> dict[str, Any]:
    """Tick a box in a row that would be blank: blank rows do not count."""
    if all(part.is_blank(row[part.code]) for part in field.parts):
        return {part.code: True for part in field.parts}
    return {}


def _budget(field: Any) -> st.SearchStrategy[Any]:
    big = st.sampled_from([10_000_000, "100000.12345", "99999.999"]).map(
        lambda rate: {"quantity": 10_000, "unit_cost": rate}
    )
    rows = st.lists(st.tuples(_group(field), big), min_size=1, max_size=3)
    return rows.map(
        lambda given: {
            "rows": [{**row, **cost} for row, cost in given],
            "indirect": None,
            "requested": 1,
        }
    )


def _codes(field: Any) -> list[str]:
    return [option.code for option in field.options]


_ANSWERS: dict[str, Any] = {
    "short_text": _text,
    "long_text": _text,
    "email": lambda _field: st.just("ana@example.org"),
    "choice": lambda field: st.sampled_from(_codes(field)),
    "choices": lambda field: st.sets(st.sampled_from(_codes(field)), min_size=1).map(
        lambda chosen: sorted(chosen, key=_codes(field).index)
    ),
    "declaration": lambda field: st.just(True) if field.required else st.booleans(),
    "number": lambda field: _whole(field.minimum, field.maximum),
    "money": lambda field: _whole(field.minimum, field.maximum),
    "rate": lambda field: _whole(field.minimum, field.maximum),
    "quantity": lambda _field: st.integers(1, 100_000),
    "date": _days,
    "period": _period,
    "country": lambda field: st.sampled_from(field.offered),
    "city": _group,
    "file": lambda _field: st.just(["0f3a"]),
    "rows": _rows,
    "partners": _rows,
    "deliverables": _rows,
    "budget": _budget,
}


@st.composite
def filled(draw: st.DrawFn) -> tuple[Definition, dict[str, Any]]:
    """Draw a definition with complete answers to everything it asks, shown or not."""
    definition = draw(definitions())
    answers = {
        section.code: {field.code: draw(answer_to(field)) for field in section.fields}
        for section in definition.sections
    }
    return definition, answers
