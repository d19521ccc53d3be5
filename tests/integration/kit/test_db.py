"""Sessions: committed or undone as a whole, one writer at a time, nobody lost."""

import threading
import time

import pytest
import sqlalchemy as sa
import transaction

from grants.kit.database import db

pytestmark = pytest.mark.both_databases

counter = sa.Table("counter", sa.MetaData(), sa.Column("value", sa.Integer))


@pytest.fixture
def engine(make_database, database_kind):
    engine = db.make_engine(make_database(database_kind), pool_size=20)
    counter.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(counter.insert().values(value=0))
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine):
    return db.make_sessions(engine, colour="blue")


@pytest.fixture
def tm():
    return transaction.TransactionManager(explicit=True)


def value(sessions) -> int:
    with sessions() as session:
        return session.scalar(sa.select(counter.c.value))


def count_up(session) -> None:
    # Read and then write, so that two at once would lose one.
    lock = sa.select(counter.c.value).with_for_update()
    session.execute(counter.update().values(value=session.scalar(lock) + 1))


def test_what_was_said_of_sessions_is_known_to_each(sessions, tm):
    with tm:
        session = db.open_session(sessions, tm, writes=False)
        assert session.info["colour"] == "blue"


def test_writing_commits_at_the_end(sessions):
    with db.writing(sessions) as session:
        count_up(session)

    assert value(sessions) == 1


def test_writing_undoes_all_on_an_error(sessions):
    def fail():
        with db.writing(sessions) as session:
            count_up(session)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        fail()

    assert value(sessions) == 0


def test_a_request_is_committed_by_the_transaction_manager_without_the_orm(sessions, tm):
    with tm:
        count_up(db.open_session(sessions, tm, writes=True))

    assert value(sessions) == 1


def test_a_request_that_said_it_only_reads_can_still_say_that_it_wrote(sessions, tm):
    with tm:
        session = db.open_session(sessions, tm, writes=False)
        count_up(session)
        db.has_written(session)

    assert value(sessions) == 1


def test_a_request_is_undone_by_the_transaction_manager(sessions, tm):
    tm.begin()
    count_up(db.open_session(sessions, tm, writes=True))
    tm.abort()

    assert value(sessions) == 0


def in_threads(work, count: int = 16) -> None:
    failures = []

    def run():
        try:
            work()
        except Exception as problem:
            failures.append(problem)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def test_sixteen_threads_of_requests_and_jobs_lose_nothing(sessions):
    def request():
        tm = transaction.TransactionManager(explicit=True)
        for number in range(6):
            tm.begin()
            count_up(db.open_session(sessions, tm, writes=True))
            tm.commit() if number % 3 else tm.abort()
            with db.writing(sessions) as session:
                count_up(session)

    in_threads(request)

    assert value(sessions) == 16 * (4 + 6)


def test_a_request_holds_the_lock_until_its_transaction_ended(sessions, tm):
    def free() -> bool:
        with sessions() as session:
            lock = db._writer(session)
        found = []
        in_threads(lambda: found.append(lock.acquire(blocking=False) and not lock.release()), 1)
        return found == [True]

    tm.begin()
    session = db.open_session(sessions, tm, writes=True)
    held = not free()
    count_up(session)
    session.flush()
    still = not free()
    tm.commit()

    assert (held, still, free()) == (*[db.is_sqlite(session)] * 2, True)


def test_the_next_request_begins_when_the_last_one_ended(make_database, tm):
    engine = db.make_engine(make_database("sqlite"), poolclass=sa.NullPool)
    sessions = db.make_sessions(engine)
    tm.begin()
    db.open_session(sessions, tm, writes=True)
    began = threading.Event()

    def rival():
        with db.writing(sessions):
            began.set()

    thread = threading.Thread(target=rival)
    thread.start()
    assert not began.wait(0.05)
    tm.commit()
    thread.join(20)
    assert began.is_set()


def test_the_lock_is_given_back_when_a_commit_fails(sessions, tm):
    class Failing:
        transaction_manager = tm

        def sortKey(self):  # noqa: N802
            return "a"

        def tpc_vote(self, _transaction):
            raise RuntimeError("no")

        def nothing(self, _transaction):
            return None

        abort = commit = tpc_begin = tpc_abort = tpc_finish = nothing

    tm.begin()
    session = db.open_session(sessions, tm, writes=True)
    count_up(session)
    tm.get().join(Failing())
    with pytest.raises(RuntimeError):
        tm.commit()
    tm.abort()

    in_threads(lambda: _write(sessions), 1)
    assert value(sessions) == 1


def _write(sessions) -> None:
    with db.writing(sessions) as session:
        count_up(session)


def test_writers_of_two_databases_do_not_wait_for_each_other(make_database, tm):
    first, second = (
        db.make_sessions(db.make_engine(make_database("sqlite"), poolclass=sa.NullPool))
        for _ in range(2)
    )
    tm.begin()
    db.open_session(first, tm, writes=True)
    started = time.monotonic()

    in_threads(lambda: _enter(second), 1)

    assert time.monotonic() - started < 20
    tm.abort()


def _enter(sessions) -> None:
    with db.writing(sessions):
        pass


def test_foreign_keys_hold_and_acknowledged_writes_are_on_disk(engine):
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
