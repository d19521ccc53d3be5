"""What all kinds of fields share: a code, a label, help, and whether an answer must be there."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol

from grants.rules.forms import text_length
from grants.rules.words import N_

Answer = Any
"""Plain JSON: text, whole numbers, yes or no, lists and mappings; None when not answered."""

Path = tuple[str | int, ...]
"""Where in a field's answer something stands: () for the field, (2, "title") for a cell."""


class Shape(StrEnum):
    """How the answer is built, and so how it is read from a form and shown in one."""

    ONE = "one"  # one value
    MANY = "many"  # several of a list
    GROUP = "group"  # a few named values
    ROWS = "rows"  # repeated groups
    BUDGET = "budget"  # rows, and amounts beside them
    FILES = "files"  # identifiers of stored files


@dataclass(frozen=True)
class Condition:
    """Show a field only if another one was answered with one of these values."""

    field: str
    values: tuple[str | bool, ...]
    section: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Write the condition as it stands in a definition."""
        where = {"section": self.section} if self.section else {}
        if len(self.values) == 1:
            return {**where, "field": self.field, "equals": self.values[0]}
        return {**where, "field": self.field, "in": list(self.values)}

    def holds(self, answer: Answer) -> bool:
        """Return whether an answer is one of those asked for; yes or no is never a text."""
        given = answer if isinstance(answer, list) else [answer]
        return any(a == v and type(a) is type(v) for a in given for v in self.values)


@dataclass(frozen=True)
class AnswerError:
    """Something that stands between an answer and submitting it.

    `missing` tells what is not there yet from what is there and wrong; a draft shows the latter.
    """

    message: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    path: Path = ()
    missing: bool = False

    def inside(self, *path: str | int) -> "AnswerError":
        """Say the same, of a part of a larger answer."""
        return dataclasses.replace(self, path=(*path, *self.path))


NOT_ANSWERED = N_("This is not answered yet.")


def unreadable(typed: Any) -> dict[str, str]:
    """Keep what was typed and could not be read, so that nothing typed is lost."""
    return {"typed": str(typed)}


def typed_in(answer: Answer) -> str | None:
    """Give back text that could not be read, or None when the answer was readable."""
    if isinstance(answer, dict) and set(answer) == {"typed"} and isinstance(answer["typed"], str):
        return answer["typed"]
    return None


HIDDEN: Final[Mapping[str, Any]] = {"hidden": True}
"""What stands in place of an answer that would tell who applies; no form takes it as one."""
SHOWN_TO_NOBODY = N_("Not shown: it would tell who applies.")


def is_hidden(answer: Answer) -> bool:
    """Return whether an answer is kept from its reader."""
    return bool(answer == HIDDEN)


NO_ANSWER = "–"


class Wording(Protocol):
    """How a reader's language says what stands in answers."""

    @property
    def language(self) -> str:
        """Its code."""
        ...

    def say(self, words: str) -> str:
        """Say the form's own words, or ours."""
        ...

    def money(self, cents: int, currency: str) -> str:
        """Write an amount of cents with its currency."""
        ...

    def beside(self, figure: str, currency: str) -> str:
        """Write a currency beside a figure."""
        ...

    def number(self, number: int) -> str:
        """Write a number with its separators."""
        ...

    def day(self, day: date) -> str:
        """Write a date in full."""
        ...

    def country(self, code: str) -> str:
        """Name a country."""
        ...


_OF_THE_APPLICANT = "organisation"
"""How the roles of fields begin that say what is known of the applicant."""


def setting(reader: Callable[..., Any], default: Any) -> Any:
    """Declare what a definition may set of a kind, and how that is read from JSON."""
    return dataclasses.field(default=default, metadata={"reader": reader})


