"""Words for people: marked for translation where they are written, translated where they are shown.

Whoever raises or returns a sentence gives it in English, marked with `N_` so that Babel finds it;
who shows it asks for the reader's language.
"""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español"}
"""The languages that are complete, each by its own name."""


def locale_of(language: str) -> str:
    """Name the locale by which a language writes days and figures.

    The day stands before the month in English too: our readers are not in the United States.
    """
    return "en_GB" if language == "en" else language


@runtime_checkable
class Sayable(Protocol):
    """A value that is said in sentences of its own."""

    def text(self, translate: Callable[[str], str]) -> str:
        """Say it in the language of `translate`."""
        ...


def N_(message: str) -> str:  # noqa: N802  -- gettext's own name for this
    """Mark a message for translation where it is shown."""
    return message
