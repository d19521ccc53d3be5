"""Random tokens for cookies and links: the browser or the mail holds them, we only a hash."""

import hashlib
import secrets


def fresh() -> str:
    """Make a token of 256 random bits, fit for a cookie or an address."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """Make what is stored of a token. Plain SHA-256 is enough: nobody can guess 256 bits."""
    return hashlib.sha256(token.encode()).hexdigest()
