"""Marking words for translation.

The core never translates: it hands out English sentences, marked here so that
Babel finds them, and whoever shows them asks for the reader's language.
"""


def N_(message: str) -> str:  # noqa: N802  -- gettext's own name for this
    """Mark a message for translation where it is shown."""
    return message
