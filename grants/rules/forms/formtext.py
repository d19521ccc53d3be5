"""Texts of forms: written by a fund for one form, in as many languages as the fund writes.

They are data. The portal's catalogue never translates them, even where it knows the same words:
half a question in another language is worse than a whole one in the form's own.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

T = TypeVar("T")
_NONE: Mapping[str, str] = MappingProxyType({})


class FormText(str):
    """A text of a form, with what it is in other languages."""

    __slots__ = ("languages",)
    languages: Mapping[str, str]

    def __new__(cls, text: str, languages: Mapping[str, str] = _NONE) -> "FormText":
        """Make a text; `languages` are its translations by the code of the language."""
        made = super().__new__(cls, text)
        made.languages = languages
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy with its languages."""
        return FormText, (str(self), dict(self.languages))

    def written_in(self, language: str) -> "FormText":
        """Return the text in a language, or as the form has it where the fund wrote no other."""
        code = language.replace("_", "-").partition("-")[0].lower()
        return FormText(self.languages.get(code, str(self)), self.languages)


def in_language(text: str, language: str) -> str:
    """Return a form's text in a language; any other text as it is, for the catalogue."""
    return text.written_in(language) if isinstance(text, FormText) else text


def said(text: str, language: str, translate: Callable[[str], str]) -> str:
    """Say a form's text as the form does, and the portal's own by its catalogue."""
    return in_language(text, language) if isinstance(text, FormText) else translate(text)


def texts(value: Any) -> Iterator[FormText]:
    """Go through all texts of a form, or of a part of it."""
    if isinstance(value, FormText):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in dataclasses.fields(value):
            if each.init:
                yield from texts(getattr(value, each.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)


def translated(value: T, words: Mapping[str, Mapping[str, str]]) -> T:
    """Return all texts with their translations, by language and by the text itself."""

    def known(text: FormText) -> FormText:
        found = {language: its[text] for language, its in words.items() if text in its}
        return FormText(text, MappingProxyType(found))

    given: T = _mapped(value, known)
    return given


def written_in(value: T, language: str) -> T:
    """Write all texts in one language."""
    written: T = _mapped(value, lambda text: text.written_in(language))
    return written


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, FormText):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(part, change) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (each for each in dataclasses.fields(value) if each.init)
        parts = {each.name: getattr(value, each.name) for each in fields}
        return dataclasses.replace(value, **{n: _mapped(p, change) for n, p in parts.items()})
    return value
