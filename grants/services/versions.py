"""Versions of what people read and then change: whoever acts on an older one is told.

A form carries the token of the state that its page showed. The same token is computed again
when the form is sent, after the row has been locked: of two who act at the same moment the
second waits, and sees what the first did.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select

from grants import db as database
from grants.errors import OutOfDate
from grants.i18n import N_
from grants.models import (
    Base,
    Call,
    CheckItem,
    Decision,
    LedgerEntry,
    Person,
    Proposal,
    Section,
)
from grants.services.base import Service
from grants.workflow import CALL_STEPS, PROPOSAL_STEPS

OVERTAKEN = N_(
    "This was changed while you had the page open, so nothing was done. Look at what it says now."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The state of something as it is read: a token, and how the ledger names the thing."""

    token: str
    subject: str
    reference: str


@dataclass(frozen=True, slots=True)
class Changed:
    """The newest entry of the ledger about something, and the name of whoever did it."""

    entry: LedgerEntry
    who: str


@dataclass(frozen=True, slots=True)
class Versions(Service):
    """The versions of everything that more than one person may change."""

    def of(
        self, subject: str, reference: str, *, locked: Base, seen: Callable[[], object]
    ) -> Version:
        """Give the version of what `seen` reads, which is everything that the form shows of it.

        In a transaction that writes, `locked` is locked and read anew before.
        """
        if database.writes(self.db):
            self._lock(locked)
        text = json.dumps(seen(), sort_keys=True, default=_plain, ensure_ascii=False)
        token = hashlib.sha256(f"{subject} {reference} {text}".encode()).hexdigest()[:32]
        return Version(token=token, subject=subject, reference=reference)

    def decision(self, proposal: Proposal) -> Version:
        """Give the version of the decision on a proposal; there may be none yet."""

        def seen() -> object:
            query = select(Decision).where(Decision.proposal_id == proposal.id)
            return [columns(it) for it in self._fresh(query)]

        return self.of("decision", proposal.reference, locked=proposal.call, seen=seen)

    def call(self, call: Call) -> Version:
        """Give the version of a call with its topics, criteria and rules."""

        def seen() -> object:
            criteria = [columns(it, but=("id",)) for it in call.criteria]
            return columns(call), criteria, sorted(topic.id for topic in call.topics)

        return self.of(CALL_STEPS.noun, call.code, locked=call, seen=seen)

    def check_item(self, proposal: Proposal, code: str) -> Version:
        """Give the version of what was answered to one item of the eligibility check."""
        reference = f"{proposal.reference}/{code}"
        one = CheckItem.code == code
        return self.of(
            "check item", reference, locked=proposal, seen=lambda: self._answers(proposal, one)
        )

    def check(self, proposal: Proposal) -> Version:
        """Give the version of the whole eligibility check of a proposal, and where it stands."""

        def seen() -> object:
            return proposal.status, self._answers(proposal, sa.true())

        return self.of(PROPOSAL_STEPS.noun, proposal.reference, locked=proposal, seen=seen)

    def text(self, proposal: Proposal) -> Version:
        """Give the version of all that is written in a proposal."""

        def seen() -> object:
            query = select(Section).where(Section.proposal_id == proposal.id).order_by(Section.code)
            return [(it.code, it.answers) for it in self._fresh(query)]

        return self.of(PROPOSAL_STEPS.noun, proposal.reference, locked=proposal, seen=seen)

    def changed(self, version: Version) -> Changed | None:
        """Find who changed something last, and when."""
        query = (
            select(LedgerEntry, Person.name)
            .outerjoin(Person, Person.id == LedgerEntry.actor_id)
            .where(
                LedgerEntry.subject_kind == version.subject,
                LedgerEntry.subject_reference == version.reference,
            )
            .order_by(LedgerEntry.seq.desc())
            .limit(1)
        )
        row = self.db.execute(query).first()
        return Changed(row[0], row[1] or "") if row else None

    def _answers(self, proposal: Proposal, which: sa.ColumnElement[bool]) -> object:
        query = select(CheckItem).where(CheckItem.proposal_id == proposal.id, which)
        return [columns(it) for it in self._fresh(query.order_by(CheckItem.code))]

    def _fresh(self, query: sa.Select[Any]) -> Iterable[Any]:
        return self.db.scalars(query.execution_options(populate_existing=True))

    def _lock(self, row: Base) -> None:
        """Have others wait who act on it, and read it as they left it."""
        self.db.flush()  # reading anew drops what is not written yet
        model, key = type(row), sa.inspect(row).identity
        assert key is not None  # noqa: S101  -- what is on a page is in the database
        # By itself: with what a row is joined to, PostgreSQL locks none.
        columns = sa.inspect(model).primary_key
        own = [column == value for column, value in zip(columns, key, strict=True)]
        self.db.execute(select(*columns).where(*own).with_for_update(key_share=True))
        self.db.expire(row)


def require_current(version: Version, read: str) -> None:
    """Raise OutOfDate unless what was read is what stands."""
    if version.token != read:
        raise OutOfDate(OVERTAKEN)


def columns(row: Base, *, but: Iterable[str] = ()) -> Mapping[str, object]:
    """Give all that the database keeps in a row."""
    names = [it.key for it in sa.inspect(type(row)).column_attrs]
    return {name: getattr(row, name) for name in names if name not in but}


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return dict(value)
        case _:
            return str(value)
