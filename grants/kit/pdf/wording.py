"""Words, numbers and dates of a document, in its reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from grants.kit.branding import ACCENT
from grants.kit.language.formats import Formats, formats
from grants.rules.words import N_, locale_of

Translate = Callable[[str, Mapping[str, object]], str]

ROUNDED = N_("Scores are computed exactly and shown with two decimals, halves rounded up.")
NO_BREAK = "\N{NO-BREAK SPACE}"


def untranslated(message: str, values: Mapping[str, object]) -> str:
    """Fill in an English sentence as it stands."""
    return message.format_map(values) if values else message


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """What every document of a fund carries, whatever it says.

    `zone` is the IANA name of the call's time zone; `version` the hash of the
    frozen version or data that the document shows; `accent` a colour as #rrggbb.
    """

    fund: str
    version: str
    language: str = "en"
    translate: Translate = untranslated
    accent: str = ACCENT
    zone: str = "Europe/Brussels"
    logo: bytes | None = None
    """A picture in PNG that stands beside the fund's name on the first page."""

    @property
    def formats(self) -> Formats:
        """How pages write the same things in this language."""
        return formats(self.language)

    def say(self, message: str, **values: object) -> str:
        """Return a marked sentence in the document's language."""
        return self.translate(message, values)

    def number(self, value: int) -> str:
        """Write a whole number with the language's grouping."""
        return self.formats.number(value)

    def money(self, cents: int, currency: str) -> str:
        """Write integer cents as pages do: `EUR 12,345.00`, `12.345,00 EUR` in German."""
        return self.formats.money(cents, currency)

    def amount(self, cents: int, currency: str) -> str:
        """Write them without the currency, for a column that names it."""
        return self.formats.amount(cents, currency)

    def exact(self, value: Fraction, places: int) -> str:
        """Write a fraction with so many decimals, halves rounded away from zero."""
        scale = 10**places
        doubled = abs(value) * scale * 2
        whole = int((doubled + 1) // 2) * (-1 if value < 0 else 1)
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return str(
            format_decimal(Decimal(whole).scaleb(-places), pattern, locale=locale_of(self.language))
        )

    def score(self, value: Fraction | None) -> str:
        """Write a score with two decimals, or a dash where there is none."""
        return "–" if value is None else self.exact(value, 2)

    def percent(self, share: Fraction) -> str:
        """Write a share as a percentage, with a decimal only where it is needed."""
        hundredfold = share * 100
        places = 0 if hundredfold.denominator == 1 else 1
        return f"{self.exact(hundredfold, places)}{NO_BREAK}%"

    def percent_exactly(self, share: Fraction) -> str:
        """Write a share as a percentage with two decimals, as scores are written."""
        return f"{self.exact(share * 100, 2)}{NO_BREAK}%"

    def day(self, value: date) -> str:
        """Write a date in full."""
        return self.formats.day(value)

    def moment(self, value: datetime, *, zone: str | None = None) -> str:
        """Write an aware moment to the second, in a zone by its name (the call's by default)."""
        name = zone or self.zone
        local = value.astimezone(ZoneInfo(name))
        return f"{self.day(local.date())}, {local:%H:%M:%S} ({name})"

    def moment_utc(self, value: datetime) -> str:
        """Write the same moment in UTC."""
        there = value.astimezone(UTC)
        return f"{self.day(there.date())}, {there:%H:%M:%S} UTC"
