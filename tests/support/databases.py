"""How tests get their databases: SQLite files, and a PostgreSQL of their own.

PostgreSQL is taken from TEST_DATABASE_URL (a superuser: rows are replaced past all guards).
Without it the tests start a cluster of their own, in a temporary folder and on
a Unix socket, and stop it at the end.
"""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.support.rows import Place

KINDS = ("sqlite", "postgresql")

MISSING = (
    "The tests need PostgreSQL 15 or newer. Install it (Debian: apt install postgresql), "
    "or name a server in TEST_DATABASE_URL."
)

MakeDatabase = Callable[..., str]


class NoPostgreSQL(Exception):  # noqa: N818  -- it is the machine that lacks something
    """There is no PostgreSQL, and none could be started."""


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server in which databases may be created."""
    try:
        with postgresql_server() as url:
            yield url
    except NoPostgreSQL as missing:
        pytest.fail(str(missing), pytrace=False)


@contextmanager
def postgresql_server(*, durable: bool = False) -> Iterator[str]:
    """Give the URL of the server that was named, or of one that runs until the end.

    `durable` has commits wait for the disk, as they do where people rely on them.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="grants-pg-"))
    try:
        yield from _cluster(folder, durable=durable)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def make_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_name: str
) -> Iterator[MakeDatabase]:
    """Make an empty database, or a copy: `make_database("sqlite", template=url) -> url`.

    Nothing may be connected to a template while it is copied.
    """
    made: list[tuple[str, str]] = []

    def make(kind: str, *, template: str | None = None) -> str:
        name = f"grants_{worker_name}_{secrets.token_hex(4)}"
        if kind == "sqlite":
            return make_sqlite(tmp_path_factory.mktemp(name) / "test.sqlite", template)
        server = request.getfixturevalue("postgres_url")
        made.append((server, name))
        return make_postgresql(server, name, template)

    yield make
    # A cluster of our own has already gone with all that was in it.
    for server, name in made if os.environ.get("TEST_DATABASE_URL") else ():
        _administer(server, f'DROP DATABASE "{name}" (FORCE)')


@pytest.fixture(scope="session")
def shared_place(
    make_database: MakeDatabase, template_of: Callable[[str], str]
) -> Iterator[Callable[[], Place]]:
    """The PostgreSQL database of all tests of this process, one after the other."""
    made: list[Place] = []

    def place() -> Place:
        if not made:
            template = template_of("postgresql")
            url = make_database("postgresql", template=template)
            name = str(sa.make_url(url).database)
            server = sa.make_url(url).set(database="postgres").render_as_string(hide_password=False)
            made.append(Place(url, lambda: make_postgresql(server, name, template)))
        return made[0]

    yield place
    for it in made:
        it.close()


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """SQLite; and PostgreSQL as well where a test, or the run, is marked for both databases."""
    # The steps of features ask for it while a scenario runs, when nothing was chosen.
    return str(getattr(request, "param", KINDS[0]))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run take both databases for all tests."""
    parser.addoption(
        "--both-databases",
        action="store_true",
        help="run every test on both databases, not only those that a database can change",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on SQLite, and on PostgreSQL too if it is marked `both_databases`."""
    if "database_kind" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("both_databases")
        both = marked or metafunc.config.getoption("both_databases")
        kinds = KINDS if both else KINDS[:1]
        metafunc.parametrize("database_kind", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database_url(database_kind: str, make_database: MakeDatabase) -> str:
    """A fresh and empty database of each kind, one for each process of the run."""
    return make_database(database_kind)


@pytest.fixture(scope="session")
def worker_name() -> str:
    """The name of this process in a run with several of them."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def make_sqlite(path: Path, template: str | None = None) -> str:
    """Name an empty SQLite database, or make a copy."""
    if template:
        # Not by copying the file: the newest rows may still be in its log.
        with (
            closing(sqlite3.connect(str(sa.make_url(template).database))) as source,
            closing(sqlite3.connect(path)) as copy,
        ):
            source.backup(copy)
    return f"sqlite:///{path}"


def make_postgresql(server: str, name: str, template: str | None = None) -> str:
    """Make an empty database in a PostgreSQL server, or a copy; one of that name goes."""
    source = sa.make_url(template).database if template else "template0"
    _administer(server, f'DROP DATABASE IF EXISTS "{name}" (FORCE)')
    # Copying files beats replaying them for databases this small, and fsync is off.
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def _administer(server: str, statement: str) -> None:
    with psycopg.connect(conninfo(server), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def conninfo(url: str) -> str:
    """Say a SQLAlchemy URL in PostgreSQL's own words."""
    return sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _cluster(folder: Path, *, durable: bool) -> Iterator[str]:
    account = _account()
    shutil.chown(folder, account)
    binaries = _binaries()
    options = ["--no-sync", "--auth=trust", "--username=grants"]
    options += ["--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run(
        [binaries / "initdb", *options, "--pgdata", folder / "data"],
        check=True,
        stdout=subprocess.DEVNULL,
        user=account,
        cwd=folder,
    )
    server = _start(binaries, folder, account, durable)
    try:
        yield _wait_for(f"postgresql://grants@/postgres?host={folder}", server, folder / "log")
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth keeping
        server.wait(30)


def _start(binaries: Path, folder: Path, account: int, durable: bool) -> "subprocess.Popen[bytes]":
    quick = () if durable else ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
    small = (
        "shared_buffers=64MB",
        "max_connections=100",
        "listen_addresses=",
        "logging_collector=off",
    )
    options = [word for setting in quick + small for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", "-k", folder, *options],
            stdout=log,
            stderr=log,
            user=account,
            cwd=folder,
            preexec_fn=_end_with_parent,
        )


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(conninfo(url)).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return url
    raise NoPostgreSQL(f"PostgreSQL did not start:\n{log.read_text()}")


def _account() -> int:
    """Choose who runs PostgreSQL, which refuses to be run by root."""
    if os.geteuid() != 0:
        return os.geteuid()
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise NoPostgreSQL("PostgreSQL cannot be run by root, and there is no other account.")


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    raise NoPostgreSQL(MISSING)


def _version(initdb: Path) -> int:
    return int(initdb.parents[1].name) if initdb.parents[1].name.isdigit() else 0


def _end_with_parent() -> None:
    """Have the kernel stop the server when the tests are killed."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGQUIT)
