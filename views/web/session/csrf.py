"""Proof that a form was ours: a token bound to the session, or to a cookie before there is one."""

import hashlib
import hmac
import secrets
from typing import Any

from pyramid.interfaces import ICSRFStoragePolicy
from zope.interface import implementer

from views.web.request import Request
from views.web.session import cookies

COOKIE = "visit"
_SEED = "grants.csrf_seed"
_MASKED = "grants.csrf_masked"


@implementer(ICSRFStoragePolicy)
class SessionBoundCSRF:
    """Derives tokens from a secret that only the browser's own cookie holds.

    Signing in and out changes the secret, and so the token. Each page masks it anew:
    a compressed page must not tell by its length what a secret in it is.
    """

    def new_csrf_token(self, request: Request) -> str:
        """Begin anew for a stranger; a session's token changes with the session alone."""
        if request.identity is None:
            request.environ[_SEED] = secrets.token_urlsafe(32)
            request.add_response_callback(_write)
        return self.get_csrf_token(request)

    def get_csrf_token(self, request: Request) -> str:
        """Return the token that forms of this browser carry."""
        seed = self._seed(request)
        if not seed:
            return self.new_csrf_token(request)
        masked = request.environ.get(_MASKED)
        if masked is None or masked[0] != seed:
            masked = request.environ[_MASKED] = (seed, _mask(_derived(seed)))
        return str(masked[1])

    def check_csrf_token(self, request: Request, supplied_token: str) -> bool:
        """Return whether a form came from a page that this browser was given."""
        seed = self._seed(request)
        if not seed:
            return False
        return hmac.compare_digest(_derived(seed), _unmask(supplied_token))

    def _seed(self, request: Request) -> str | None:
        if request.identity is not None:
            return cookies.read(request, cookies.SESSION)
        fresh: str | None = request.environ.get(_SEED)
        return fresh or cookies.read(request, COOKIE)


def _derived(seed: str) -> bytes:
    return hmac.new(seed.encode(), b"csrf", hashlib.sha256).digest()


def _mask(token: bytes) -> str:
    mask = secrets.token_bytes(len(token))
    return (mask + _xor(mask, token)).hex()


def _unmask(supplied: str) -> bytes:
    try:
        written = bytes.fromhex(supplied)
    except ValueError:
        return b""
    return _xor(written[: len(written) // 2], written[len(written) // 2 :])


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


def _write(request: Request, response: Any) -> None:
    cookies.write(request, response, COOKIE, request.environ[_SEED])
