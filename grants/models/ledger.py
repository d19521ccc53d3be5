"""The ledger's rows, and the triggers that keep them as they were written."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from grants.kit.tables import Base, Json


class LedgerEntry(Base):
    """What somebody did at some time: a link of a chain in which each names the one before.

    It names people and things without foreign keys: an entry outlives them. The place is
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
