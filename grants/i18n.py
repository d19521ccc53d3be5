"""Marking words for translation, and finding the translations.

Services never translate: they hand out English sentences, marked here so that
Babel finds them, and whoever shows them asks for the reader's language.
"""

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Protocol, runtime_checkable

LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español"}
"""The languages that are complete, each by its own name."""

DOMAIN = "grants"
LOCALE = Path(__file__).parent / "locale"


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


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Load the words of a language; English is what the code says."""
    return gettext.translation(DOMAIN, LOCALE, [language], fallback=True)
