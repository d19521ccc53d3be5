"""Fields that count: whole numbers and amounts of money."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from grants.forms import settings
from grants.forms.field import Answer, Field, Finding, setting, unreadable
from grants.i18n import N_

GROUPING = {"en": ",", "de": ".", "es": "."}


def is_whole(answer: Answer) -> bool:
    """Say whether an answer is a whole number; yes and no are not, whatever Python thinks."""
    return isinstance(answer, int) and not isinstance(answer, bool)


def whole_from_typed(typed: str, language: str) -> Answer:
    """Read a whole number, thousands grouped as the language does or by blanks."""
    text = re.sub(r"[\s\u202f'’]", "", typed)
    mark = re.escape(GROUPING.get(language[:2], ","))
    if re.fullmatch(rf"[+-]?([0-9]{{1,3}}({mark}[0-9]{{3}})+|[0-9]{{1,15}})", text):
        return int(re.sub(mark, "", text))
    return unreadable(typed) if text else None


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A whole number."""

    kind: ClassVar[str] = "number"
    columnar: ClassVar[bool] = True
    minimum: int | None = setting(settings.whole, None)
    maximum: int | None = setting(settings.whole, None)
    unit: str = setting(settings.text, "")

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Keep the least number below the greatest."""
        if None not in (self.minimum, self.maximum) and self.minimum > self.maximum:  # type: ignore[operator]
            yield N_("The smallest number is larger than the largest."), {}

    def check(self, answer: Answer) -> Iterator[Finding]:
        """Hold the number between its bounds."""
        if not is_whole(answer):
            yield Finding(N_("Write a whole number."))
        elif self.minimum is not None and answer < self.minimum:
            yield Finding(N_("The smallest number possible is {limit}."), {"limit": self.minimum})
        elif self.maximum is not None and answer > self.maximum:
            yield Finding(N_("The largest number possible is {limit}."), {"limit": self.maximum})

    def json_schema(self) -> dict[str, Any]:
        """Describe the number and its bounds."""
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return {
            "type": "integer",
            **{name: bound for name, bound in bounds.items() if bound is not None},
        }

    def read(self, typed: str, language: str) -> Answer:
        """Read a whole number."""
        return whole_from_typed(typed, language)


@dataclass(frozen=True, kw_only=True)
class Money(Field):
    """An amount of money, typed in whole units and kept in cents."""

    kind: ClassVar[str] = "money"
    roles: ClassVar[frozenset[str]] = frozenset({"requested_amount"})
    columnar: ClassVar[bool] = True
    currency: str = setting(settings.currency, "EUR")
    minimum: int | None = setting(settings.count, None)
    maximum: int | None = setting(settings.count, None)

    sound = Number.sound

    def check(self, answer: Answer) -> Iterator[Finding]:
        """Hold the amount between its bounds."""
        if not is_whole(answer):
            yield Finding(N_("Write an amount, such as 1250.00."))
        elif answer < 0:
            yield Finding(N_("An amount cannot be negative."))
        elif self.minimum is not None and answer < self.minimum:
            yield Finding(N_("The smallest amount possible is {limit}."), self._said(self.minimum))
        elif self.maximum is not None and answer > self.maximum:
            yield Finding(N_("The largest amount possible is {limit}."), self._said(self.maximum))

    def _said(self, cents: int) -> dict[str, str]:
        return {"limit": f"{self.currency} {amount_as_typed(cents, 'en')}"}

    def json_schema(self) -> dict[str, Any]:
        """Describe an amount in cents."""
        schema: dict[str, Any] = {"type": "integer", "minimum": self.minimum or 0}
        if self.maximum is not None:
            schema["maximum"] = self.maximum
        return schema

    def read(self, typed: str, language: str) -> Answer:
        """Read an amount as the language writes it."""
        return amount_from_typed(typed, language)

    def show(self, answer: Answer, language: str) -> str:
        """Write an amount as the language writes it, without grouping."""
        return amount_as_typed(answer, language) if is_whole(answer) else super().show(answer, language)


def amount_from_typed(typed: str, language: str) -> Answer:
    """Read an amount into cents; what cannot be read is kept as typed."""
    grouping = GROUPING.get(language[:2], ",")
    decimal = "." if grouping == "," else ","
    text = re.sub(r"[\s\u202f'’]", "", typed)
    whole = rf"[0-9]{{1,3}}(?:{re.escape(grouping)}[0-9]{{3}})+|[0-9]{{1,13}}"
    found = re.fullmatch(rf"({whole})(?:{re.escape(decimal)}([0-9]{{1,2}}))?", text)
    if not found:
        return unreadable(typed) if text else None
    units, cents = found.group(1).replace(grouping, ""), found.group(2) or ""
    return int(units) * 100 + int(cents.ljust(2, "0"))


def amount_as_typed(cents: int, language: str) -> str:
    """Write cents as a person would type the amount."""
    decimal = "." if GROUPING.get(language[:2], ",") == "," else ","
    units, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{units}{decimal}{rest:02d}"


KINDS: tuple[type[Field], ...] = (Number, Money)
