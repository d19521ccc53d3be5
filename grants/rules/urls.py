"""Web addresses that people type: only what is safe to link to."""

from urllib.parse import urlsplit


def is_web_address(text: str) -> bool:
    """Return whether a text is an address of the web: never a script, a file or half of one."""
    if any(sign.isspace() or not sign.isprintable() for sign in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
