"""Addresses that come from outside."""

from urllib.parse import urlsplit


def local_path(address: str | None) -> str | None:
    """Return the address if it stays on this portal, else nothing: no open redirects."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or any(ord(sign) < 32 for sign in address) or "\\" in address:
        return None
    return address
