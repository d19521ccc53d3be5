"""Signed-in browsers: opened, found, kept alive and ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from grants.accounts.models import Membership, Person, WebSession
from grants.kit.secrets import tokens
from grants.kit.service import Service
from grants.rules.errors import Refused
from grants.rules.words import N_


class Blocked(Refused):
    """The account is closed: nobody signs in with it."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts: without a sign of life, and at most."""

    idle: timedelta = timedelta(minutes=60)
    absolute: timedelta = timedelta(hours=12)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Lifetime":
        """Read it from `session.idle_minutes` and `session.absolute_hours`."""
        return cls(
            idle=timedelta(minutes=int(settings.get("session.idle_minutes", 60))),
            absolute=timedelta(hours=int(settings.get("session.absolute_hours", 12))),
        )

    def idle_until(self, session: WebSession) -> datetime:
        """Return when the session ends if nothing more is heard."""
        return min(session.seen_at + self.idle, session.ends_at)


@dataclass(frozen=True, slots=True)
class Sessions(Service):
    """All that happens to signed-in browsers."""

    def open(
        self,
        person: Person,
        *,
        lifetime: Lifetime,
        agent: str = "",
        kept: dict[str, Any] | None = None,
    ) -> str:
        """Begin a session and give its token, which is stored nowhere. `kept`: words to resume."""
        if person.blocked_at is not None:
            raise Blocked(N_("This account is blocked. Please write to the fund."))
        at = self.clock()
        self._sweep(person, lifetime)
        token = tokens.fresh()
        self.db.add(
            WebSession(
                token_hash=tokens.hashed(token),
                person=person,
                created_at=at,
                seen_at=at,
                ends_at=at + lifetime.absolute,
                agent=agent[:200],
                kept=kept,
            )
        )
        self.db.flush()
        return token

    def find(self, token: str, *, lifetime: Lifetime) -> WebSession | None:
        """Find a session that has not ended, with its person and what they belong to: one query."""
        at = self.clock()
        asked = {"token": tokens.hashed(token), "seen": at - lifetime.idle, "now": at}
        return self.db.scalars(_signed_in(), asked).unique().one_or_none()

    def touch(self, number: int) -> None:
        """Note a sign of life."""
        if session := self.db.get(WebSession, number):
            session.seen_at = max(session.seen_at, self.clock())

    def of(self, person: Person, *, lifetime: Lifetime) -> list[WebSession]:
        """List where somebody is signed in, the latest sign of life first."""
        at = self.clock()
        return list(
            self.db.scalars(
                select(WebSession)
                .where(
                    WebSession.person_id == person.id,
                    WebSession.seen_at > at - lifetime.idle,
                    WebSession.ends_at > at,
                )
                .order_by(WebSession.seen_at.desc(), WebSession.id)
            )
        )

    def forget_kept(self, session: WebSession) -> None:
        """Throw away what was typed under the session before."""
        session.kept = None

    def end(self, session: WebSession) -> None:
        """End one session."""
        self.db.delete(session)
        self.db.flush()

    def end_all(self, person: Person, *, but: WebSession | None = None) -> None:
        """End all sessions of somebody, or all but one."""
        for session in self.db.scalars(select(WebSession).where(WebSession.person_id == person.id)):
            if session is not but:
                self.db.delete(session)
        self.db.flush()

    def _sweep(self, person: Person, lifetime: Lifetime) -> None:
        at = self.clock()
        over = sa.or_(WebSession.ends_at <= at, WebSession.seen_at <= at - lifetime.idle)
        mine = select(WebSession).where(WebSession.person_id == person.id, over)
        for session in self.db.scalars(mine):
            self.db.delete(session)


@cache
def _signed_in() -> Select[WebSession]:
    """Select a session by its token with its person; built once, since each page asks."""
    loaded = contains_eager(WebSession.person)
    return (
        select(WebSession)
        .join(WebSession.person)
        .where(
            Person.blocked_at.is_(None),
            WebSession.token_hash == sa.bindparam("token"),
            WebSession.seen_at > sa.bindparam("seen"),
            WebSession.ends_at > sa.bindparam("now"),
        )
        .options(
            loaded.joinedload(Person.memberships).joinedload(Membership.organisation),
            loaded.joinedload(Person.appointments),
        )
    )
