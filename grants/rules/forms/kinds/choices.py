"""Fields that are chosen: one of a list, several of a list, yes or no."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from grants.rules.forms import settings
from grants.rules.forms.field import (
    NOT_ANSWERED,
    Answer,
    AnswerError,
    Field,
    Shape,
    Wording,
    setting,
)
from grants.rules.forms.settings import Option
from grants.rules.words import N_

NOT_OFFERED = N_("“{value}” is not one of the answers offered.")


@dataclass(frozen=True, kw_only=True)
class ChoiceField(Field):
    """One of several answers."""

    kind: ClassVar[str] = "choice"
    roles: ClassVar[frozenset[str]] = frozenset({"topic"})
    decides: ClassVar[bool] = True
    columnar: ClassVar[bool] = True
    options: tuple[Option, ...] = setting(settings.options, ())

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Ask for something to choose from; topics come from the call."""
        if not self.options and self.role != "topic":
            yield N_("Give at least one option, each with a code and a label."), {}

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Take only what is offered."""
        if answer not in [option.code for option in self.options]:
            yield AnswerError(NOT_OFFERED, {"value": answer})

    def json_schema(self) -> dict[str, Any]:
        """List what is offered."""
        return _one_of(self.options)

    def worded(self, answer: Answer, wording: Wording) -> str:
        """Return the option's label."""
        return _label(self.options, answer, wording)

    def may_be(self, value: str | bool) -> bool:
        """Return whether it is an option."""
        return value in [option.code for option in self.options]

    def read(self, typed: str, language: str) -> Answer:
        """Take an option's code; anything else is kept as typed."""
        if typed == "" or typed in [option.code for option in self.options]:
            return typed or None
        return super().read(typed, language)


@dataclass(frozen=True, kw_only=True)
class ChoicesField(Field):
    """Several of several answers."""

    kind: ClassVar[str] = "choices"
    shape: ClassVar[Shape] = Shape.MANY
    roles: ClassVar[frozenset[str]] = frozenset({"topic"})
    decides: ClassVar[bool] = True
    options: tuple[Option, ...] = setting(settings.options, ())
    max_chosen: int | None = setting(settings.positive, None)

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Ask for something to choose from; topics come from the call."""
        if not self.options and self.role != "topic":
            yield N_("Give at least one option, each with a code and a label."), {}

    def worded(self, answer: Answer, wording: Wording) -> str:
        """Return the options' labels, each in its line."""
        given = answer if isinstance(answer, list) else [answer]
        return "\n".join(_label(self.options, it, wording) for it in given)

    def may_be(self, value: str | bool) -> bool:
        """Return whether it is an option."""
        return value in [option.code for option in self.options]

    def is_blank(self, answer: Answer) -> bool:
        """Return whether nothing is chosen."""
        return answer is None or answer == []

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Take only what is offered, and not more than allowed."""
        given = answer if isinstance(answer, list) else [answer]
        offered = [option.code for option in self.options]
        for value in given:
            if value not in offered:
                yield AnswerError(NOT_OFFERED, {"value": value})
        if self.max_chosen is not None and len(given) > self.max_chosen:
            yield AnswerError(N_("Choose at most {limit}."), {"limit": self.max_chosen})

    def json_schema(self) -> dict[str, Any]:
        """Describe a list without repetitions of what is offered."""
        schema: dict[str, Any] = {
            "type": "array",
            "items": _one_of(self.options),
            "uniqueItems": True,
            "minItems": 1 if self.required else 0,
        }
        if self.max_chosen is not None:
            schema["maxItems"] = self.max_chosen
        return schema


@dataclass(frozen=True, kw_only=True)
class DeclarationField(Field):
    """A sentence that the applicant confirms; if it is required, only yes will do."""

    kind: ClassVar[str] = "declaration"
    roles: ClassVar[frozenset[str]] = frozenset({"may_publish", "organisation_pilot"})
    decides: ClassVar[bool] = True
    columnar: ClassVar[bool] = True
    says_no: ClassVar[bool] = True

    def worded(self, answer: Answer, wording: Wording) -> str:
        """Return yes or no."""
        return wording.say(N_("Yes") if answer is True else N_("No"))

    def may_be(self, value: str | bool) -> bool:
        """Return whether it is a yes or a no."""
        return isinstance(value, bool)

    def is_blank(self, answer: Answer) -> bool:
        """Return whether it is not confirmed."""
        return answer is None or answer is False

    def findings(self, answer: Answer) -> Iterator[AnswerError]:
        """Ask for a yes where one is required."""
        if self.is_blank(answer) and self.required:
            yield AnswerError(N_("This must be confirmed."), missing=True)
        elif not self.is_blank(answer):
            yield from self.check(answer)

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Take yes or no only."""
        if not isinstance(answer, bool):
            yield AnswerError(NOT_ANSWERED)

    def json_schema(self) -> dict[str, Any]:
        """Describe a yes, or where it is not required a yes or no."""
        return {"const": True} if self.required else {"type": "boolean"}

    def read(self, typed: str, language: str) -> Answer:
        """Read a ticked box."""
        return typed == "true"

    def show(self, answer: Answer, language: str) -> str:
        """Write the state of the box."""
        return "true" if answer is True else "false"


def _label(options: tuple[Option, ...], answer: Answer, wording: Wording) -> str:
    """Return what an option says; an older form may have had others."""
    labels = {option.code: option.label for option in options}
    return wording.say(labels[answer]) if answer in labels else str(answer)


def _one_of(options: tuple[Option, ...]) -> dict[str, Any]:
    """Describe one of the codes; without options they come from the call, and any is possible."""
    return {"enum": [option.code for option in options]} if options else {"type": "string"}


KINDS: tuple[type[Field], ...] = (ChoiceField, ChoicesField, DeclarationField)