@dataclass(frozen=True, kw_only=True)
class Field(ABC):
    """One question of a form. Each kind is a subclass; `grants.rules.forms.kinds` lists them."""

    kind: ClassVar[str]
    shape: ClassVar[Shape] = Shape.ONE
    roles: ClassVar[frozenset[str]] = frozenset()
    decides: ClassVar[bool] = False
    """Whether other fields may be shown or hidden by an answer to this kind."""
    unread: ClassVar[str] = N_("We could not read “{typed}”.")
    """What is said of an answer that could not be read."""
    columnar: ClassVar[bool] = False
    """Whether this kind may be a column of repeated rows."""
    numeric: ClassVar[bool] = False
    """Whether its answers are numbers, which tables set to the right."""
    prose: ClassVar[bool] = False
    """Whether people write it in their own words, in which names can stand."""
    identifying: ClassVar[bool] = False
    """Whether answers of this kind tell who applies, unless a form says otherwise."""
    says_no: ClassVar[bool] = False
    """Whether readers are told that there is no answer: a box that was not ticked."""

    code: str
    label: str
    help: str = ""
    required: bool = True
    shown_if: Condition | None = None
    role: str | None = None
    identifies: bool | None = None
    """Whether the answer tells who applies, where the form says so; see `names_applicant`."""

    @property
    def names_applicant(self) -> bool:
        """Whether the answer is kept from whoever must not learn who applies."""
        if self.identifies is not None:
            return self.identifies
        return self.identifying or (self.role or "").startswith(_OF_THE_APPLICANT)

    def names(self, answer: Answer) -> Iterator[str]:
        """Return the names of organisations and cities that stand in an answer."""
        return iter(())

    @abstractmethod
    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Return all that is wrong or incomplete in an answer that is there."""

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """Describe a complete answer in JSON Schema 2020-12."""

    def is_blank(self, answer: Answer) -> bool:
        """Return whether nothing was answered."""
        return answer is None or (isinstance(answer, str) and text_length.blank(answer))

    def findings(self, answer: Answer) -> Iterator[AnswerError]:
        """Return all that stands between this answer and submitting it."""
        if self.is_blank(answer):
            if self.required:
                yield AnswerError(NOT_ANSWERED, missing=True)
            return
        typed = typed_in(answer)
        if typed is not None:
            yield AnswerError(self.not_read(typed), {"typed": typed})
            return
        yield from self.check(answer)

    def not_read(self, typed: str) -> str:
        """Return what is wrong with an answer that could not be read."""
        return self.unread

    def read(self, typed: str, language: str) -> Answer:
        """Turn what was typed into an answer; what cannot be read is kept as typed."""
        return text_length.normalised(typed) or None

    def show(self, answer: Answer, language: str) -> str:
        """Write an answer as a person would type it."""
        typed = typed_in(answer)
        return typed if typed is not None else "" if answer is None else str(answer)

    def in_words(self, answer: Answer, wording: Wording) -> str:
        """Return an answer in a reader's words: in a line, or in paragraphs; "" without one."""
        typed = typed_in(answer)
        if typed is not None:
            return typed
        if self.is_blank(answer) and not self.says_no:
            return ""
        return self.worded(answer, wording)

    def worded(self, answer: Answer, wording: Wording) -> str:
        """Return an answer that is there, and could be read, in a reader's words."""
        return self.show(answer, wording.language)

    def parts_in_words(self, answer: Answer, wording: Wording) -> list[str]:
        """Return what each part of a group says, a dash where it says nothing."""
        given = answer if isinstance(answer, Mapping) else {}
        return [it.in_words(given.get(it.code), wording) or NO_ANSWER for it in self.parts]

    def may_be(self, value: str | bool) -> bool:
        """Return whether a value can be an answer to this field, where it decides on others."""
        return False

    def sound(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Return what in this field's own settings contradicts itself."""
        return iter(())

    @property
    def parts(self) -> "tuple[Field, ...]":
        """The named values that a group or a row is made of."""
        return ()

    def to_json(self) -> dict[str, Any]:
        """Write the field as it stands in a definition; settings left at their default stay out."""
        written: dict[str, Any] = {"kind": self.kind}
        for each in dataclasses.fields(self):
            value = getattr(self, each.name)
            if value != each.default:
                written[each.name] = plain(value)
        return written


def plain(value: Any) -> Any:
    """Write a setting as JSON."""
    if hasattr(value, "to_json"):
        return value.to_json()
    return [plain(item) for item in value] if isinstance(value, tuple) else value
