"""Fields that are written: a line, several paragraphs, an e-mail address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from grants.rules.addresses import mailable
from grants.rules.forms import settings, text_length
from grants.rules.forms.field import Answer, AnswerError, Field, Path, setting
from grants.rules.words import N_

NOT_TEXT = N_("This must be text.")
TOO_MANY_WORDS = N_("This has {count} words. Use at most {limit}.")
TOO_MANY_CHARACTERS = N_("This has {count} characters. Use at most {limit}.")
# What no blank text matches; JavaScript's and Python's own \s differ, hence the list.
NOT_BLANK = f"[^{text_length.BLANKS}]"


def too_many_characters(text: str, limit: int | None, path: Path = ()) -> Iterator[AnswerError]:
    """Say so if a text is longer than a limit."""
    count = text_length.characters(text)
    if limit is not None and count > limit:
        yield AnswerError(TOO_MANY_CHARACTERS, {"count": count, "limit": limit}, path)


@dataclass(frozen=True, kw_only=True)
class ShortTextField(Field):
    """One line of text."""

    kind: ClassVar[str] = "short_text"
    prose: ClassVar[bool] = True
    roles: ClassVar[frozenset[str]] = frozenset({"title", "summary", "organisation"})
    columnar: ClassVar[bool] = True
    max_characters: int | None = setting(settings.positive, 200)

    def names(self, answer: Answer) -> Iterator[str]:
        """Return the line itself, where it names who applies."""
        if self.names_applicant and isinstance(answer, str):
            yield answer

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Hold the text to its limit."""
        if not isinstance(answer, str):
            yield AnswerError(NOT_TEXT)
            return
        yield from too_many_characters(answer, self.max_characters)

    def json_schema(self) -> dict[str, Any]:
        """Describe a text that is not blank and within its limit."""
        schema: dict[str, Any] = {"type": "string"}
        if self.required:
            schema["pattern"] = NOT_BLANK
        if self.max_characters is not None:
            schema["maxLength"] = self.max_characters
        return schema

    def read(self, typed: str, language: str) -> Answer:
        """Keep the line as typed; blanks around it go."""
        return text_length.normalised(typed).strip() or None


@dataclass(frozen=True, kw_only=True)
class LongTextField(Field):
    """Several paragraphs, limited in words or in characters."""

    kind: ClassVar[str] = "long_text"
    prose: ClassVar[bool] = True
    roles: ClassVar[frozenset[str]] = frozenset({"summary"})
    columnar: ClassVar[bool] = True
    max_words: int | None = setting(settings.positive, None)
    max_characters: int | None = setting(settings.positive, None)

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Allow one limit: people could not tell which of two they have reached."""
        if self.max_words is not None and self.max_characters is not None:
            yield N_("Limit the words or the characters, not both."), {}

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Hold the text to its limit."""
        if not isinstance(answer, str):
            yield AnswerError(NOT_TEXT)
            return
        yield from too_many_characters(answer, self.max_characters)
        count = text_length.words(answer)
        if self.max_words is not None and count > self.max_words:
            yield AnswerError(TOO_MANY_WORDS, {"count": count, "limit": self.max_words})

    def json_schema(self) -> dict[str, Any]:
        """Describe a text that is not blank and within its limit."""
        schema: dict[str, Any] = {"type": "string", "allOf": []}
        if self.required:
            schema["allOf"].append({"pattern": NOT_BLANK})
        if self.max_words is not None:
            schema["allOf"].append({"pattern": at_most_words(self.max_words)})
        if self.max_characters is not None:
            schema["maxLength"] = self.max_characters
        if not schema["allOf"]:
            del schema["allOf"]
        return schema


def at_most_words(limit: int) -> str:
    """Write a pattern for texts of at most `limit` words."""
    between, run = f"[{text_length.BLANKS}{text_length.POINTS}]", f"[{text_length.RUNS}]"
    other, most = f"[{text_length.OTHERS}]", text_length.AT_ONCE
    word = (
        f"[{text_length.SIGNS}]|{run}{{{most}}}|{run}{{1,{most - 1}}}(?!{run})|{other}+(?!{other})"
    )
    return f"^{between}*(?:(?:{word}){between}*){{0,{limit}}}$"


@dataclass(frozen=True, kw_only=True)
class EmailField(Field):
    """An e-mail address."""

    kind: ClassVar[str] = "email"
    columnar: ClassVar[bool] = True
    identifying: ClassVar[bool] = True
    # Wider than what is taken: only a letter that arrives proves an address.
    pattern: ClassVar[str] = r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$"

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Hold the address to the form name@place.org."""
        fits = isinstance(answer, str) and re.fullmatch(self.pattern, answer) and mailable(answer)
        if not fits or len(answer) > 254:
            yield AnswerError(N_("Write an email address, such as name@example.org."))

    def json_schema(self) -> dict[str, Any]:
        """Describe an address."""
        return {"type": "string", "pattern": self.pattern, "maxLength": 254}

    def read(self, typed: str, language: str) -> Answer:
        """Keep the address as typed; blanks around it go."""
        return text_length.normalised(typed).strip() or None


KINDS: tuple[type[Field], ...] = (ShortTextField, LongTextField, EmailField)
