"""The ledger: nothing is changed in it, and a change is found."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from grants import ledger
from grants.kit.database import db
from grants.ledger import GENESIS, Head, LedgerEntry, Subject
from grants.oversight.verification.entries import Entries

pytestmark = pytest.mark.both_databases

NOON = datetime(2019, 5, 3, 12, 0, tzinfo=UTC)
MARTA = SimpleNamespace(id=7)
GRANADA = Subject(kind="proposal", reference="IUC-2019-007", id=7)

UNGUARDED = {
    "sqlite": (
        "DROP TRIGGER ledger_entry_never_updated",
        "DROP TRIGGER ledger_entry_never_deleted",
    ),
    "postgresql": ("DROP TRIGGER ledger_entry_never_changed ON ledger_entry",),
}


@pytest.fixture
def engine(make_database, database_kind):
    engine = db.make_engine(make_database(database_kind))
    LedgerEntry.__table__.create(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine):
    return db.make_sessions(engine)


@pytest.fixture
def session(sessions):
    with sessions() as session:
        yield session


def _submit(session: Session, **changes):
    return ledger.append(
        session,
        **{
            "at": NOON,
            "actor": MARTA,
            "action": "submit",
            "subject": GRANADA,
            "before": "DRAFT",
            "after": "SUBMITTED",
            "payload": {
                "version": 1,
                "city": "Łódź",
                "list": [1, "2"],
                "deep": {"b": 1, "a": None},
            },
        }
        | changes,
    )


def _filled(session: Session, count: int = 5) -> list[LedgerEntry]:
    entries = [_submit(session, reason=f"reason {number}") for number in range(count)]
    session.commit()
    return entries


def _tamper(engine, statement: str) -> None:
    with engine.begin() as connection:
        for unguard in UNGUARDED[engine.dialect.name]:
            connection.execute(sa.text(unguard))
        connection.execute(sa.text(statement))


def test_an_empty_ledger_is_whole(session):
    found = ledger.verify(session)

    assert (found.ok, found.entries, found.head, found.first_broken) == (True, 0, GENESIS, None)
    assert ledger.head(session) == Head()


def test_entries_are_a_chain_and_read_back_as_written(session):
    first, *_, last = _filled(session)
    session.expire_all()

    found = ledger.verify(session, anchored_head=last.hash)

    assert (found.ok, found.entries, found.head) == (True, 5, last.hash)
    assert ledger.head(session) == Head(seq=5, hash=last.hash)
    assert (first.at, first.actor_id, first.previous_hash) == (NOON, 7, GENESIS)
    assert first.payload["city"] == "Łódź"


def test_the_chain_goes_on_in_the_next_transaction_and_zones_do_not_matter(session):
    _filled(session, 2)
    brussels = timezone(timedelta(hours=2))
    third = _submit(session, at=NOON.astimezone(brussels), actor=None, payload=None)
    session.commit()
    session.expire_all()

    assert (third.seq, third.actor_id, third.payload) == (3, None, {})
    assert ledger.verify(session).ok


def test_the_history_of_one_thing_is_its_own(session):
    _submit(session)
    _submit(session, subject=Subject(kind="proposal", reference="IUC-2019-008"))
    _submit(session, action="withdraw")
    session.commit()

    entries = ledger.history(session, kind="proposal", reference="IUC-2019-007")

    assert [entry.action for entry in entries] == ["submit", "withdraw"]


def test_many_entries_of_a_transaction_cost_two_queries_and_one_insert(session, engine):
    statements = []
    sa.event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    _filled(session, 20)

    assert len(statements) <= 3 + ("BEGIN" in statements)


def test_a_long_chain_is_read_in_batches(session, engine):
    _filled(session, 2500)
    queries = []
    sa.event.listen(engine, "before_cursor_execute", lambda *args: queries.append(args[2]))

    found = ledger.verify(session)

    assert (found.ok, found.entries) == (True, 2500)
    assert sum("SELECT" in query for query in queries) == 4


def test_an_undone_savepoint_leaves_the_chain_whole(session):
    _submit(session)
    with session.begin_nested() as savepoint:
        _submit(session, reason="undone")
        savepoint.rollback()
    _submit(session)
    with session.begin_nested():
        _submit(session, reason="kept")
    last = _submit(session)
    session.commit()

    assert last.seq == 4
    assert ledger.verify(session).ok


def test_an_undone_transaction_leaves_the_chain_whole(session):
    _submit(session)
    session.rollback()
    only = _submit(session)
    session.commit()

    assert only.seq == 1
    assert ledger.verify(session).ok


def test_many_append_at_once_and_none_is_lost(sessions):
    def work():
        for _ in range(5):
            with db.writing(sessions) as session:
                _submit(session)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with sessions() as session:
        found = ledger.verify(session)
    assert (found.ok, found.entries) == (True, 40)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET reason = 'other' WHERE seq = 3",
        "DELETE FROM ledger_entry WHERE seq = 3",
    ],
)
def test_the_database_refuses_to_change_or_delete(session, statement):
    _filled(session)

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(sa.text(statement))

    session.rollback()
    assert ledger.verify(session).entries == 5


def test_the_database_refuses_to_empty_or_replace(session):
    _filled(session)
    columns = ", ".join(column.name for column in LedgerEntry.__table__.columns)
    statement = {
        "postgresql": "TRUNCATE ledger_entry",
        "sqlite": f"INSERT OR REPLACE INTO ledger_entry SELECT {columns} FROM ledger_entry",
    }[session.get_bind().dialect.name]

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(sa.text(statement))


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'other'",
        "actor_id = 8",
        "to_status = 'DRAFT'",
        "at = '2019-05-03 11:59:59'",
        "payload = '{\"version\": 2}'",
        "hash = 'f' || substr(hash, 2)",
        f"previous_hash = '{GENESIS}'",
    ],
)
def test_a_changed_entry_is_found_at_its_row(engine, session, change):
    _filled(session)

    _tamper(engine, f"UPDATE ledger_entry SET {change} WHERE seq = 3")

    found = ledger.verify(session)
    assert (found.ok, found.entries, found.first_broken) == (False, 2, 3)


def test_a_missing_entry_is_found(engine, session):
    _filled(session)

    _tamper(engine, "DELETE FROM ledger_entry WHERE seq = 3")

    assert ledger.verify(session).first_broken == 3


def test_a_cut_tail_is_found_only_against_an_anchored_head(engine, session):
    last = _filled(session)[-1].hash

    _tamper(engine, "DELETE FROM ledger_entry WHERE seq = 5")

    assert ledger.verify(session).ok
    found = ledger.verify(session, anchored_head=last)
    assert (found.ok, found.first_broken) == (False, 5)


@pytest.mark.parametrize("payload", [{"score": 3.5}, {"scores": [1, 3.5]}, {"a": {"b": 0.1}}])
def test_floats_are_refused(session, payload):
    with pytest.raises(TypeError, match="floats"):
        _submit(session, payload=payload)


def test_the_table_and_its_guards_go_and_come_again(engine):
    LedgerEntry.__table__.drop(engine)
    LedgerEntry.__table__.create(engine)

    assert sa.inspect(engine).has_table("ledger_entry")


@pytest.mark.parametrize(
    ("step", "status", "now_step", "now_status"),
    [("void", "void", "exclude", "excluded"), ("bar", "barred", "recuse", "conflicted")],
)
def test_entries_of_before_are_verified_by_the_names_of_today(
    session, step, status, now_step, now_status
):
    review = Subject(kind="review", reference="IUC-2019-007/R3")
    ledger.append(
        session, at=NOON, actor=MARTA, action=step, subject=review, before="draft", after=status
    )
    read = Entries.read(session)

    assert read.last("review", review.reference, now_step).before == "draft"
    assert read.status("review", review.reference) == now_status
    assert ledger.verify(session).ok
