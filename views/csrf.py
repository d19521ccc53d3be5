"""Proof that a form was ours: a token bound to the session, or to a cookie before there is one."""

import hashlib
import hmac
import secrets
from typing import Any

from pyramid.interfaces import ICSRFStoragePolicy
from zope.interface import implementer

from views import cookies
from views.request import Request

COOKIE = "visit"
_SEED = "grants.csrf_seed"


@implementer(ICSRFStoragePolicy)
class SessionBoundCSRF:
    """Derives tokens from a secret that only the browser's own cookie holds.

    Signing in and out changes the secret, and so the token.
    """

    def new_csrf_token(self, request: Request) -> str:
        """Begin anew for a stranger; a session's token changes with the session alone."""
        if request.identity is None:
            request.environ[_SEED] = secrets.token_urlsafe(32)
            request.add_response_callback(_write)
        return self.get_csrf_token(request)

    def get_csrf_token(self, request: Request) -> str:
        """Give the token that forms of this browser carry."""
        seed = self._seed(request)
        return _derived(seed) if seed else self.new_csrf_token(request)

    def check_csrf_token(self, request: Request, supplied_token: str) -> bool:
        """Tell whether a form came from a page that this browser was given."""
        seed = self._seed(request)
        if not seed:
            return False
        return hmac.compare_digest(_derived(seed).encode(), supplied_token.encode())

    def _seed(self, request: Request) -> str | None:
        if request.identity is not None:
            return cookies.read(request, cookies.SESSION)
        fresh: str | None = request.environ.get(_SEED)
        return fresh or cookies.read(request, COOKIE)


def _derived(seed: str) -> str:
    return hmac.new(seed.encode(), b"csrf", hashlib.sha256).hexdigest()


def _write(request: Request, response: Any) -> None:
    cookies.write(request, response, COOKIE, request.environ[_SEED])
