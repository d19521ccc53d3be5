"""The embedded queue, in one process: what is asked for is done, in the caller's transaction."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from grants.kit.database import db
from grants.kit.jobs import defer, embedded, queue_health
from grants.kit.jobs.embedded import Worker
from grants.kit.jobs.models import Job, JobStatus
from grants.kit.jobs.tasks import Registry, Task, registry
from grants.kit.jobs.worker import wake_after_commits
from grants.kit.mail import make_mailer
from grants.kit.settings import Jobs, Settings
from grants.kit.storage import make_storage
from tests.support import tasks
from tests.support.running import portal_of

pytestmark = pytest.mark.both_databases

NOON = datetime(2019, 5, 3, 12, 0, tzinfo=UTC)


class Clock:
    """The clock on the wall, put forward by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def pass_by(self, **time: float) -> None:
        self.ahead += timedelta(**time)


@pytest.fixture
def engine(make_database, database_kind):
    engine = db.make_engine(make_database(database_kind))
    Job.__table__.create(engine)
    tasks.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine):
    return db.make_sessions(engine)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make_worker(sessions, clock, engine):
    def make(*, lease: float = 30) -> Worker:
        settings = Settings(
            database_url=str(engine.url),
            storage_url="memory:",
            mail_url="memory:",
            jobs=Jobs(lease=timedelta(seconds=lease), poll=timedelta(seconds=0.01)),
        )
        context = portal_of(
            sessions=sessions,
            storage=make_storage("memory:"),
            mailer=make_mailer("memory:"),
            settings=settings,
            clock=clock,
        )
        return Worker(
            context=context,
            registry=registry,
            stopping=threading.Event(),
            woken=threading.Event(),
        )

    return make


@pytest.fixture
def worker(make_worker):
    return make_worker()


def ask(sessions, task="tests.count", **options) -> None:
    with db.writing(sessions) as session:
        defer(session, task, **options)


def only_job(sessions) -> Job:
    with sessions() as session:
        return session.scalars(sa.select(Job)).one()


def numbers(sessions, table) -> list[int]:
    with sessions() as session:
        return list(session.scalars(sa.select(table.c.n).order_by(table.c.n)))


def test_a_job_is_run_once_and_kept_as_done(sessions, worker):
    ask(sessions, n=7)

    assert (worker.run_one(), worker.run_one()) == (True, False)

    job = only_job(sessions)
    assert (job.status, job.attempts, job.last_error) == (JobStatus.DONE, 1, "")
    assert job.finished_at is not None
    assert job.payload == {}
    assert numbers(sessions, tasks.effect) == [7]


def test_a_job_of_an_undone_transaction_never_was(sessions, worker):
    with sessions() as session:
        defer(session, "tests.count", n=7)
        session.rollback()

    assert not worker.run_one()


def test_a_job_waits_for_its_moment(sessions, worker, clock):
    ask(sessions, n=7, at=clock() + timedelta(hours=1))

    assert not worker.run_one()
    clock.pass_by(hours=1)
    assert worker.run_one()


def test_moments_in_a_payload_are_said_in_words(sessions):
    ask(sessions, task="other", moment=NOON)

    assert only_job(sessions).payload == {"moment": "2019-05-03T12:00:00+00:00"}


def test_while_one_with_a_key_waits_another_is_not_added(sessions, worker):
    ask(sessions, n=7, key="seven")
    ask(sessions, n=8, key="seven")
    worker.run_one()
    ask(sessions, n=9, key="seven")
    while worker.run_one():
        pass

    assert numbers(sessions, tasks.effect) == [7, 9]


def test_the_database_keeps_keys_of_waiting_jobs_apart(sessions):
    ask(sessions, n=7, key="seven")
    twin = Job(task="t", payload={}, key="seven", created_at=NOON, run_at=NOON)

    with pytest.raises(IntegrityError), db.writing(sessions) as session:
        session.add(twin)


def test_a_failed_job_is_tried_again_later_and_then_given_up(sessions, worker, clock):
    ask(sessions, task="tests.fail", n=7, key="seven")

    worker.run_one()
    first = only_job(sessions)
    assert (first.status, first.last_error) == (JobStatus.WAITING, "RuntimeError: no 7")
    assert not worker.run_one()
    clock.pass_by(seconds=1)
    worker.run_one()

    last = only_job(sessions)
    assert (last.status, last.attempts) == (JobStatus.FAILED, 2)
    assert numbers(sessions, tasks.started) == [7, 7]


def test_a_job_given_up_can_be_tried_again_by_hand(sessions, worker, clock):
    ask(sessions, task="other", n=7)
    worker.run_one()
    failed = only_job(sessions)
    assert (failed.status, failed.last_error) == (JobStatus.FAILED, "there is no such task")

    with db.writing(sessions) as session:
        again = embedded.retry(session, failed.id, at=clock())
        twice = embedded.retry(session, failed.id, at=clock())

    assert (again, twice) == (True, False)
    job = only_job(sessions)
    assert (job.status, job.attempts, job.finished_at) == (JobStatus.WAITING, 0, None)


def test_the_job_of_a_dead_worker_is_taken_up_when_its_lease_ran_out(sessions, make_worker, clock):
    ask(sessions, n=7)
    dead = make_worker()._take()
    other = make_worker()

    assert dead is not None
    assert not other.run_one()
    clock.pass_by(seconds=31)
    assert other.run_one()

    job = only_job(sessions)
    assert (job.status, job.attempts) == (JobStatus.DONE, 2)


