"""Databases that were filled before a migration goes down and up.

A database is migrated from nothing once for each kind, and filled once; each test gets a copy. On
SQLite, which makes a table anew for each change, the states on the way down are kept as well: what
no test has touched goes down only once. The way up is gone by each test.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from grants.kit.database import db
from grants.kit.storage import make_storage
from tests.load.seeding import Seeding, Size

ALEMBIC = Path(__file__).parents[2] / "alembic"
SMALL = Size(
    proposals=14,
    organisations=3,
    reviewers=5,
    awards=2,
    in_review=2,
    unchecked=1,
    drafts=2,
    calls=1,
    events=3,
    deliverables=2,
    pairings=2,
    members=1,
)


MakeDatabase = Callable[..., str]
_QUIET = ("SELECT", "PRAGMA", "BEGIN", "COMMIT", "ROLLBACK")


class Filled:
    """A migrated database with a small fund in it."""

    def __init__(self, connection: sa.Connection, ladder: "Ladder | None" = None) -> None:
        self.connection = connection
        self._config = config_of(connection)
        self._ladder = ladder
        self._untouched = ladder is not None
        sa.event.listen(connection, "before_cursor_execute", self._note)

    def up(self, revision: str) -> None:
        """Go forward to a revision."""
        self._untouched = False
        command.upgrade(self._config, revision)

    def below(self, revision: str) -> set[str]:
        """Go back to what was before a revision, and say which tables there are."""
        if self._untouched and self._ladder is not None:
            self.connection.rollback()
            self._untouched = False
            self._ladder.put_below(revision, self.connection)
        else:
            command.downgrade(self._config, f"{revision}-1")
        return set(sa.inspect(self.connection).get_table_names())

    def columns(self, table: str) -> set[str]:
        """Say which columns a table has."""
        return {it["name"] for it in sa.inspect(self.connection).get_columns(table)}

    def rows(self, query: str, **given: Any) -> list[tuple[Any, ...]]:
        """Read rows."""
        return [tuple(row) for row in self.connection.execute(sa.text(query), given)]

    def execute(self, statement: str, **given: Any) -> None:
        """Change rows past the models, as they were before."""
        self.connection.execute(sa.text(statement), given)
        self.connection.commit()

    def _note(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.lstrip().upper().startswith(_QUIET):
            self._untouched = False


class Ladder:
    """The filled SQLite database below each revision, made by going down from the one above."""

    def __init__(self, make_database: MakeDatabase, top: str) -> None:
        self._make = make_database
        self._kept = {"head": top}
        scripts = ScriptDirectory(str(ALEMBIC))
        self._order = [it.revision for it in scripts.walk_revisions()]

    def put_below(self, revision: str, connection: sa.Connection) -> None:
        """Put what is below a revision in the place of all that is in a database."""
        if revision not in self._kept:
            place = self._order.index(revision)
            above = next((it for it in self._order[:place][::-1] if it in self._kept), "head")
            url = self._make("sqlite", template=self._kept[above])
            with connected(url) as lower:
                command.downgrade(config_of(lower), f"{revision}-1")
                lower.commit()
            self._kept[revision] = url
        with connected(self._kept[revision]) as kept:
            source = kept.connection.driver_connection
            assert source is not None
            source.backup(connection.connection.driver_connection)
            connection.rollback()


def config_of(connection: sa.Connection) -> Config:
    """Make the configuration with which Alembic works through a connection."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(ALEMBIC))
    return config


@functools.cache
def migrated(kind: str, make_database: MakeDatabase) -> str:
    """Migrate an empty database to its newest state, once for all tests: to make copies of."""
    url = make_database(kind)
    with connected(url) as connection:
        command.upgrade(config_of(connection), "head")
        connection.commit()
    return url


@functools.cache
def _filled(kind: str, make_database: MakeDatabase) -> str:
    url = make_database(kind, template=migrated(kind, make_database))
    with connected(url) as connection, Session(connection) as session:
        Seeding(session, make_storage("memory:"), SMALL).seed()
        session.commit()
        connection.commit()
    return url


@functools.cache
def _ladder(make_database: MakeDatabase) -> Ladder:
    return Ladder(make_database, _filled("sqlite", make_database))


@contextmanager
def filled(kind: str, make_database: MakeDatabase) -> Iterator[Filled]:
    """Give a database that was migrated to its newest state, and then filled."""
    url = make_database(kind, template=_filled(kind, make_database))
    with connected(url) as connection:
        yield Filled(connection, _ladder(make_database) if kind == "sqlite" else None)


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    """Connect to a database; nobody relies on what is written there after a power cut."""
    engine = db.make_engine(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.execute("PRAGMA synchronous = OFF")
            yield connection
    finally:
        engine.dispose()
