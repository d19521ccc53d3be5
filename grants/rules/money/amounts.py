"""Amounts of money: typed by people, held as integer cents, shown in their language.

How an amount is read:

- The decimal sign is "." in English and "," in German and Spanish, with at most as many
  digits after it as the currency has decimals. Nothing is guessed: "1.234" is 1234 in
  German, and refused in English because it would have three decimals of a euro.
- Thousands may be grouped by "," in English, by "." in German and Spanish, and in all of
  them by a space or an apostrophe; all groups by the same sign and of three digits.
- Digits of full width, as keyboards of East Asia write them, are digits.
- The amount's own currency may stand before or behind it, by its code or its sign, as the
  portal itself and spreadsheets write it; another one is refused.
- No sign, no exponent, nothing else that is not a digit.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from babel.numbers import get_decimal_symbol, get_group_symbol

from grants.rules.money.currencies import DECIMALS, UnusableMoney, require_currency, require_one
from grants.rules.money.currencies import decimals as decimals_of
from grants.rules.words import LANGUAGES, N_

MOST_CENTS: Final = 10**14 - 1
"""Just under a trillion units: exact in every database and script the amount passes through."""

SPACES: Final = "\u00a0\u2007\u2009\u202f"
_WIDE: Final = str.maketrans("０１２３４５６７８９．，　＇￥￦", "0123456789., '¥₩")
"""Digits and signs of full width, and what they stand for."""
RATE_DECIMALS: Final = 6
"""How fine a rate may be."""
SIGNS: Final = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "CNY": "¥", "KRW": "₩", "INR": "₹"}
"""Signs that people write instead of a code; what one means hangs on the currency asked for."""
_NAME = r"[A-Za-z]{3}|[€£$¥₩₹]"
_NAMED: Final = re.compile(
    rf"(?P<before>{_NAME})? *(?P<figure>[^A-Za-z€£$¥₩₹]*?) *(?P<behind>{_NAME})?"
)
DECIMAL_SIGN: Final = {code: get_decimal_symbol(code) for code in LANGUAGES}
GROUP_SIGN: Final = {code: get_group_symbol(code) for code in LANGUAGES}


_TOO_MANY: Final = {
    0: N_("“{typed}” has decimals, and this currency has none. Write it like {example}."),
    2: N_("“{typed}” has more than two decimals. Write thousands and cents like {example}."),
    3: N_("“{typed}” has more than three decimals. Write it like {example}."),
}


class NotAnAmount(UnusableMoney):
    """What was typed is no amount of money; the message says why."""


@dataclass(frozen=True)
class Amount:
    """So many cents of one currency, named by its ISO 4217 code.

    A cent is the currency's smallest unit: one yen, a thousandth of a dinar of Kuwait.
    """

    cents: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise UnusableMoney(N_("Amounts are given in whole cents."))
        require_currency(self.currency)

    def __add__(self, other: "Amount") -> "Amount":
        """Add an amount of the same currency. Raises MixedCurrencies for any other."""
        require_one((self.currency, other.currency))
        return Amount(self.cents + other.cents, self.currency)

    def shown(self, *, language: str) -> str:
        """Write the amount for people: "EUR 1,234.50" in English, "1.234,50 EUR" elsewhere."""
        figure = shown(self.cents, language=language, decimals=decimals_of(self.currency))
        english = _known(language) == "en"
        return f"{self.currency} {figure}" if english else f"{figure} {self.currency}"


def parse(text: str, *, language: str, decimals: int = 2, currency: str = "") -> int:
    """Read a typed amount as cents, of which `decimals` says how many make a unit.

    `currency` may be written beside it. Raises NotAnAmount saying what is wrong with it.
    """
    typed = _without(currency, _tidied(text), text)
    if not typed:
        raise NotAnAmount(N_("Give an amount."))
    if typed[0] in "-\u2212":
        raise NotAnAmount(N_("An amount cannot be negative."))
    whole, sign, rest = typed.partition(DECIMAL_SIGN[_known(language)])
    if sign:
        _check_decimals(text, rest, language, decimals)
    digits = (_ungrouped(text, whole, language, decimals) + rest.ljust(decimals, "0")).lstrip("0")
    if len(digits) > len(str(MOST_CENTS)):
        raise NotAnAmount(N_("“{typed}” is too large an amount."), typed=text.strip())
    return int(digits or "0")


def parse_rate(text: str, *, language: str, decimals: int = 2, currency: str = "") -> int | str:
    """Read what one unit of something costs: as cents, or finer, as a decimal of units.

    A twelfth of a salary is "8333.33333". Three decimals behind one to three digits could be
    thousands as another language writes them, so they are refused as in any amount.
    """
    typed = _without(currency, _tidied(text), text)
    whole, _sign, rest = typed.partition(DECIMAL_SIGN[_known(language)])
    fine = re.fullmatch("[0-9]+", rest) and decimals < len(rest) <= RATE_DECIMALS
    if not fine or (len(rest) == 3 and re.fullmatch("[1-9][0-9]{0,2}", whole)):
        return parse(text, language=language, decimals=decimals, currency=currency)
    units = _ungrouped(text, whole, language, decimals).lstrip("0") or "0"
    kept = rest.rstrip("0")
    if len(units) + decimals > len(str(MOST_CENTS)):
        raise NotAnAmount(N_("“{typed}” is too large an amount."), typed=text.strip())
    if len(kept) <= decimals:
        return int(units + kept.ljust(decimals, "0"))
    return f"{units}.{kept}"


def rate_cents(rate: int | str, *, decimals: int = 2) -> Fraction:
    """Return a rate in cents, exactly."""
    return Fraction(rate) * 10**decimals if isinstance(rate, str) else Fraction(rate)


def is_rate(value: object, *, decimals: int = 2) -> bool:
    """Return whether a value is a rate as `parse_rate` keeps it when it is finer than cents."""
    if not isinstance(value, str):
        return False
    found = re.fullmatch(r"(0|[1-9][0-9]{0,14})\.([0-9]{0,5}[1-9])", value)
    return found is not None and decimals < len(found[2]) and rate_cents(value) <= MOST_CENTS


def rate_shown(rate: str, *, language: str) -> str:
    """Write a rate that is finer than cents, with all its decimals; `parse_rate` reads it back."""
    units, _dot, rest = rate.partition(".")
    # Three decimals could be read as thousands: see `parse_rate`.
    rest = rest.ljust(4, "0")
    code = _known(language)
    return f"{f'{int(units):,}'.replace(',', GROUP_SIGN[code])}{DECIMAL_SIGN[code]}{rest}"


def shown(cents: int, *, language: str, decimals: int = 2) -> str:
    """Write cents with grouped thousands and all decimals; `parse` reads it back."""
    code = _known(language)
    units, rest = divmod(abs(cents), 10**decimals)
    grouped = f"{units:,}".replace(",", GROUP_SIGN[code])
    part = f"{DECIMAL_SIGN[code]}{rest:0{decimals}d}" if decimals else ""
    return f"{'-' if cents < 0 else ''}{grouped}{part}"


def _known(language: str) -> str:
    """Take "de" for "de-AT" or "de_AT". Raises UnusableMoney for a language without rules."""
    code = re.split("[-_]", language)[0].lower()
    if code not in DECIMAL_SIGN:
        raise UnusableMoney(N_("We cannot read amounts in “{language}”."), language=language)
    return code


def _tidied(text: str) -> str:
    for space in SPACES:
        text = text.replace(space, " ")
    return text.translate(_WIDE).replace("\u2019", "'").strip()


def _without(currency: str, typed: str, text: str) -> str:
    """Leave out the currency that stands before or behind an amount, if it is the right one."""
    found = _NAMED.fullmatch(typed)
    if found is None or not (named := found["before"] or found["behind"]):
        return typed
    if not currency or named.upper() not in (currency, SIGNS.get(currency, currency)):
        if currency and (named.upper() in DECIMALS or named in SIGNS.values()):
            raise NotAnAmount(
                N_("“{typed}” is in another currency. Write the amount in {currency}."),
                typed=text.strip(),
                currency=currency,
            )
        return typed
    return found["figure"].strip()


def _check_decimals(text: str, rest: str, language: str, decimals: int) -> None:
    if not re.fullmatch("[0-9]+", rest):
        raise _not_a_number(text, language, decimals)
    if len(rest) > decimals:
        raise NotAnAmount(
            _TOO_MANY.get(decimals, _TOO_MANY[2]),
            typed=text.strip(),
            example=_example(language, decimals),
        )


def _ungrouped(text: str, whole: str, language: str, decimals: int) -> str:
    group = re.escape(GROUP_SIGN[_known(language)])
    if not re.fullmatch(rf"[0-9]+|[0-9]{{1,3}}(?:([ '{group}])[0-9]{{3}})(?:\1[0-9]{{3}})*", whole):
        raise _not_a_number(text, language, decimals)
    return re.sub("[^0-9]", "", whole)


def _not_a_number(text: str, language: str, decimals: int) -> NotAnAmount:
    return NotAnAmount(
        N_("“{typed}” is not an amount. Write it like {example}."),
        typed=text.strip(),
        example=_example(language, decimals),
    )


def _example(language: str, decimals: int) -> str:
    """Write 1,234.5 as an amount is written, with as many decimals as there are."""
    return shown(12345 * 10**decimals // 10, language=language, decimals=decimals)
