"""What is deleted when it has served its purpose, as the privacy page says it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from grants.accounts.models import Invitation, OneTimeLink, Person, SignInAttempt, WebSession
from grants.kit import logs
from grants.kit.database.tables import Base
from grants.kit.jobs.models import Job, JobStatus
from grants.kit.service import Service
from grants.proposals.service.files import KEPT_AFTER_REMOVAL

log = logs.get(__name__)

SESSIONS = timedelta(days=1)
"""After a session ended: which browser, from when to when, and words kept for it."""
LINKS = timedelta(days=7)
"""After a link of a mail ran out."""
ATTEMPTS = timedelta(days=1)
"""After a wrong password: the address that was typed, and the network address."""
INVITATIONS = timedelta(days=90)
"""After an invitation that nobody took up ran out."""
UNCONFIRMED = timedelta(days=30)
"""After somebody opened an account and never confirmed the address."""
JOBS = timedelta(days=7)
"""After a job was done; what it was told is forgotten at once."""
STRAY_FILES = timedelta(days=14)
"""After bytes were stored that no row names: a backup made meanwhile may still need them."""
DELETED_AFTER = {
    "sessions": SESSIONS,
    "links": LINKS,
    "attempts": ATTEMPTS,
    "invitations": INVITATIONS,
    "unconfirmed": UNCONFIRMED,
    "removed_files": KEPT_AFTER_REMOVAL,
    "stray_files": STRAY_FILES,
}
"""What the privacy page tells, by the same numbers."""
_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """How many of each were deleted."""

    sessions: int
    links: int
    attempts: int
    invitations: int
    accounts: int
    jobs: int


@dataclass(frozen=True, slots=True)
class Tidying(Service):
    """Deletes what nobody needs any more. Done twice, it finds nothing the second time."""

    def tidy(self) -> Deleted:
        """Delete all that is due."""
        now = self.clock()
        links = self._delete(OneTimeLink, OneTimeLink.expires_at < now - LINKS)
        open_ones = sa.and_(
            Invitation.accepted_at.is_(None), Invitation.expires_at < now - INVITATIONS
        )
        done = sa.and_(Job.status == JobStatus.DONE, Job.finished_at < now - JOBS)
        return Deleted(
            sessions=self._delete(WebSession, WebSession.ends_at < now - SESSIONS),
            links=links,
            attempts=self._delete(SignInAttempt, SignInAttempt.at < now - ATTEMPTS),
            invitations=self._delete(Invitation, open_ones),
            accounts=self._unconfirmed(now),
            jobs=self._delete(Job, done),
        )

    def named_keys(self) -> set[str]:
        """Name all keys of the storage that any row has, in whatever table."""
        columns = [
            table.c[name]
            for table in Base.metadata.tables.values()
            for name in table.c.keys()  # noqa: SIM118  -- not a dict
            if name.endswith("storage_key")
        ]
        return {key for column in columns for key in self.db.scalars(select(column)) if key}

    def _delete(self, model: type[Any], due: sa.ColumnElement[bool]) -> int:
        found = self.db.scalars(select(model).where(due).order_by(model.id).limit(_AT_ONCE)).all()
        for each in found:
            self.db.delete(each)
        self.db.flush()
        return len(found)

    def _unconfirmed(self, now: datetime) -> int:
        due = select(Person).where(
            Person.confirmed_at.is_(None), Person.created_at < now - UNCONFIRMED
        )
        return sum(self._forget(each) for each in self.db.scalars(due.limit(_AT_ONCE)).all())

    def _forget(self, person: Person) -> bool:
        """Delete an account that did nothing; one to which anything refers stays."""
        number = person.id
        try:
            with self.db.begin_nested():
                for link in self.db.scalars(select(OneTimeLink).filter_by(person_id=number)):
                    self.db.delete(link)
                self.db.flush()
                self.db.delete(person)
                self.db.flush()
        except IntegrityError:
            return False
        self.record("delete_unconfirmed", "person", str(number), by=None)
        return True
