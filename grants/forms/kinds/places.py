"""Fields that say where: a country, a city in a country."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from grants.forms import settings
from grants.forms.field import NOT_ANSWERED, Answer, Field, Finding, Shape, setting
from grants.forms.kinds.texts import ShortText
from grants.i18n import N_

# ISO 3166-1, as of 2024, and XK, which the EU uses for Kosovo.
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


@dataclass(frozen=True, kw_only=True)
class Country(Field):
    """A country or territory, kept as its ISO 3166-1 code of two letters."""

    kind: ClassVar[str] = "country"
    decides: ClassVar[bool] = True
    columnar: ClassVar[bool] = True
    countries: tuple[str, ...] = setting(settings.codes, ())

    @property
    def offered(self) -> tuple[str, ...]:
        """The codes to choose from: all of them unless the form names some."""
        return self.countries or COUNTRIES

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Take known codes only."""
        for code in self.countries:
            if code not in COUNTRIES:
                yield N_("“{code}” is not the code of a country."), {"code": code}

    def check(self, answer: Answer) -> Iterator[Finding]:
        """Take only what is offered."""
        if answer not in self.offered:
            yield Finding(N_("Choose a country from the list."))

    def json_schema(self) -> dict[str, Any]:
        """List what is offered."""
        return {"enum": list(self.offered)}


@dataclass(frozen=True, kw_only=True)
class City(Field):
    """A city and the country it lies in."""

    kind: ClassVar[str] = "city"
    shape: ClassVar[Shape] = Shape.GROUP
    roles: ClassVar[frozenset[str]] = frozenset({"city", "paired_city"})
    countries: tuple[str, ...] = setting(settings.codes, ())

    @property
    def parts(self) -> tuple[Field, ...]:
        """The city's name and its country."""
        return (
            ShortText(code="name", label=N_("City"), required=self.required, max_characters=120),
            Country(
                code="country",
                label=N_("Country"),
                required=self.required,
                countries=self.countries,
            ),
        )

    def sound(self) -> Iterator[tuple[str, Any]]:
        """Take known codes only."""
        return self.parts[1].sound()

    def is_blank(self, answer: Answer) -> bool:
        """Say whether neither name nor country is given."""
        return answer is None or (isinstance(answer, dict) and not any(answer.values()))

    def check(self, answer: Answer) -> Iterator[Finding]:
        """Ask for both the name and the country."""
        if not isinstance(answer, dict):
            yield Finding(NOT_ANSWERED)
            return
        for part in self.parts:
            given = answer.get(part.code)
            if part.is_blank(given):
                message = N_("Give both the city and its country.")
                yield Finding(message, path=(part.code,), missing=True)
            else:
                yield from (finding.inside(part.code) for finding in part.findings(given))

    def json_schema(self) -> dict[str, Any]:
        """Describe a name and a country."""
        name, country = self.parts
        return {
            "type": "object",
            "properties": {
                "name": {**name.json_schema(), "pattern": "[^ ]"},
                "country": country.json_schema(),
            },
            "required": ["name", "country"],
            "additionalProperties": False,
        }


KINDS: tuple[type[Field], ...] = (Country, City)
