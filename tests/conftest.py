"""The people and things of the tests, on both databases.

Each test gets a copy of a database that already has its tables, and real
commits in it. The application is built once; each test puts its own core in.
"""

from tests.support import garbage

# isort: split
import functools
import os
from collections.abc import Callable, Iterator
from http.cookiejar import Cookie
from pathlib import Path

import hypothesis
import pytest
from pyramid.router import Router
from sqlalchemy.orm import Session
from webtest import TestApp

from grants.accounts.models import Person
from grants.kit.database import db
from grants.kit.database.tables import Base
from grants.kit.settings import parse
from grants.portal import Portal
from grants.services import Services
from tests.support import order, world
from tests.support.browsers import Browser
from tests.support.clock import Clock
from tests.support.engines import Shared, see_what_others_commit
from tests.support.evaluating import Evaluating
from tests.support.moments import Moments, Shelf
from tests.support.rows import Place

pytest_plugins = ["tests.support.databases", "tests.support.visitors", "tests.support.told_logs"]
# A failed step of the story shows what it compared.
pytest.register_assert_rewrite("tests.support.story")

# A busy machine is no failure; and what integration runs is the same each time.
hypothesis.settings.register_profile(
    "portal",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("portal")

TEMPLATES = Path(__file__).parents[1] / ".pytest_cache" / "templates"
"""Where compiled templates are kept from one run to the next."""
TEMPLATES.mkdir(parents=True, exist_ok=True)

SETTINGS = {
    "sqlalchemy.url": "sqlite://",
    "storage.url": "memory:",
    "mail.url": "memory:",
    "session.secret": "tests-only-tests-only-tests-only-tests-only",
    "portal.url": "http://localhost",
    "portal.development": "true",
    "portal.name": "IUC Asia competitive fund",
    "jinja2.bytecode_caching": "true",
    "jinja2.bytecode_caching_directory": str(TEMPLATES),
}
PLACES = ("sqlalchemy.url", "storage.url")
"""The settings that are each test's own."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have each process begin with what takes long, so that none is left with it in the end."""
    processes = getattr(config, "workerinput", {}).get("workercount", 1)
    slow = [it for it in items if it.get_closest_marker("slow")]
    items[:] = order.dealt(slow, [it for it in items if it not in set(slow)], processes)


def pytest_collection_finish() -> None:
    """Look for garbage from now on, but not among what was imported and collected."""
    garbage.begin()


@pytest.fixture(scope="session")
def template_of(make_database: Callable[..., str]) -> Callable[[str], str]:
    """A database of a kind with all tables and nothing in them, made once."""

    @functools.cache
    def made(kind: str) -> str:
        url = make_database(kind)
        engine = db.make_engine(url)
        Base.metadata.create_all(engine)
        engine.dispose()
        return url

    return made


@pytest.fixture
def template_url(database_kind: str, template_of: Callable[[str], str]) -> str:
    """The template of the test's kind of database, which a module may have chosen by itself."""
    return template_of(database_kind)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at 3 February 2020, 09:00 UTC, until it is moved."""
    return Clock()


@pytest.fixture
def settings(
    database_kind: str,
    make_database: Callable[..., str],
    template_url: str,
    shared_place: Callable[[], Place],
    tmp_path: Path,
) -> dict[str, str]:
    """The settings of a portal with a database and a storage of its own."""
    if database_kind == "sqlite":
        url = make_database(database_kind, template=template_url)
    else:
        url = shared_place().emptied()
    return SETTINGS | {"sqlalchemy.url": url, "storage.url": f"file://{tmp_path}/files"}


@pytest.fixture(scope="session")
def shared_engine(template_of: Callable[[str], str]) -> Callable[..., Shared]:
    """The engine that all tests of a kind of database share, and more for several at once."""
    return functools.cache(lambda kind, _number=0: Shared(template_of(kind)))


@pytest.fixture
def portal(
    database_kind: str,
    settings: dict[str, str],
    clock: Clock,
    shared_engine: Callable[..., Shared],
) -> Iterator[Portal]:
    """A portal without its web."""
    portal = Portal(parse(settings), clock)
    vars(portal)["engine"] = shared_engine(database_kind).at(portal.settings.database_url)
    yield portal
    portal.engine.dispose()


@pytest.fixture
def session(portal: Portal) -> Iterator[Session]:
    """A session, for arranging and for looking; commit what others are to see."""
    with portal.sessions() as session:
        see_what_others_commit(session)
        yield session


@pytest.fixture
def services(portal: Portal, session: Session) -> Services:
    """All services, over the test's session."""
    return portal.services(session)


@pytest.fixture(scope="session")
def the_app() -> Router:
    """The application, built once."""
    from grants.app import main

    return main(None, **SETTINGS)


@pytest.fixture
def app(the_app: Router, portal: Portal, clock: Clock) -> Router:
    """The application, over the test's database and clock."""
    the_app.registry["portal"] = portal
    the_app.registry["clock"] = clock
    return the_app


@pytest.fixture
def browser(app: Router) -> TestApp:
    """A browser without script."""
    return Browser(app)


@pytest.fixture
def sign_in(app: Router, session: Session, moments: Moments) -> Callable[[Person], TestApp]:
    """Sign somebody in, in a browser of their own: `sign_in(granada_officer).get("/work")`."""

    def signed_in(person: Person) -> TestApp:
        email = person.email
        browser = Browser(app)
        for cookie in moments.step("sign in", email, lambda: _cookies(app, session, email)):
            browser.cookiejar.set_cookie(cookie)
        return browser

    return signed_in


def _cookies(app: Router, session: Session, email: str) -> tuple[Cookie, ...]:
    session.commit()
    browser = Browser(app)
    form = browser.get("/sign-in").forms["sign_in"]
    form["email"], form["password"] = email, world.PASSWORD
    form.submit("sign_in", status=303)
    return tuple(browser.cookiejar)


@pytest.fixture(scope="session")
def shelf_of(
    make_database: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Shelf]:
    """The moments that are kept, for each kind of database."""
    return functools.cache(lambda kind: Shelf(make_database, tmp_path_factory.mktemp(f"at-{kind}")))


@pytest.fixture
def moments(
    database_kind: str,
    shelf_of: Callable[[str], Shelf],
    session: Session,
    clock: Clock,
    settings: dict[str, str],
    tmp_path: Path,
) -> Moments:
    """Where the test is in the story: at its very beginning."""
    known = tuple(sorted(item for item in settings.items() if item[0] not in PLACES))
    return Moments(shelf_of(database_kind), session, clock, tmp_path / "files", known)


@pytest.fixture
def iuc(session: Session, clock: Clock, moments: Moments) -> "world.World":
    """The IUC Asia fund with an open call, its cities and people: see tests/support/world.py."""

    def make() -> "world.World":
        made = world.make(session, clock)
        session.commit()
        return made

    made: world.World = moments.step("world", (), make)
    return made


@pytest.fixture
def evaluating(
    session: Session, services: Services, clock: Clock, iuc: "world.World", moments: Moments
) -> Evaluating:
    """What takes proposals through the evaluation: see tests/support/evaluating.py."""
    return Evaluating(session, services, clock, iuc, moments)
