"""The database: engines, sessions, and the differences between SQLite and PostgreSQL.

SQLite has one writer at a time. A transaction that will write takes the write
lock at its beginning (`BEGIN IMMEDIATE`) and queues for it in this process
first, because SQLite's own waiting is a lottery: with 16 writers one
process-wide lock cut the 99th percentile from over 430 ms to about 100 ms.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
import zope.sqlalchemy
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

_WRITE = "grants.write"
_sqlite_writer = threading.RLock()


def make_engine(url: str, **options: Any) -> Engine:
    """Connect to a database, SQLite or PostgreSQL, by its URL."""
    if not url.startswith("sqlite"):
        # Behind a transaction-pooling proxy a prepared statement may be gone.
        return sa.create_engine(
            url, pool_pre_ping=True, connect_args={"prepare_threshold": None}, **options
        )
    engine = sa.create_engine(url, connect_args={"timeout": 30}, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Make what opens sessions on that database."""
    return sessionmaker(engine, expire_on_commit=False)


def is_sqlite(session: Session) -> bool:
    """Tell which of the two databases a session speaks to."""
    return session.get_bind().dialect.name == "sqlite"


def open_session(sessions: sessionmaker[Session], tm: Any, *, writes: bool) -> Session:
    """Open a session that the transaction manager commits or aborts."""
    session = sessions()
    if writes:
        will_write(session)
    zope.sqlalchemy.register(session, transaction_manager=tm)
    return session


def will_write(session: Session) -> None:
    """Have the session's transaction take SQLite's write lock at its beginning."""
    session.connection(execution_options={_WRITE: True})


@contextmanager
def writing(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Open a session for a command or a job: committed at the end, undone on an error."""
    with sessions() as session, _writer_lock(session):
        will_write(session)
        yield session
        session.commit()


@contextmanager
def _writer_lock(session: Session) -> Iterator[None]:
    if not is_sqlite(session):
        yield
        return
    with _sqlite_writer:
        yield


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # an acknowledgement survives a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITE) else "BEGIN")
