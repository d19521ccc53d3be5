"""Countries and territories: one list, by ISO 3166-1, in the order of each language."""

import unicodedata
from collections.abc import Iterable
from functools import cache

from babel import Locale

# ISO 3166-1 as of 2024, and XK, which the EU uses for Kosovo. CLDR's territories are more than
# that: regions, currency areas and pseudo-locales (XA, XB, EZ, UN, ZZ) are no countries.
_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA "
    "ZM ZW"
)
COUNTRIES = tuple(_CODES.split())
"""The codes that organisations, cities and participants may have."""


def name(code: str, language: str) -> str:
    """Name a country in a language; an unknown code stands for itself, none is a dash."""
    return _names(language).get(code, code) or "–"


def named(language: str, codes: Iterable[str] = COUNTRIES) -> list[tuple[str, str]]:
    """List countries by code and name, in the alphabetical order of the language."""
    found = [(code, name(code, language)) for code in codes]
    return sorted(found, key=lambda pair: alphabetical(pair[1], language))


def alphabetical(text: str, language: str) -> tuple[str, str]:
    """Make the key by which a language sorts words.

    German (DIN 5007-1), English and Spanish sort letters with accents among those without,
    Österreich under O; in Spanish ñ is a letter of its own, after n.
    """
    small = text.casefold()
    if language.startswith("es"):
        small = small.replace("ñ", "n\U0010ffff")
    plain = unicodedata.normalize("NFKD", small)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)), text


@cache
def _names(language: str) -> dict[str, str]:
    """Read CLDR's names once; day-first English is British."""
    locale = "en_GB" if language == "en" else language.replace("-", "_")
    return dict(Locale.parse(locale).territories)
