"""Workers are killed with jobs in flight: no job is lost, and none has its effect twice."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from grants.kit import settings
from grants.kit.database import db
from grants.kit.jobs import defer, production, queue_health
from grants.kit.jobs.models import Job
from grants.kit.jobs.queue import BACKEND
from grants.kit.jobs.worker import Spawned
from tests.support import tasks
from tests.support.worker import run as run_alone

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

KILLS = 4
JOBS = 30


@pytest.fixture(params=["embedded-sqlite", "embedded-postgresql", "procrastinate-postgresql"])
def ini(request, make_database, tmp_path) -> Path:
    """The settings of a portal with an empty queue."""
    backend, kind = request.param.split("-")
    url = make_database(kind)
    engine = db.make_engine(url)
    with engine.begin() as connection:
        tasks.metadata.create_all(connection)
        if backend == "embedded":
            Job.__table__.create(connection)
        else:
            production.install(connection)
    engine.dispose()
    path = tmp_path / "portal.ini"
    path.write_text(
        textwrap.dedent(f"""\
        [app:main]
        use = egg:grants
        sqlalchemy.url = {url.replace("%", "%%")}
        storage.url = file://{tmp_path}/files
        mail.url = folder://{tmp_path}/mail
        logs.format = console
        jobs.backend = {backend}
        jobs.lease = 0.6
        jobs.poll = 0.05
        """)
    )
    return path


@pytest.fixture
def sessions(ini):
    read = settings.load(ini)
    engine = db.make_engine(read.database_url)
    yield db.make_sessions(engine, **{BACKEND: read.jobs.backend})
    engine.dispose()


@pytest.fixture
def start(ini) -> Iterator[Callable[[], subprocess.Popen]]:
    """Start a worker in a process of its own."""
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.support.worker", str(ini)]
        started.append(subprocess.Popen(command, cwd=Path(__file__).parents[3]))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(10)


def spawning(ini: Path) -> list[str]:
    """The command by which a server starts a worker that ends with it."""
    return [sys.executable, "-m", "tests.support.worker", str(ini), "--follow-stdin"]


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.03)


def count(sessions, table, *conditions) -> int:
    with sessions() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions))


def ask(sessions, numbers, **options) -> None:
    with db.writing(sessions) as session:
        for n in numbers:
            defer(session, "tests.count", n=n, **options)


def nothing_left(sessions) -> bool:
    with sessions() as session:
        health = queue_health(session, at=datetime.now(UTC))
    assert health.failed == 0
    return health.waiting == health.later == health.running == 0


def test_killed_workers_lose_no_job_and_double_no_effect(sessions, start):
    ask(sessions, range(JOBS), slowly=0.05)
    for _ in range(KILLS):
        worker = start()
        mine = tasks.started.c.pid == worker.pid
        wait_until(lambda mine=mine: count(sessions, tasks.started, mine) > 1, "no job began")
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(10)

    start(), start()
    wait_until(lambda: nothing_left(sessions), "jobs were left")

    with sessions() as session:
        done = list(session.scalars(sa.select(tasks.effect.c.n).order_by(tasks.effect.c.n)))
    assert done == list(range(JOBS))
    # Each kill repeats what was in flight, and nothing else.
    assert JOBS <= count(sessions, tasks.started) <= JOBS + 2 * KILLS


def test_a_worker_that_is_told_to_stop_finishes_its_job(sessions, start):
    ask(sessions, [1], slowly=0.5)
    worker = start()
    wait_until(lambda: count(sessions, tasks.started) == 1, "no job began")

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(20) in (0, -signal.SIGTERM)
    assert nothing_left(sessions)
    assert (count(sessions, tasks.started), count(sessions, tasks.effect)) == (1, 1)


def test_a_job_that_kills_its_workers_is_given_up(sessions, start):
    with db.writing(sessions) as session:
        defer(session, "tests.die", n=1)
    for _ in range(2):
        start().wait(60)

    start()

    def given_up() -> bool:
        with sessions() as session:
            return queue_health(session).failed == 1

    wait_until(given_up, "the job was not given up")
    assert count(sessions, tasks.started) == 2


def test_a_worker_runs_jobs_until_it_gets_a_signal(ini, sessions):
    ask(sessions, range(3))
    handlers = signal.getsignal(signal.SIGTERM)

    def stop_when_done() -> None:
        try:
            wait_until(lambda: count(sessions, tasks.effect) == 3, "jobs were left")
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=stop_when_done)
    thread.start()
    run_alone(settings.load(ini))
    thread.join()

    wait_until(lambda: nothing_left(sessions), "jobs were left")
    assert signal.getsignal(signal.SIGTERM) is handlers


@pytest.mark.parametrize("ini", ["embedded-sqlite"], indirect=True)
class TestAWorkerOfTheServer:
    """A worker that the server started lives as long as the server."""

    @pytest.fixture
    def server(self, ini):
        """A process that starts a worker, says its number, and waits."""
        code = f"""if True:
            from grants.kit.jobs.worker import Spawned
            print(Spawned({spawning(ini)!r}).process.pid, flush=True)
            input()
            """
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
        with process:
            yield process
            process.kill()

    def test_it_goes_when_the_server_is_killed(self, server, sessions):
        worker = psutil.Process(int(server.stdout.readline()))
        ask(sessions, [1])
        wait_until(lambda: count(sessions, tasks.effect) == 1, "the worker does not work")

        server.kill()

        psutil.wait_procs([worker], timeout=20)
        assert not worker.is_running()

    def test_it_goes_soon_even_if_its_job_does_not_end(self, server, sessions):
        worker = psutil.Process(int(server.stdout.readline()))
        ask(sessions, [1], slowly=60)
        wait_until(lambda: count(sessions, tasks.started) == 1, "no job began")

        server.kill()

        psutil.wait_procs([worker], timeout=20)
        assert not worker.is_running()
        assert count(sessions, tasks.effect) == 0

    @pytest.fixture
    def spawned(self, ini, monkeypatch) -> Iterator[Spawned]:
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
        ini.write_text(ini.read_text().replace("jobs.poll = 0.05", "jobs.poll = 3600"))
        spawned = Spawned(spawning(ini))
        yield spawned
        spawned.stop()

    def test_it_is_woken_and_stopped(self, spawned, sessions):
        ask(sessions, [1])
        wait_until(lambda: count(sessions, tasks.effect) == 1, "the worker does not work")

        ask(sessions, [2])
        wait_until(lambda: spawned.wake() or count(sessions, tasks.effect) == 2, "not woken")
        spawned.stop()

        assert spawned.process.returncode == 0
        spawned.wake()

    def test_another_follows_when_it_is_killed(self, spawned, sessions):
        ask(sessions, [1], slowly=0.2)
        wait_until(lambda: count(sessions, tasks.started) == 1, "no job began")
        first = spawned.process

        first.kill()

        wait_until(lambda: spawned.wake() or count(sessions, tasks.effect) == 1, "not replaced")
        assert spawned.process is not first
