"""The database: engines, sessions, and the differences between SQLite and PostgreSQL.

SQLite has one writer at a time. A transaction that will write takes the write
lock at its beginning (`BEGIN IMMEDIATE`) and queues for it in this process
first, because SQLite's own waiting is a lottery: with 16 writers one
process-wide lock cut the 99th percentile from over 430 ms to about 100 ms.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
import zope.sqlalchemy
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker
from zope.sqlalchemy.datamanager import STATUS_ACTIVE, STATUS_CHANGED

_WRITE = "grants.write"
_MANAGER = "grants.transaction_manager"
_WRITES = "grants.writes"
_writers: dict[str, threading.RLock] = {}


def make_engine(url: str | sa.URL, **options: Any) -> Engine:
    """Connect to a database, SQLite or PostgreSQL, by its URL."""
    if sa.make_url(url).get_backend_name() != "sqlite":
        # Behind a transaction-pooling proxy a prepared statement may be gone.
        return sa.create_engine(
            url, pool_pre_ping=True, connect_args={"prepare_threshold": None}, **options
        )
    engine = sa.create_engine(url, connect_args={"timeout": 30}, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_sessions(engine: Engine, **info: Any) -> sessionmaker[Session]:
    """Make what opens sessions on that database; `info` is known to each of them."""
    return sessionmaker(engine, expire_on_commit=False, info=info)


def is_sqlite(session: Session) -> bool:
    """Return which of the two databases a session speaks to."""
    return session.get_bind().dialect.name == "sqlite"


def open_session(sessions: sessionmaker[Session], tm: Any, *, writes: bool) -> Session:
    """Open a session that the transaction manager commits or aborts.

    One that writes queues for SQLite's write lock here and gives it back when
    the transaction manager is through, whatever the end.
    """
    session = sessions(info={_MANAGER: tm})
    # Said at once, because statements that are not the ORM's would be lost otherwise.
    state = STATUS_CHANGED if writes else STATUS_ACTIVE
    zope.sqlalchemy.register(session, initial_state=state, transaction_manager=tm)
    if writes:
        _hold_writer_lock(session, tm.get())
        will_write(session)
    return session


def will_write(session: Session) -> None:
    """Have the session's transaction take SQLite's write lock at its beginning."""
    session.info[_WRITES] = True
    session.connection(execution_options={_WRITE: True})


def writes(session: Session) -> bool:
    """Return whether the session's transaction was opened to write."""
    return bool(session.info.get(_WRITES))


def has_written(session: Session) -> None:
    """Tell a transaction manager about statements that did not go through the ORM."""
    if manager := session.info.get(_MANAGER):
        zope.sqlalchemy.mark_changed(session, manager)


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
    with _writer(session):
        yield


def _hold_writer_lock(session: Session, transaction: Any) -> None:
    if not is_sqlite(session):
        return
    lock = _writer(session)
    lock.acquire()
    release = _once(lock.release)
    # A commit that fails is followed by an abort: whichever comes first.
    transaction.addAfterCommitHook(lambda _committed: release())
    transaction.addAfterAbortHook(release)


def _writer(session: Session) -> threading.RLock:
    """Find the lock of the session's database: one for all engines of this process."""
    return _writers.setdefault(str(session.get_bind().engine.url), threading.RLock())


def _once(act: Callable[[], None]) -> Callable[[], None]:
    left = [act]

    def run() -> None:
        if left:
            left.pop()()

    return run


def take_stock(session: Session) -> None:
    """Have SQLite learn how much is in its tables, so that it looks into the smaller ones first.

    PostgreSQL does so by itself. Of each index a thousand rows are looked at.
    """
    if is_sqlite(session):
        session.execute(sa.text("PRAGMA analysis_limit = 1000"))
        session.execute(sa.text("ANALYZE"))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    # First, because changing the journal's mode already needs a lock.
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # an acknowledgement survives a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITE) else "BEGIN")
