"""Keeping words where only this portal can read them: letters that wait carry links that open.

Whoever reads the database alone, or a copy of it, has not the secret from which the key is made.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET = "mail.secret"  # noqa: S105  -- the name under which a session holds it
"""Where a session knows the portal's secret: `make_sessions(engine, **{SECRET: "..."})`."""
_PURPOSE = b"grants: letters that wait"


class Unreadable(ValueError):  # noqa: N818  -- it is the words that cannot be read
    """Sealed with another secret, or changed since."""


def sealed(text: str, secret: str) -> str:
    """Seal a text; each time it looks different."""
    return _box(secret).encrypt(text.encode()).decode()


def opened(kept: str, secret: str) -> str:
    """Read what was sealed. Raises Unreadable."""
    try:
        return _box(secret).decrypt(kept.encode()).decode()
    except InvalidToken:
        raise Unreadable("it was sealed with another session.secret, or changed since") from None


@cache
def _box(secret: str) -> Fernet:
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE)
    return Fernet(base64.urlsafe_b64encode(key.derive(secret.encode())))
