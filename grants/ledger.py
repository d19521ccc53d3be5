"""The ledger: who did what, when, from which status to which, and why.

Entries are only ever added. Each carries the SHA-256 of its own content and of
the entry before, so that a later change is found at its row. That the last
entries were cut off is found only against a hash that was printed elsewhere:
an anchored head.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.kit import db
from grants.models.ledger import LedgerEntry
from grants.rules import canonical

GENESIS = "0" * 64
"""What stands before the first entry."""

_HEAD = "grants.ledger_head"
_LOCK = 7_203_114_957  # any number that nothing else in this database locks
_BATCH = 1000


class Actor(Protocol):
    """Somebody who does things: a person of the portal."""

    @property
    def id(self) -> int:
        """Their number."""
        ...


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an entry is about, by the names people know it by."""

    kind: str
    reference: str
    id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the portal something happened, by numbers: what the entry is found by."""

    fund_id: int | None = None
    call_id: int | None = None
    proposal_id: int | None = None


NOWHERE = Place()


@dataclass(frozen=True, kw_only=True)
class Head:
    """The last entry of the chain: its number and its hash."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What a check of the chain found. `first_broken` is the number of the first bad entry."""

    ok: bool
    entries: int
    head: str
    first_broken: int | None = None


def append(
    session: Session,
    *,
    at: datetime,
    actor: Actor | None,
    action: str,
    subject: Subject,
    before: str | None = None,
    after: str | None = None,
    reason: str = "",
    payload: Mapping[str, Any] | None = None,
    place: Place = NOWHERE,
) -> LedgerEntry:
    """Add an entry in the caller's transaction; others that append wait until it ends.

    `actor` is None for what the portal does by itself. `payload` is JSON without
    floats, whose digits differ from database to database. `place` is not hashed.
    """
    last = _head(session)
    entry = LedgerEntry(
        seq=last.seq + 1,
        at=at.astimezone(UTC),
        actor_id=actor.id if actor else None,
        action=action,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_reference=subject.reference,
        from_status=before,
        to_status=after,
        reason=reason,
        payload=_exact(dict(payload or {})),
        previous_hash=last.hash,
        fund_id=place.fund_id,
        call_id=place.call_id,
        proposal_id=place.proposal_id,
    )
    entry.hash = _digest({column: getattr(entry, column) for column in _HASHED})
    session.add(entry)
    _remember(session, Head(seq=entry.seq, hash=entry.hash))
    return entry


def head(session: Session) -> Head:
    """Name the last entry: what a report prints to anchor the chain."""
    row = session.execute(
        sa.select(LedgerEntry.seq, LedgerEntry.hash).order_by(LedgerEntry.seq.desc()).limit(1)
    ).first()
    return Head(seq=row.seq, hash=row.hash) if row else Head()


def history(session: Session, *, kind: str, reference: str) -> list[LedgerEntry]:
    """List what happened to one thing, the oldest first."""
    query = sa.select(LedgerEntry).where(
        LedgerEntry.subject_kind == kind, LedgerEntry.subject_reference == reference
    )
    return list(session.scalars(query.order_by(LedgerEntry.seq)))


def verify(session: Session, *, anchored_head: str | None = None) -> Verification:
    """Compute every hash again; `anchored_head` must be among them when it is given."""
    last, anchored = Head(), anchored_head in (None, GENESIS)
    for row in _rows(session):
        content = {column: row[column] for column in _HASHED}
        follows = (row["seq"], row["previous_hash"]) == (last.seq + 1, last.hash)
        if not follows or row["hash"] != _digest(content):
            return _broken(last, at=last.seq + 1 if row["seq"] > last.seq + 1 else row["seq"])
        last = Head(seq=row["seq"], hash=row["hash"])
        anchored = anchored or last.hash == anchored_head
    if not anchored:
        return _broken(last, at=last.seq + 1)
    return Verification(ok=True, entries=last.seq, head=last.hash)


def _broken(last: Head, *, at: int) -> Verification:
    return Verification(ok=False, entries=last.seq, head=last.hash, first_broken=at)


_OUTSIDE = {"hash", "fund_id", "call_id", "proposal_id"}
_HASHED = tuple(
    column.key for column in LedgerEntry.__table__.columns if column.key not in _OUTSIDE
)


def _rows(session: Session) -> Iterator[sa.RowMapping]:
    """Read the chain a batch at a time: flat in memory, and nothing is left open half-way."""
    table = LedgerEntry.__table__
    query = sa.select(table).order_by(table.c.seq).limit(_BATCH)
    batch = session.execute(query).mappings().all()
    while batch:
        yield from batch
        batch = session.execute(query.where(table.c.seq > batch[-1]["seq"])).mappings().all()


def _head(session: Session) -> Head:
    """Find the last entry, and keep others from adding one: one or two queries a transaction."""
    kept = session.info.get(_HEAD)
    if kept and kept[0] is session.get_transaction() and not session.in_nested_transaction():
        return kept[1]  # type: ignore[no-any-return]
    if not db.is_sqlite(session):
        # A statement of its own, since the next one must see what was committed meanwhile.
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    session.flush()
    return head(session)


def _remember(session: Session, last: Head) -> None:
    """Keep the head for the transaction, but never through a savepoint, which may be undone."""
    session.info.pop(_HEAD, None)
    if not session.in_nested_transaction():
        session.info[_HEAD] = (session.get_transaction(), last)


def _digest(content: Mapping[str, Any]) -> str:
    return canonical.digest({**content, "at": content["at"].isoformat(timespec="microseconds")})


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise TypeError("the ledger keeps no floats: say it in whole numbers or in words")
    for part in value.values() if isinstance(value, dict) else ():
        _exact(part)
    for part in value if isinstance(value, list | tuple) else ():
        _exact(part)
    return value
