"""Amounts, shares, scores and local times, as they are typed into the portal's fixed forms."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import colander

from grants.kit.language.formats import formats
from grants.rules import money
from grants.rules.errors import Refused
from grants.rules.scoring import WIDEST, NotAScore, Scale, shown_halves
from grants.rules.scoring.reading import EXACT
from schemas.forms.base import _

SCALE = Scale(0, WIDEST, 1)
_MOST_DECIMALS = 6
_FRACTION = re.compile(r"[0-9]{1,6}/0*[1-9][0-9]{0,5}", re.ASCII)
_PERCENTAGE = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?%?", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,12}|[0-9]{1,3}(?:(?P<sign>[.,' ])[0-9]{3})(?:(?P=sign)[0-9]{3}){0,2}")


def refused(node: colander.SchemaNode, refusal: Refused) -> colander.Invalid:
    """Say at a field what the core refused about it."""
    language = (node.bindings or {}).get("language", "en")
    return colander.Invalid(node, formats(language).said(refusal))


def _figure(node: colander.SchemaNode, exact: str) -> str:
    return formats((node.bindings or {}).get("language", "en")).figure(exact)


def _places(node: colander.SchemaNode) -> int:
    return money.decimals(node.bindings["currency"])


class Cents(colander.SchemaType):
    """Money, typed in units in the reader's language, kept in cents.

    Bind `language`, and the `currency` that says how many decimals there are.
    """

    def serialize(self, node: colander.SchemaNode, cents: Any) -> Any:
        """Show cents as units."""
        if cents is colander.null or cents is None:
            return colander.null
        return money.shown(cents, language=node.bindings["language"], decimals=_places(node))

    def deserialize(self, node: colander.SchemaNode, typed: Any) -> Any:
        """Read units into cents."""
        if not typed or not str(typed).strip():
            return colander.null
        try:
            language = node.bindings["language"]
            currency = node.bindings["currency"]
            return money.parse(
                str(typed), language=language, decimals=_places(node), currency=currency
            )
        except money.UnusableMoney as unusable:
            raise refused(node, unusable) from unusable


class PartOfWhole(colander.SchemaType):
    """A share of a whole, typed as a percentage or as a fraction; kept exactly."""

    def serialize(self, node: colander.SchemaNode, share: Any) -> Any:
        """Show a percentage, or a fraction where decimals would not end."""
        if share is colander.null or share is None:
            return colander.null
        decimals = ended(share * 100)
        return str(share) if decimals is None else _figure(node, decimals)

    def deserialize(self, node: colander.SchemaNode, typed: Any) -> Any:
        """Read "66.5", "66,5 %" or "2/3". Raises Invalid for anything beyond a whole."""
        text = "".join(str(typed or "").split()).replace(",", ".")
        if not text:
            return colander.null
        if _FRACTION.fullmatch(text):
            share = Fraction(text)
        elif _PERCENTAGE.fullmatch(text):
            share = Fraction(text.removesuffix("%")) / 100
        else:
            raise colander.Invalid(node, _("Give a percentage or a fraction, such as 80 or 2/3."))
        if not share:
            raise colander.Invalid(node, _("Give more than 0 percent."))
        if share > 1:
            raise colander.Invalid(node, _("Give at most 100 percent."))
        return share


def ended(number: Fraction) -> str | None:
    """Write a number as a decimal if its decimals end soon, without noughts at their end."""
    for places in range(_MOST_DECIMALS + 1):
        scaled = number * 10**places
        if scaled.denominator == 1:
            return f"{Decimal(scaled.numerator).scaleb(-places):f}"
    return None


class Share(colander.SchemaType):
    """An exact number such as 1, 1.5 or 3/2, kept as it was typed."""

    def serialize(self, node: colander.SchemaNode, value: Any) -> Any:
        """Show it as it is kept."""
        empty = value is colander.null or value is None
        return colander.null if empty else _figure(node, str(value))

    def deserialize(self, node: colander.SchemaNode, typed: Any) -> Any:
        """Read a number of at most nine digits exactly."""
        text = str(typed or "").strip().replace(",", ".")
        if not text:
            return colander.null
        try:
            # Long exponents would take for ever: a weight has few digits.
            if len(text) > 9 or "e" in text.lower():
                raise ValueError
            value = Fraction(text)
        except (ValueError, ZeroDivisionError):
            raise colander.Invalid(node, _("Give a number, such as 1, 1.5 or 3/2.")) from None
        if value < 0:
            raise colander.Invalid(node, _("Give a number of 0 or more."))
        return text if EXACT.fullmatch(text) else str(value)


class WholeNumber(colander.SchemaType):
    """A whole number of at most twelve digits, shown and typed with or without thousands' signs."""

    def serialize(self, node: colander.SchemaNode, number: Any) -> Any:
        """Show it with the signs of the reader's language. Bind `language`."""
        if number is colander.null or number is None:
            return colander.null
        return formats(node.bindings["language"]).number(number)

    def deserialize(self, node: colander.SchemaNode, typed: Any) -> Any:
        """Read it: nothing else than a whole number is written with groups of three digits."""
        text = " ".join(str(typed or "").split())
        if not text:
            return colander.null
        if not _WHOLE.fullmatch(text):
            raise colander.Invalid(node, _("Give a whole number, such as 230000."))
        return int("".join(digit for digit in text if digit.isdecimal()))


class Halves(colander.SchemaType):
    """A score by half points, kept as an integer number of halves."""

    def serialize(self, node: colander.SchemaNode, halves: Any) -> Any:
        """Show halves as points."""
        empty = halves is colander.null or halves is None
        return colander.null if empty else _figure(node, shown_halves(halves))

    def deserialize(self, node: colander.SchemaNode, typed: Any) -> Any:
        """Read points into halves."""
        if not str(typed or "").strip():
            return colander.null
        try:
            return SCALE.parse(str(typed))
        except NotAScore as refusal:
            raise refused(node, refusal) from refusal
