"""How often somebody may try: counted per account, per network address, and per known browser.

Guesses at an account slow down whoever makes them, and not its owner: wrong passwords from one
address close the account to that address, those from many close it to browsers that never were
signed in to it. A browser that was counts for itself, and links by mail are not counted here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from grants.accounts.models import SignInAttempt
from grants.kit import logs
from grants.kit.database.db import is_sqlite
from grants.rules.errors import TooManyTries
from grants.rules.words import N_

log = logs.get(__name__)

WINDOW = timedelta(minutes=15)
PER_ACCOUNT_HERE = 5
"""Wrong passwords for one account from one address."""
PER_ACCOUNT = 30
"""Wrong passwords for one account from browsers that are not known, wherever they are."""
PER_ADDRESS = 20
PER_DEVICE = 10
"""Wrong passwords for one account in a browser in which it was signed in before."""
ASKED_PER_ADDRESS = 30
"""Registrations and requests for links: a whole training room may share an address."""

_ASKED = ""
"""Stands for the account where none is tried."""
_DEVICE = "device "
"""Begins what stands for the address where the browser is known."""


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """Failed sign-ins, and requests for mail, of the last quarter of an hour."""

    db: Session
    clock: Callable[[], datetime]

    def require_few(self, *, email: str, address: str, device: str = "") -> None:
        """Let somebody try a password. Raises TooManyTries, for accounts that are none as well."""
        self._one_at_a_time(email)
        mine, unknown = SignInAttempt.email == email, ~SignInAttempt.address.startswith(_DEVICE)
        if device:
            self._require(PER_DEVICE, mine, SignInAttempt.address == _DEVICE + device)
            return
        here = SignInAttempt.address == address
        self._require(PER_ACCOUNT_HERE, mine, here)
        self._require(PER_ACCOUNT, mine, unknown)
        self._require(PER_ADDRESS, SignInAttempt.email != _ASKED, here)

    def remember(self, *, email: str, address: str, device: str = "") -> None:
        """Remember a wrong password."""
        if email != _ASKED:
            log.warning("wrong password", client=address)
        self._forget_old()
        where = _DEVICE + device if device else address
        self.db.add(SignInAttempt(email=email, address=where, at=self.clock()))

    def ask(self, address: str) -> None:
        """Let somebody ask for a mail, and remember it. Raises TooManyTries."""
        here = sa.and_(SignInAttempt.email == _ASKED, SignInAttempt.address == address)
        self._require(ASKED_PER_ADDRESS, here)
        self.remember(email=_ASKED, address=address)

    def forgive(self, email: str, *, address: str = "", device: str = "") -> None:
        """Forget the wrong passwords of somebody who proved to be themselves.

        By a password, those from the same place: guesses made elsewhere still count. By mail,
        where no place is given, all of them.
        """
        mine = select(SignInAttempt).where(SignInAttempt.email == email)
        if address or device:
            mine = mine.where(SignInAttempt.address == (_DEVICE + device if device else address))
        for attempt in self.db.scalars(mine):
            self.db.delete(attempt)

    def _require(self, limit: int, *here: ColumnElement[bool]) -> None:
        recent = (
            select(SignInAttempt.at)
            .where(*here, SignInAttempt.at > self.clock() - WINDOW)
            .order_by(SignInAttempt.at.desc())
            .limit(limit)
        )
        moments = list(self.db.scalars(recent))
        if len(moments) < limit:
            return
        log.warning("too many attempts", limit=limit)
        wait = moments[-1] + WINDOW - self.clock()
        raise TooManyTries(
            N_("There were too many attempts. Please try again in {minutes} minutes."),
            minutes=max(2, -(-wait // timedelta(minutes=1))),  # "in 1 minutes" is no English
        )

    def _forget_old(self) -> None:
        old = select(SignInAttempt).where(SignInAttempt.at <= self.clock() - WINDOW).limit(100)
        for attempt in self.db.scalars(old):
            self.db.delete(attempt)

    def _one_at_a_time(self, email: str) -> None:
        # SQLite has one writer anyway. Elsewhere many guesses at once must not all be the first.
        if not is_sqlite(self.db):
            self.db.execute(select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(email))))
