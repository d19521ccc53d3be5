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
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from grants.kit.database import db
from grants.kit.database.tables import Base, Json
from grants.rules import canonical
from grants.rules.scope import NOWHERE, Scope

GENESIS = "0" * 64
"""What stands before the first entry."""

_HEAD = "grants.ledger_head"
_LOCK = 7_203_114_957  # any number that nothing else in this database locks
_BATCH = 1000


class LedgerEntry(Base):
    """What somebody did at some time: a link of a chain in which each names the one before.

    It names people and things without foreign keys: an entry outlives them. The scope is
    for finding alone and no part of the hash: what an entry says does not hang on it.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.Index("ix_ledger_entry_subject", "subject_kind", "subject_reference"),
        sa.Index("ix_ledger_entry_kind", "subject_kind", "seq"),
        sa.Index("ix_ledger_entry_kind_action", "subject_kind", "action", "seq"),
        sa.Index("ix_ledger_entry_fund", "fund_id", "seq"),
        sa.Index("ix_ledger_entry_call", "call_id", "seq"),
        sa.Index("ix_ledger_entry_proposal", "proposal_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    subject_reference: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]
    reason: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    fund_id: Mapped[int | None]
    """The fund below which it happened; none for people, organisations, pairings and forms."""
    call_id: Mapped[int | None]
    proposal_id: Mapped[int | None]


SQLITE_GUARDS = (
    """CREATE TRIGGER ledger_entry_never_updated BEFORE UPDATE ON ledger_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_entry_never_deleted BEFORE DELETE ON ledger_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    # INSERT OR REPLACE deletes without telling the trigger above.
    """CREATE TRIGGER ledger_entry_never_replaced BEFORE INSERT ON ledger_entry
    WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE seq = NEW.seq OR hash = NEW.hash)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)
"""What a migration executes on SQLite after creating the table."""

POSTGRESQL_GUARDS = (
    """CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
    """CREATE TRIGGER ledger_entry_never_changed BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse()""",
    """CREATE TRIGGER ledger_entry_never_emptied BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()""",
)
"""What a migration executes on PostgreSQL after creating the table."""

POSTGRESQL_GUARDS_REMOVED = ("DROP FUNCTION ledger_refuse()",)
"""What a downgrade executes on PostgreSQL after dropping the table."""


def _guard(statements: tuple[str, ...], *, moment: str, dialect: str) -> None:
    for statement in statements:
        ddl = sa.DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
        event.listen(LedgerEntry.__table__, moment, ddl)


_guard(SQLITE_GUARDS, moment="after_create", dialect="sqlite")
_guard(POSTGRESQL_GUARDS, moment="after_create", dialect="postgresql")
_guard(POSTGRESQL_GUARDS_REMOVED, moment="after_drop", dialect="postgresql")


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
    scope: Scope = NOWHERE,
) -> LedgerEntry:
    """Add an entry in the caller's transaction; others that append wait until it ends.

    `actor` is None for what the portal does by itself. `payload` is JSON without
    floats, whose digits differ from database to database. `scope` is not hashed.
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
        fund_id=scope.fund_id,
        call_id=scope.call_id,
        proposal_id=scope.proposal_id,
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
