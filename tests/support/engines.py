"""The engine through which tests reach their databases."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.kit.database import db
from tests.support import rows
from tests.support.rows import Rows


class Shared:
    """One engine for all tests of a kind of database, each at a database of its own.

    What a statement is compiled to is kept by its engine: with one for each test, half of all
    statements were compiled anew.
    """

    def __init__(self, url: str) -> None:
        self._engine = db.make_engine(url)
        self._url = self._engine.url
        sa.event.listen(self._engine, "do_connect", self._connect)
        if self._url.get_backend_name() == "sqlite":
            sa.event.listen(self._engine, "connect", _unordered)

    def at(self, url: str) -> sa.Engine:
        """Give the engine, from now on at this database; what listens to it goes with the test."""
        self._engine.dispose()
        engine = self._engine.execution_options()
        self._url = engine.url = sa.make_url(url)
        return engine

    def _connect(
        self, dialect: sa.Dialect, _record: object, said: list[Any], named: dict[str, Any]
    ) -> None:
        there, more = dialect.create_connect_args(self._url)
        said[:] = there
        named.update(more)


def _unordered(connection: sqlite3.Connection, _record: object) -> None:
    """Have rows that nobody asked to be in order come last first, and not as they were written.

    And have no commit wait for the disk: nobody relies on what a test writes.
    """
    connection.execute("PRAGMA reverse_unordered_selects = ON")
    connection.execute("PRAGMA synchronous = OFF")


def see_what_others_commit(session: Session) -> None:
    """Have a session on SQLite read what is committed, as on PostgreSQL, until it writes itself.

    Else the first row that a test reads keeps it from seeing what a page did afterwards.
    """
    if not db.is_sqlite(session):
        return

    def begun(session: Session, _transaction: object, connection: sa.Connection) -> None:
        if not db.writes(session):
            connection.exec_driver_sql("COMMIT")

    def writes(session: Session, *_given: object) -> None:
        connection = session.connection()
        if not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
            connection.exec_driver_sql("BEGIN")

    sa.event.listen(session, "after_begin", begun)
    sa.event.listen(session, "before_flush", writes)


def keep(make: Callable[..., str], url: str) -> str | Rows:
    """Keep all that is in a database: as a copy of its file, or as its rows."""
    if sa.make_url(url).get_backend_name() == "sqlite":
        return make("sqlite", template=url)
    return rows.read(url)


def replace(url: str, kept: str | Rows) -> None:
    """Put what was kept in the place of what is in a database to which nobody is connected."""
    if isinstance(kept, Rows):
        rows.write(url, kept)
        return
    with (
        closing(sqlite3.connect(str(sa.make_url(kept).database))) as source,
        closing(sqlite3.connect(str(sa.make_url(url).database))) as target,
    ):
        target.execute("PRAGMA synchronous = OFF")
        source.backup(target)
