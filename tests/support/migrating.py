"""Databases that were filled before a migration goes down and up."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
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


class Filled:
    """A migrated database with a small fund in it."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self._config = Config(attributes={"connection": connection})
        self._config.set_main_option("script_location", str(ALEMBIC))
        self.up("head")
        with Session(connection) as session:
            Seeding(session, make_storage("memory:"), SMALL).seed()

    def up(self, revision: str) -> None:
        """Go forward to a revision."""
        command.upgrade(self._config, revision)

    def below(self, revision: str) -> set[str]:
        """Go back to what was before a revision, and say which tables there are."""
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


@contextmanager
def filled(url: str) -> Iterator[Filled]:
    """Migrate a database to its newest state and fill it."""
    engine = db.make_engine(url)
    try:
        with engine.connect() as connection:
            yield Filled(connection)
    finally:
        engine.dispose()
