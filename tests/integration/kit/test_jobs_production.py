"""The production queue: procrastinate, deferred on SQLAlchemy's own connection."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import transaction

from grants.kit import logs
from grants.kit.database import db
from grants.kit.jobs import defer, production, production_worker, queue_health
from grants.kit.jobs.queue import BACKEND
from grants.kit.jobs.tasks import Registry, Task, registry
from grants.kit.mail import make_mailer
from grants.kit.settings import Jobs, Settings
from grants.kit.storage import make_storage
from tests.support import tasks
from tests.support.running import portal_of


@pytest.fixture(scope="module")
def prepared(make_database) -> str:
    url = make_database("postgresql")
    engine = db.make_engine(url)
    with engine.begin() as connection:
        production.install(connection)
        tasks.metadata.create_all(connection)
    engine.dispose()
    return url


@pytest.fixture
def url(make_database, prepared) -> str:
    return make_database("postgresql", template=prepared)


@pytest.fixture
def engine(url):
    engine = db.make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine):
    return db.make_sessions(engine, **{BACKEND: "procrastinate"})


@pytest.fixture
def context(sessions, url):
    return portal_of(
        sessions=sessions,
        storage=make_storage("memory:"),
        mailer=make_mailer("memory:"),
        settings=Settings(
            database_url=url,
            storage_url="memory:",
            mail_url="memory:",
            jobs=Jobs(backend="procrastinate", url=url, lease=timedelta(seconds=1)),
        ),
    )


def ask(sessions, task="tests.count", **options) -> None:
    with db.writing(sessions) as session:
        defer(session, task, **options)


def work(context, tasks_known=registry) -> None:
    """Run all jobs that are due, and return."""

    async def run() -> None:
        app = production_worker.make_app(context, tasks_known)
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False)

    asyncio.run(run())


def retry_abandoned(context, tasks_known=registry, *, lease=timedelta(seconds=1)) -> None:
    async def run() -> None:
        app = production_worker.make_app(context, tasks_known)
        async with app.open_async():
            await production_worker._retry_once(app, context, tasks_known, lease)

    asyncio.run(run())


def statuses(sessions) -> list[tuple[str, int]]:
    query = sa.text("SELECT status::text, attempts FROM procrastinate_jobs ORDER BY id")
    with sessions() as session:
        return [tuple(row) for row in session.execute(query)]


def effects(sessions) -> list[int]:
    with sessions() as session:
        return list(session.scalars(sa.select(tasks.effect.c.n).order_by(tasks.effect.c.n)))


def test_a_job_is_run_once_after_its_transaction(sessions, context):
    ask(sessions, n=7)

    work(context)
    work(context)

    assert statuses(sessions) == [("succeeded", 1)]
    assert effects(sessions) == [7]


@pytest.mark.parametrize("task", ["tests.count", "tests.fail"])
def test_no_log_tells_what_a_job_was_told(sessions, context, json_logs, task):
    """It may be a letter, with a link in it that opens an account."""
    ask(sessions, task, n=123_456_789)

    work(context)

    said = [line["event"] for line in json_logs()]
    assert any(f"{task}[" in line for line in said)
    assert not any("n=123456789" in line for line in said)


@pytest.mark.parametrize(
    ("task", "told"), [("tests.count", "job done"), ("tests.fail", "job failed")]
)
def test_a_job_is_told_with_the_request_that_asked_for_it(sessions, context, json_logs, task, told):
    with logs.about(request_id="r-7"):
        ask(sessions, task, n=7)

    work(context)

    lines = [line for line in json_logs() if line["event"] == told]
    assert [(line["request_id"], line["task"]) for line in lines] == [("r-7", task)]


def test_a_job_of_an_undone_transaction_never_was(sessions):
    with sessions() as session:
        defer(session, "tests.count", n=7)
        session.rollback()

    assert statuses(sessions) == []


def test_a_job_of_a_request_is_committed_by_the_transaction_manager(sessions):
    for writes in (True, False):
        tm = transaction.TransactionManager(explicit=True)
        with tm:
            defer(db.open_session(sessions, tm, writes=writes), "tests.count", n=7)

    assert len(statuses(sessions)) == 2


def test_a_job_waits_for_its_moment_and_its_words_are_kept(sessions, context):
    later = datetime.now(UTC) + timedelta(hours=1)
    ask(sessions, n=7, at=later, city="Łódź", when=later)

    work(context)

    assert statuses(sessions) == [("todo", 0)]
    with sessions() as session:
        (row,) = session.execute(sa.text("SELECT scheduled_at, args FROM procrastinate_jobs"))
    assert row.scheduled_at == later
    assert row.args == {"n": 7, "city": "Łódź", "when": later.isoformat()}


def test_while_one_with_a_key_waits_another_is_not_added(sessions, context):
    ask(sessions, n=7, key="seven")
    ask(sessions, n=8, key="seven")
    work(context)
    ask(sessions, n=9, key="seven")
    work(context)

    assert effects(sessions) == [7, 9]


def test_a_failed_job_is_tried_again_later_and_then_given_up(sessions, context):
    ask(sessions, task="tests.fail", n=7)

    work(context)
    assert statuses(sessions) == [("todo", 1)]
    with db.writing(sessions) as session:
        session.execute(sa.text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
    work(context)

    assert statuses(sessions) == [("failed", 2)]


@pytest.mark.parametrize(("attempts", "expected"), [(3, "todo"), (1, "failed")])
def test_the_job_of_a_silent_worker_is_taken_up_or_given_up(sessions, context, attempts, expected):
    own = Registry()
    own.add(Task(name="tests.die", run=print, attempts=attempts))
    ask(sessions, task="tests.die", n=7)
    with db.writing(sessions) as session:
        session.execute(sa.text("UPDATE procrastinate_jobs SET status = 'doing'"))

    retry_abandoned(context, own)

    assert statuses(sessions)[0][0] == expected


def test_only_one_worker_at_a_time_looks_for_abandoned_jobs(sessions, context):
    ask(sessions, n=7)
    with db.writing(sessions) as session:
        session.execute(sa.text("UPDATE procrastinate_jobs SET status = 'doing'"))

    with sessions() as rival:
        rival.execute(sa.select(sa.func.pg_advisory_xact_lock(production_worker._LOCK)))
        retry_abandoned(context)
        assert statuses(sessions)[0][0] == "doing"


def test_the_health_of_the_queue(sessions, context):
    ask(sessions, n=1)
    ask(sessions, n=2, at=datetime.now(UTC) + timedelta(hours=1))
    ask(sessions, task="unknown")
    with sessions() as session:
        before = queue_health(session, at=datetime.now(UTC) + timedelta(minutes=5))
    work(context)
    with sessions() as session:
        after = queue_health(session)

    assert (before.waiting, before.later, before.running, before.failed) == (2, 1, 0, 0)
    assert timedelta(minutes=4) < before.oldest_waiting < timedelta(minutes=6)
    assert (after.waiting, after.later, after.failed) == (0, 1, 1)
    assert after.oldest_waiting == timedelta(0)


def test_the_queues_own_tables_come_and_go(make_database):
    engine = db.make_engine(make_database("postgresql"))
    with engine.begin() as connection:
        production.install(connection)
        made = sa.inspect(connection).get_table_names()
    with engine.begin() as connection:
        production.uninstall(connection)
        production.install(connection)
        production.uninstall(connection)
    with engine.connect() as connection:
        left = sa.inspect(connection).get_table_names()
    engine.dispose()

    assert made
    assert all(production.is_of_the_queue(name) for name in made)
    assert left == []
    assert not production.is_of_the_queue("job")
    assert not production.is_of_the_queue(None)