def test_a_worker_that_lost_its_lease_changes_nothing_any_more(sessions, make_worker, clock):
    ask(sessions, n=7)
    slow, quick = make_worker(), make_worker()
    late = slow._take()
    clock.pass_by(seconds=31)
    taken = quick._take()

    slow._finish(late, JobStatus.FAILED, error="late")

    job = only_job(sessions)
    assert (job.status, job.lease) == (JobStatus.RUNNING, taken.lease)


def test_a_job_that_kills_every_worker_is_given_up(sessions, make_worker, clock):
    ask(sessions, task="tests.die", n=7)
    for _ in range(2):
        assert make_worker()._take()
        clock.pass_by(seconds=31)

    make_worker().run_one()

    job = only_job(sessions)
    assert (job.status, job.last_error) == (JobStatus.FAILED, "every worker that tried it died")


def test_a_lease_is_renewed_while_the_job_runs(sessions, make_worker, clock):
    renewed = threading.Event()
    worker = make_worker(lease=0.03)

    def wait_for_renewal(_context):
        first = only_job(sessions).leased_until
        clock.pass_by(seconds=60)
        deadline = datetime.now(UTC) + timedelta(seconds=20)
        while only_job(sessions).leased_until == first and datetime.now(UTC) < deadline:
            pass
        if only_job(sessions).leased_until > first:
            renewed.set()

    own = Registry()
    own.add(Task(name="wait", run=wait_for_renewal))
    worker = Worker(
        context=worker.context, registry=own, stopping=threading.Event(), woken=threading.Event()
    )
    ask(sessions, task="wait")

    worker.run_one()

    assert renewed.is_set()
    assert only_job(sessions).status is JobStatus.DONE


def test_many_workers_share_the_jobs_and_none_is_run_twice(sessions, make_worker):
    with db.writing(sessions) as session:
        for n in range(40):
            defer(session, "tests.count", n=n)

    def work():
        worker = make_worker()
        while worker.run_one():
            pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert numbers(sessions, tasks.started) == list(range(40))
    with sessions() as session:
        assert set(session.scalars(sa.select(Job.status))) == {JobStatus.DONE}


def test_a_worker_goes_on_until_it_is_stopped(sessions, make_worker):
    worker = make_worker()
    thread = threading.Thread(target=worker.work)
    thread.start()
    ask(sessions, n=7)
    worker.woken.set()
    deadline = datetime.now(UTC) + timedelta(seconds=20)
    while not numbers(sessions, tasks.effect) and datetime.now(UTC) < deadline:
        pass

    worker.stop()
    thread.join(20)

    assert not thread.is_alive()
    assert numbers(sessions, tasks.effect) == [7]


def test_a_worker_outlives_a_database_that_is_away(make_worker, engine):
    worker = make_worker()
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE job RENAME TO away"))

    with pytest.raises(sa.exc.DBAPIError):
        worker.run_one()
    assert worker._ran_one() is False


def test_a_session_wakes_the_worker_when_it_asked_for_a_job_and_committed(sessions):
    woken = []
    wake_after_commits(sessions, lambda: woken.append(1))

    with db.writing(sessions) as session:
        session.execute(sa.select(1))
    assert woken == []
    with sessions() as session:
        defer(session, "tests.count", n=1)
        session.rollback()
        session.commit()
    assert woken == []
    ask(sessions, n=2)
    assert woken == [1]


def test_the_health_of_the_queue(sessions, worker, clock):
    with sessions() as session:
        empty = queue_health(session, at=clock())
    ask(sessions, n=1)
    ask(sessions, n=2, at=clock() + timedelta(hours=1))
    ask(sessions, task="other")
    worker.run_one()
    worker.run_one()
    ask(sessions, n=3)
    with sessions() as session:
        later = queue_health(session, at=clock() + timedelta(minutes=5))

    assert (empty.waiting, empty.running, empty.failed) == (0, 0, 0)
    assert empty.oldest_waiting == timedelta(0)
    assert (later.waiting, later.later, later.running, later.failed) == (1, 1, 0, 1)
    assert timedelta(minutes=4) < later.oldest_waiting <= timedelta(minutes=6)


def test_a_lease_that_cannot_be_renewed_does_not_stop_the_job(sessions, make_worker, engine):
    worker = make_worker(lease=0.03)
    tried = threading.Event()

    def lose_the_table(_context):
        with engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE job RENAME TO away"))
        sa.event.listen(engine, "handle_error", lambda _error: tried.set())
        tried.wait(20)
        with engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE away RENAME TO job"))

    own = Registry()
    own.add(Task(name="lose", run=lose_the_table))
    worker = Worker(
        context=worker.context, registry=own, stopping=threading.Event(), woken=threading.Event()
    )
    ask(sessions, task="lose")

    worker.run_one()

    assert tried.is_set()
    assert only_job(sessions).status is JobStatus.DONE


def test_tasks_are_found_in_the_modules_that_define_them():
    found = registry.of(["tests.support.tasks", "grants.kit.mail.sending"]).tasks

    assert {"tests.count", "send_mail"} <= set(found)
    modules = {it.run.__module__ for it in found.values()}
    assert modules == {
        "tests.support.tasks",
        "grants.kit.mail.sending",
    }


def test_two_tasks_cannot_have_one_name():
    own = Registry()
    own.add(Task(name="same", run=ask))
    own.add(Task(name="same", run=ask))

    with pytest.raises(ValueError, match="same"):
        own.add(Task(name="same", run=only_job))


def test_pauses_grow_up_to_an_hour():
    task = Task(name="t", run=ask)

    pauses = [task.pause(attempts).total_seconds() for attempts in (1, 2, 3, 7, 40)]

    assert pauses == [1, 4, 16, 3600, 3600]
