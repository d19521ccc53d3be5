"""Numbers, money, dates and statuses, as the reader's language writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

from grants.kit.language.i18n import translations
from grants.rules import countries
from grants.rules.errors import Refused
from grants.rules.labels import WORDS_OF_VALUES
from grants.rules.money import DECIMALS, Amount, decimals, shown
from grants.rules.scoring import shown_halves
from grants.rules.words import Sayable, locale_of


@cache
def _decimal_sign(locale: str) -> str:
    return numbers.get_decimal_symbol(locale)


# Lists write the same days again and again, and each takes a tenth of a millisecond.
@lru_cache(maxsize=4096)
def _day(day: date, locale: str) -> str:
    return dates.format_date(day, "long", locale=locale)


@lru_cache(maxsize=1024)
def _span(first: date, last: date, locale: str) -> str:
    return dates.format_interval(first, last, skeleton="yMMMMd", locale=locale)


@cache
def _city(zone: str, locale: str) -> str:
    return dates.get_timezone_location(zone, locale=locale, return_city=True)


@cache
def formats(language: str) -> "Formats":
    """Make the formats of a language, once."""
    return Formats(language)


@dataclass(frozen=True)
class Formats:
    """How one language writes things."""

    language: str

    @property
    def _locale(self) -> str:
        return locale_of(self.language)

    def money(self, cents: int | None, currency: str) -> str:
        """Write an amount of integer cents with its currency's code: EUR 12,345.00, JPY 12,345."""
        if cents is None:
            return "–"
        return self.beside(self.amount(cents, currency), currency)

    def amount(self, cents: int, currency: str) -> str:
        """Write it without the currency, for a column that names it: 12,345.00."""
        return shown(cents, language=self.language, decimals=decimals(currency))

    def beside(self, figure: str, currency: str) -> str:
        """Write a currency's code where the language has it, beside a figure."""
        return f"{currency}\u00a0{figure}" if self.language == "en" else f"{figure}\u00a0{currency}"

    def number(self, number: int | Decimal | None) -> str:
        """Write a number with its separators."""
        return "–" if number is None else numbers.format_decimal(number, locale=self._locale)

    def exact(self, value: str) -> str:
        """Write an exact fraction that is kept as text: as a decimal where that is exact too."""
        number = Fraction(value)
        hundredths = number * 100
        if hundredths.denominator != 1:
            return value
        return self.number(Decimal(hundredths.numerator) / 100)

    def figure(self, exact: str) -> str:
        """Write a score or weight, given as "3.5", with the language's own decimal sign."""
        return exact.replace(".", _decimal_sign(self._locale))

    def halves(self, halves: int) -> str:
        """Write a score of half points as points: 7 is 3.5 in English, 3,5 in German."""
        return self.figure(shown_halves(halves))

    def share(self, share: Fraction) -> str:
        """Write a share of a whole: 80 %, or 2/3 (66.67 %) where decimals do not end."""
        hundredths = share * 10_000
        shown = numbers.format_percent(
            Decimal(round(hundredths)) / 10_000, format="#,##0.##\u00a0%", locale=self._locale
        )
        return shown if hundredths.denominator == 1 else f"{share} ({shown})"

    def day(self, day: date | None) -> str:
        """Write a date: 31 March 2020."""
        return "–" if day is None else _day(day, self._locale)

    def moment(self, moment: datetime | None, zone: str = "UTC") -> str:
        """Write a moment with the place whose clock it is: 31 March 2020, 17:00 (Brussels time)."""
        if moment is None:
            return "–"
        there = moment.astimezone(ZoneInfo(zone))
        day = _day(there.date(), self._locale)
        clock = dates.format_time(there, "HH:mm", locale=self._locale)
        return f"{day}, {clock} ({self.zone(zone)})"

    def zone(self, zone: str) -> str:
        """Name a time zone by its city: Brussels time."""
        if zone == "UTC":
            return "UTC"
        city = _city(zone, self._locale)
        return translations(self.language).gettext("{city} time").format(city=city)

    def clock(self, moment: datetime, zone: str = "UTC") -> str:
        """Write the time of day."""
        return dates.format_time(moment.astimezone(ZoneInfo(zone)), "HH:mm", locale=self._locale)

    def span(self, first: date, last: date) -> str:
        """Write one day, or several: 26–27 September 2019."""
        if first == last:
            return self.day(first)
        return _span(first, last, self._locale)

    def hours(self, starts: datetime, ends: datetime, zone: str) -> str:
        """Write when something takes place, on the clock for which it was announced."""
        first, last = (at.astimezone(ZoneInfo(zone)) for at in (starts, ends))
        until = self.clock(ends, zone)
        if first.date() != last.date():
            until = f"{self.day(last.date())}, {until}"
        begun = f"{self.day(first.date())}, {self.clock(starts, zone)}"
        return f"{begun}–{until} ({self.zone(zone)})"

    def country(self, code: str) -> str:
        """Name a country by its ISO 3166-1 code."""
        return countries.name(code, self.language)

    def currencies(self) -> list[tuple[str, str]]:
        """List all currencies in use by code and name, in the order of their codes."""
        names = Locale.parse(self._locale).currencies
        return [(code, f"{code} – {names.get(code, code)}") for code in sorted(DECIMALS)]

    def countries(self) -> list[tuple[str, str]]:
        """List all countries by code and name, in the order of the names."""
        return countries.named(self.language)

    def alphabetical(self, text: str) -> tuple[str, str]:
        """Make the key by which the language sorts words."""
        return countries.alphabetical(text, self.language)

    def size(self, size: int) -> str:
        """Write a size in bytes for people."""
        if size < 1024 * 1024:
            return f"{self.number(max(1, round(size / 1024)))}\u00a0kB"
        return f"{self.number(Decimal(size * 10 // (1024 * 1024)) / 10)}\u00a0MB"

    def words(self, status: Enum | str | None) -> str:
        """Say a status, kind or role in words."""
        if status is None:
            return "–"
        text = str(status.value if isinstance(status, Enum) else status)
        said = WORDS_OF_VALUES.get(text) or text.replace("_", " ").capitalize()
        return translations(self.language).gettext(said)

    def said(self, refusal: Refused) -> str:
        """Say a refusal, with its values as the language writes them."""
        sentence = translations(self.language).gettext(refusal.message)
        if not refusal.values:
            return sentence
        return sentence.format(**{name: self.shown(it) for name, it in refusal.values.items()})

    def shown(self, value: object) -> str:
        """Write any value that goes into a sentence."""
        match value:
            case Enum():
                return self.words(value)
            case Sayable():
                return value.text(translations(self.language).gettext)
            case Refused():
                return self.said(value)
            case Decimal():
                return self.number(value)
            case Fraction():
                return self.exact(str(value))
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case int() if not isinstance(value, bool):
                return self.number(value)
            case Amount():
                return self.money(value.cents, value.currency)
            case Mapping() if "cents" in value:
                return self.money(value["cents"], value["currency"])
            case Mapping() if "share" in value:
                return self.share(value["share"])
            case Mapping() if "clock" in value:
                return f"{self.clock(value['clock'], value['zone'])} ({self.zone(value['zone'])})"
            case Mapping() if "moment" in value:
                return self.moment(value["moment"], value["zone"])
            case _:
                return str(value)
