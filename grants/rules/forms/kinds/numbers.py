"""Fields that count: whole numbers and amounts of money."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, TypeGuard

from grants.rules import money
from grants.rules.forms import settings
from grants.rules.forms.field import Answer, AnswerError, Field, Wording, setting, unreadable
from grants.rules.words import N_

_MINUS = ("-", "\u2212")


def is_whole(answer: Answer) -> TypeGuard[int]:
    """Return whether an answer is a whole number; yes and no are not, whatever Python thinks."""
    return isinstance(answer, int) and not isinstance(answer, bool)


def whole_from_typed(typed: str, language: str) -> Answer:
    """Read a whole number, thousands grouped as the language does or by blanks."""
    text = re.sub(r"[\s\u202f'’]", "", typed)
    mark = re.escape(money.GROUP_SIGN.get(language[:2], ","))
    if re.fullmatch(rf"[+-]?([0-9]{{1,3}}({mark}[0-9]{{3}})+|[0-9]{{1,15}})", text):
        return int(re.sub(mark, "", text))
    return unreadable(typed) if text else None


@dataclass(frozen=True, kw_only=True)
class NumberField(Field):
    """A whole number."""

    kind: ClassVar[str] = "number"
    roles: ClassVar[frozenset[str]] = frozenset({"organisation_population"})
    columnar: ClassVar[bool] = True
    minimum: int | None = setting(settings.whole, None)
    maximum: int | None = setting(settings.whole, None)
    unit: str = setting(settings.text, "")
    numeric: ClassVar[bool] = True
    unread: ClassVar[str] = N_("We could not read “{typed}” as a whole number.")

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Keep the least number below the greatest."""
        return ordered(self.minimum, self.maximum)

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Hold the number between its bounds."""
        if not is_whole(answer):
            yield AnswerError(N_("Write a whole number."))
        elif self.minimum is not None and answer < self.minimum:
            yield AnswerError(
                N_("The smallest number possible is {limit}."), {"limit": self.minimum}
            )
        elif self.maximum is not None and answer > self.maximum:
            yield AnswerError(
                N_("The largest number possible is {limit}."), {"limit": self.maximum}
            )

    def json_schema(self) -> dict[str, Any]:
        """Describe the number and its bounds."""
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return {
            "type": "integer",
            **{name: bound for name, bound in bounds.items() if bound is not None},
        }

    def worded(self, answer: Answer, wording: Wording) -> str:
        """Return the number with its unit."""
        if not is_whole(answer):
            return super().worded(answer, wording)
        # A year is a number too: what never has five digits has no separators.
        short = self.maximum is not None and self.maximum < 10_000
        number = str(answer) if short else wording.number(answer)
        return f"{number} {wording.say(self.unit)}".strip()

    def read(self, typed: str, language: str) -> Answer:
        """Read a whole number."""
        return whole_from_typed(typed, language)

    def not_read(self, typed: str) -> str:
        """Return what keeps it from being a whole number."""
        figure = re.sub(r"[\s'’]", "", typed)
        if re.fullmatch(r"[+-]?[0-9.,]*[0-9][.,][0-9]+", figure):
            return N_("“{typed}” has decimals. Write a whole number.")
        if re.fullmatch("[+-]?[0-9]+", figure):
            return N_("“{typed}” is too large a number.")
        return self.unread


_NOT_READ = {
    0: N_("We could not read “{typed}” as an amount. Write digits without decimals."),
    3: N_("We could not read “{typed}” as an amount. Write digits, and at most three decimals."),
}


@dataclass(frozen=True, kw_only=True)
class MoneyField(Field):
    """An amount of money, typed in whole units and kept in cents."""

    kind: ClassVar[str] = "money"
    roles: ClassVar[frozenset[str]] = frozenset({"requested_amount"})
    columnar: ClassVar[bool] = True
    unread: ClassVar[str] = N_(
        "We could not read “{typed}” as an amount. Write digits, and at most two decimals."
    )
    numeric: ClassVar[bool] = True
    currency: str = setting(settings.currency, "EUR")
    minimum: int | None = setting(settings.count, None)
    maximum: int | None = setting(settings.count, None)

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Keep the least amount below the greatest."""
        return ordered(self.minimum, self.maximum)

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Hold the amount between its bounds."""
        if not is_whole(answer) or not 0 <= answer <= money.MOST_CENTS:
            yield AnswerError(N_("This is not an amount."))
        elif self.minimum is not None and answer < self.minimum:
            yield AnswerError(
                N_("The smallest amount possible is {limit}."), self._said(self.minimum)
            )
        elif self.maximum is not None and answer > self.maximum:
            yield AnswerError(
                N_("The largest amount possible is {limit}."), self._said(self.maximum)
            )

    def _said(self, cents: int) -> dict[str, money.Amount]:
        return {"limit": money.Amount(cents, self.currency)}

    def json_schema(self) -> dict[str, Any]:
        """Describe an amount in cents."""
        most = money.MOST_CENTS if self.maximum is None else self.maximum
        return {"type": "integer", "minimum": self.minimum or 0, "maximum": most}

    def read(self, typed: str, language: str) -> Answer:
        """Read an amount as the language writes it, in the decimals of its currency."""
        return amount_from_typed(typed, language, self.currency)

    def not_read(self, typed: str) -> str:
        """Return how amounts of this currency are written."""
        if typed.lstrip().startswith(_MINUS):
            return N_("An amount cannot be negative.")
        return _NOT_READ.get(money.decimals(self.currency), self.unread)

    def worded(self, answer: Answer, wording: Wording) -> str:
        """Return the amount with its currency."""
        if not is_whole(answer):
            return super().worded(answer, wording)
        return wording.money(answer, self.currency)

    def show(self, answer: Answer, language: str) -> str:
        """Write an amount as the language writes it."""
        if is_whole(answer):
            places = money.decimals(self.currency)
            return money.shown(answer, language=language, decimals=places)
        return super().show(answer, language)


@dataclass(frozen=True, kw_only=True)
class RateField(MoneyField):
    """What one unit of something costs: an amount, or finer than cents as a decimal of units."""

    kind: ClassVar[str] = "rate"
    unread: ClassVar[str] = N_(
        "We could not read “{typed}” as a rate. Write digits, and at most six decimals."
    )

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Take what is finer than cents too."""
        if not money.is_rate(answer, decimals=money.decimals(self.currency)):
            yield from super().check(answer)

    def json_schema(self) -> dict[str, Any]:
        """Describe an amount in cents, or a decimal of units as text."""
        pattern = r"^(0|[1-9][0-9]{0,14})\.[0-9]{0,5}[1-9]$"
        return {"anyOf": [super().json_schema(), {"type": "string", "pattern": pattern}]}

    def read(self, typed: str, language: str) -> Answer:
        """Read a rate as the language writes it."""
        return amount_from_typed(typed, language, self.currency, read=money.parse_rate)

    def not_read(self, typed: str) -> str:
        """Return how rates are written, whatever the currency."""
        return self.unread

    def worded(self, answer: Answer, wording: Wording) -> str:
        """Return the rate with its currency, however fine it is."""
        if is_whole(answer):
            return super().worded(answer, wording)
        return wording.beside(self.show(answer, wording.language), self.currency)

    def show(self, answer: Answer, language: str) -> str:
        """Write a rate as the language writes it."""
        if money.is_rate(answer, decimals=money.decimals(self.currency)):
            return money.rate_shown(str(answer), language=language)
        return super().show(answer, language)


def ordered(least: int | None, most: int | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Say so if the least possible number is above the greatest."""
    if least is not None and most is not None and least > most:
        yield N_("The smallest number is larger than the largest."), {}


def amount_from_typed(
    typed: str,
    language: str,
    currency: str = "",
    *,
    read: Callable[..., int | str] = money.parse,
) -> Answer:
    """Read an amount into cents; what cannot be read is kept as typed.

    Without a currency it is a number of hundredths.
    """
    if not typed.strip():
        return None
    decimals = money.decimals(currency) if currency else 2
    try:
        return read(typed, language=language, decimals=decimals, currency=currency)
    except money.NotAnAmount:
        return unreadable(typed)


KINDS: tuple[type[Field], ...] = (NumberField, MoneyField)
