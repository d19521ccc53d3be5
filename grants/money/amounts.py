"""Amounts of money: typed by people, held as integer cents, shown in their language.

How an amount is read:

- The decimal sign is "." in English and "," in German and Spanish, with one or two
  digits after it. Nothing is guessed: "1.234" is 1234 in German, and refused in
  English because it would have three decimals.
- Thousands may be grouped by "," in English, by "." in German and Spanish, and in all of
  them by a space or an apostrophe; all groups by the same sign and of three digits.
- No sign, no currency, no exponent, nothing that is not a digit of ASCII.
"""

import re
from dataclasses import dataclass
from typing import Final

from grants.errors import Refused
from grants.i18n import N_

MOST_CENTS: Final = 10**14 - 1
"""Just under a trillion units: exact in every database and script the amount passes through."""

SPACES: Final = "\u00a0\u2007\u2009\u202f"
DECIMAL_SIGN: Final = {"en": ".", "de": ",", "es": ","}
GROUP_SIGN: Final = {"en": ",", "de": ".", "es": "."}


class UnusableMoney(Refused, ValueError):  # noqa: N818  -- a refusal, named like the others
    """A value that is no money, or a budget that contradicts itself."""


class NotAnAmount(UnusableMoney):
    """What was typed is no amount of money; the message says why."""


@dataclass(frozen=True)
class Amount:
    """So many cents of one currency, named by its ISO 4217 code."""

    cents: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise UnusableMoney(N_("Money is given in whole cents."))
        if not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise UnusableMoney(N_("A currency is named by three capital letters, such as EUR."))

    def shown(self, *, language: str) -> str:
        """Write the amount for people: "EUR 1,234.50" in English, "1.234,50 EUR" elsewhere."""
        figure = shown(self.cents, language=language)
        english = _known(language) == "en"
        return f"{self.currency} {figure}" if english else f"{figure} {self.currency}"


def parse(text: str, *, language: str) -> int:
    """Read a typed amount as cents. Raises NotAnAmount saying what is wrong with it."""
    typed = _tidied(text)
    if not typed:
        raise NotAnAmount(N_("Give an amount."))
    if typed[0] in "-\u2212":
        raise NotAnAmount(N_("An amount cannot be negative."))
    whole, sign, decimals = typed.partition(DECIMAL_SIGN[_known(language)])
    if sign:
        _check_decimals(text, decimals, language)
    digits = (_ungrouped(text, whole, language) + decimals.ljust(2, "0")).lstrip("0")
    if len(digits) > len(str(MOST_CENTS)):
        raise NotAnAmount(N_("“{typed}” is too large an amount."), typed=text.strip())
    return int(digits or "0")


def shown(cents: int, *, language: str) -> str:
    """Write cents with grouped thousands and two decimals; `parse` reads it back."""
    code = _known(language)
    units, rest = divmod(abs(cents), 100)
    grouped = f"{units:,}".replace(",", GROUP_SIGN[code])
    return f"{'-' if cents < 0 else ''}{grouped}{DECIMAL_SIGN[code]}{rest:02d}"


def _known(language: str) -> str:
    """Take "de" for "de-AT" or "de_AT". Raises UnusableMoney for a language without rules."""
    code = re.split("[-_]", language)[0].lower()
    if code not in DECIMAL_SIGN:
        raise UnusableMoney(N_("We cannot read amounts in “{language}”."), language=language)
    return code


def _tidied(text: str) -> str:
    for space in SPACES:
        text = text.replace(space, " ")
    return text.replace("\u2019", "'").strip()


def _check_decimals(text: str, decimals: str, language: str) -> None:
    if not re.fullmatch("[0-9]+", decimals):
        raise _not_a_number(text, language)
    if len(decimals) > 2:
        raise NotAnAmount(
            N_("“{typed}” has more than two decimals. Write thousands and cents like {example}."),
            typed=text.strip(),
            example=shown(123450, language=language),
        )


def _ungrouped(text: str, whole: str, language: str) -> str:
    group = re.escape(GROUP_SIGN[_known(language)])
    if not re.fullmatch(rf"[0-9]+|[0-9]{{1,3}}(?:([ '{group}])[0-9]{{3}})(?:\1[0-9]{{3}})*", whole):
        raise _not_a_number(text, language)
    return re.sub("[^0-9]", "", whole)


def _not_a_number(text: str, language: str) -> NotAnAmount:
    return NotAnAmount(
        N_("“{typed}” is not an amount. Write it like {example}."),
        typed=text.strip(),
        example=shown(123450, language=language),
    )
