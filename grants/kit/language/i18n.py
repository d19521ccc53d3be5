"""Finding the translations of words that `grants.rules.words.N_` marked."""

import gettext
from functools import cache
from pathlib import Path

DOMAIN = "grants"
LOCALE = Path(__file__).parents[2] / "locale"


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Load the words of a language; English is what the code says."""
    return gettext.translation(DOMAIN, LOCALE, [language], fallback=True)
