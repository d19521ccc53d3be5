"""Passwords: kept as Argon2 hashes, compared at the same cost whether or not the account exists.

The parameters are OWASP's (two passes over 19 MiB, one lane): 22 ms of CPU
here against 231 ms for the library's own.

New ones are held against the lists that guessers use: zxcvbn carries some 30,000 passwords that
leaked most often, words and names by their frequency, and knows keyboards, dates and disguises.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from grants.rules.errors import TooManyTries
from grants.rules.words import N_

SHORTEST = 12
LONGEST = 200
"""More would only make the server work."""


class Lane:
    """Bounds how many threads hash passwords at once, and how many wait to do so.

    Of a server's threads at least one is always free for all else: sign-ins cannot keep out a
    proposal that is submitted.
    """

    def __init__(self, *, hashing: int, waiting: int) -> None:
        self.widen(hashing=hashing, waiting=waiting)

    def widen(self, *, hashing: int, waiting: int) -> None:
        """Let so many hash at once and so many more wait: a server knows how many it has."""
        self._hashing = threading.BoundedSemaphore(hashing)
        self._places = threading.BoundedSemaphore(hashing + waiting)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hash in one's turn. Raises TooManyTries at once where too many wait."""
        places, hashing = self._places, self._hashing
        if not places.acquire(blocking=False):
            raise TooManyTries(
                N_("Very many people are signing in at this moment. Please try again in a minute.")
            )
        try:
            with hashing:
                yield
        finally:
            places.release()


lane = Lane(hashing=1, waiting=2)
"""For a server that does not say how many threads it has: gunicorn's usual four are meant."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))

_GUESSED = 10**9
"""Guesses after which a password is found: what somebody tries who has the usual lists."""
_LOOKED_AT = 40
"""Characters that are looked at: enough to tell, and estimating takes longer than it grows."""


def hashed(password: str) -> str:
    """Make what is stored of a password. Raises TooManyTries where too many do so now."""
    with lane.taken():
        return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Compare a password with what is stored; None, where nothing is, takes as long.

    Raises TooManyTries where too many do so now.
    """
    try:
        with lane.taken():
            _hasher.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)


def needs_rehash(stored: str) -> bool:
    """Return whether a password was stored with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def weak(password: str, *, email: str, name: str) -> str | None:
    """Return what is wrong with a new password, or None."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        return N_("A password needs at least 12 characters. A few words in a row are easy to keep.")
    if len(password) > LONGEST:
        return N_("A password has at most 200 characters.")
    if len(set(plain)) < 5 or _is_guessed(password, email, name):
        return N_("This password is one of the first that anyone would try. Please choose another.")
    if _mentions(plain, email, name):
        return N_("A password must not contain your name or email address.")
    return None


def _is_guessed(password: str, email: str, name: str) -> bool:
    """Return whether the usual lists and patterns find it: common passwords, words, dates, keys."""
    from zxcvbn import zxcvbn  # 11 MB that only a new password costs

    known = [*email.replace("@", " ").replace(".", " ").split(), *name.split()]
    found = zxcvbn(password[:_LOOKED_AT], user_inputs=known)
    return int(found["guesses"]) < _GUESSED


def _mentions(plain: str, email: str, name: str) -> bool:
    words = [email, email.partition("@")[0], name, *name.split()]
    return any(len(word) > 3 and word.casefold() in plain for word in words)
