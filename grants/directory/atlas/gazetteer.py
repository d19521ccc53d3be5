"""Where a city is: its name and country looked up in GeoNames' cities of 15,000 people or more."""

import gzip
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import groupby

from grants.directory.atlas.outlines import Point

CLEARLY = 5
"""Among cities of one name, the largest is meant if it is so many times as large as the next."""

City = tuple[str, str]
"""A name as somebody typed it, and the country's ISO 3166-1 code."""

_STYLES = """
    city town municipality municipal council government metropolitan metropolis capital county
    borough district of the and stadt landeshauptstadt hansestadt universitatsstadt freie und
    kreisfreie gemeinde magistrat der die das ciudad ayuntamiento municipio villa de del la el
    los las ville commune mairie metropole communaute du des le les comune citta metropolitana
    di camara cidade prefeitura do da dos gemeente stad kommune kommun by kaupunki miasto gmina
    urzad miasta mesto hlavni statutarni obec grad opstina obcina municipiul primaria orasul
    onkormanyzata varos linn pilseta miestas savivaldybe δημος πολη shi 市 市政府
"""
STYLES = frozenset(_STYLES.split())
"""Words that say what a city is, not which one; without accents, as `folded` leaves them."""


@dataclass(frozen=True, slots=True)
class GazetteerCity:
    """A city that the gazetteer knows: where, and its bare name as it was typed."""

    point: Point
    name: str


@dataclass(frozen=True, slots=True)
class _Entry:
    point: Point
    people: int
    chief: bool
    """Whether it was found by its own name, not by one it has elsewhere or had."""


@lru_cache(maxsize=8)
def find(cities: frozenset[City]) -> Mapping[City, GazetteerCity]:
    """Find cities; those that are unknown, or could be several, are left out.

    Kept, since the list is read through each time and the next page asks for the same cities.
    """
    # A map of cities of two continents is read by all where a name in Latin letters is given.
    wanted = {city: sorted(_readings(city[0]), key=_is_foreign) for city in cities}
    known = _look_up(
        frozenset((city[1], folded(text)) for city, texts in wanted.items() for text in texts)
    )
    found = {}
    for city, texts in wanted.items():
        hits = ((text, known.get((city[1], folded(text)))) for text in texts)
        text, entries = next(((text, it) for text, it in hits if it), ("", ()))
        if point := _the_one(entries):
            found[city] = GazetteerCity(point, text)
    return found


def folded(text: str) -> str:
    """Make the key of a name: small, without accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(it for it in plain if not unicodedata.combining(it)).split())


def _readings(name: str) -> Iterator[str]:
    """List what may be the bare name in a typed one, the longest of each part first."""
    yield name
    for part in re.split(r"[(),;/|]|\s[-–—]\s", name):
        scripts = groupby(part.split(), key=_is_latin)
        for words in (part.split(), *(list(run) for _latin, run in scripts)):
            yield from _stripped(words)


def _stripped(words: list[str]) -> Iterator[str]:
    """Take off words from both ends for as long as they only say what a city is."""
    is_style = [folded(it) in STYLES for it in words]
    before = next((at for at, style in enumerate(is_style) if not style), len(words))
    after = next((at for at, style in enumerate(reversed(is_style)) if not style), len(words))
    spans = [
        (start, end)
        for start in range(before + 1)
        for end in range(len(words) - after, len(words) + 1)
        if start < end
    ]
    for start, end in sorted(spans, key=lambda it: it[0] - it[1]):
        yield " ".join(words[start:end])


def _is_foreign(name: str) -> bool:
    return not any(map(_is_latin, name.split()))


def _is_latin(word: str) -> bool:
    return any(unicodedata.name(sign, "").startswith("LATIN") for sign in word)


def _the_one(entries: tuple[_Entry, ...]) -> Point | None:
    """Choose the city that is meant among those of one name, if that is clear."""
    chief = [it for it in entries if it.chief] or entries
    by_size = sorted(chief, key=lambda it: -it.people)
    if not by_size or any(by_size[0].people < CLEARLY * it.people for it in by_size[1:]):
        return None
    return by_size[0].point


def _look_up(wanted: frozenset[City]) -> Mapping[City, tuple[_Entry, ...]]:
    """Read the list once through."""
    countries = {country for country, _name in wanted}
    found = defaultdict(list)
    source = resources.files("grants.directory.atlas") / "geonames" / "cities.tsv.gz"
    with source.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line[:2] not in countries:
                continue
            country, latitude, longitude, people, *names = line.rstrip("\n").split("\t")
            for at, name in enumerate(names):
                if (country, name) in wanted:
                    point = float(longitude), float(latitude)
                    found[country, name].append(_Entry(point, int(people), at == 0))
    return {city: tuple(entries) for city, entries in found.items()}
