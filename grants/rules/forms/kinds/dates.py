"""Fields that hold days: one, or a period from one to another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from grants.rules.forms import settings
from grants.rules.forms.field import Answer, AnswerError, Field, Shape, Wording, setting, unreadable
from grants.rules.words import N_

_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", re.ASCII)
PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def day(answer: Answer) -> date | None:
    """Read an answer as a day, or None if it is not one."""
    if not isinstance(answer, str) or not re.fullmatch(PATTERN, answer):
        return None
    try:
        return date.fromisoformat(answer)
    except ValueError:
        return None


def from_typed(typed: str) -> Answer:
    """Read 2020-03-31, 31.3.2020 or 31/3/2020 (the day first); else keep what was typed."""
    text = typed.strip()
    dotted = _DOTTED.fullmatch(text)
    iso = "{:0>4}-{:0>2}-{:0>2}".format(*reversed(dotted.groups())) if dotted else text
    return iso if day(iso) else unreadable(typed) if text else None


@dataclass(frozen=True, kw_only=True)
class DateField(Field):
    """A day."""

    kind: ClassVar[str] = "date"
    columnar: ClassVar[bool] = True
    unread: ClassVar[str] = N_("We could not read “{typed}” as a date. Write it as 2020-03-31.")
    earliest: str | None = setting(settings.day, None)
    latest: str | None = setting(settings.day, None)

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Keep the earliest day before the latest."""
        if self.earliest and self.latest and self.earliest > self.latest:
            yield N_("The earliest date is after the latest."), {}

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Hold the day between the earliest and the latest."""
        if day(answer) is None:
            yield AnswerError(N_("This is not a date."))
        elif self.earliest and answer < self.earliest:
            yield AnswerError(N_("The earliest date possible is {day}."), {"day": self.earliest})
        elif self.latest and answer > self.latest:
            yield AnswerError(N_("The latest date possible is {day}."), {"day": self.latest})

    def json_schema(self) -> dict[str, Any]:
        """Describe a day; JSON Schema cannot say earliest and latest."""
        return {"type": "string", "format": "date", "pattern": PATTERN}

    def read(self, typed: str, language: str) -> Answer:
        """Read a day."""
        return from_typed(typed)

    def worded(self, answer: Answer, wording: Wording) -> str:
        """Return the day in full."""
        read = day(answer)
        return wording.day(read) if read else str(answer)


@dataclass(frozen=True, kw_only=True)
class PeriodField(Field):
    """From one day to another, both included."""

    kind: ClassVar[str] = "period"
    shape: ClassVar[Shape] = Shape.GROUP
    roles: ClassVar[frozenset[str]] = frozenset({"period"})
    earliest: str | None = setting(settings.day, None)
    latest: str | None = setting(settings.day, None)

    sound = DateField.sound

    @property
    def parts(self) -> tuple[Field, ...]:
        """The first day and the last."""
        limits: dict[str, Any] = {"earliest": self.earliest, "latest": self.latest}
        return (
            DateField(code="from", label=N_("First day"), required=self.required, **limits),
            DateField(code="to", label=N_("Last day"), required=self.required, **limits),
        )

    def worded(self, answer: Answer, wording: Wording) -> str:
        """Return from when to when."""
        first, last = self.parts_in_words(answer, wording)
        return wording.say(N_("{a} to {b}")).format(a=first, b=last)

    def is_blank(self, answer: Answer) -> bool:
        """Return whether neither day is given."""
        return answer is None or (isinstance(answer, dict) and not any(answer.values()))

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Ask for both days, in their order."""
        if not isinstance(answer, dict):
            yield AnswerError(N_("This is not a date."))
            return
        for part in self.parts:
            given = answer.get(part.code)
            if given is None:
                yield AnswerError(N_("Enter both dates."), path=(part.code,), missing=True)
            else:
                yield from (finding.inside(part.code) for finding in part.findings(given))
        first, last = day(answer.get("from")), day(answer.get("to"))
        if first and last and last < first:
            yield AnswerError(N_("The last day is before the first."), path=("to",))

    def json_schema(self) -> dict[str, Any]:
        """Describe both days; JSON Schema cannot compare them."""
        one = DateField(code="day", label="Day").json_schema()
        return {
            "type": "object",
            "properties": {"from": one, "to": one},
            "required": ["from", "to"],
            "additionalProperties": False,
        }


KINDS: tuple[type[Field], ...] = (DateField, PeriodField)
