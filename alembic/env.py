"""Run migrations against the database that the ini file names.

This folder must never hold an __init__.py: as a package it would hide the
alembic library from everything that runs at the root.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from grants.kit import settings
from grants.kit.database import db
from grants.kit.database.tables import Base
from grants.kit.jobs.production import is_of_the_queue
from grants.proposals.models import FULL_TEXT


def as_stored(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own column types as what the database keeps of them.

    A migration must still run when the code it was made from is long gone.
    """
    if kind == "type" and isinstance(item, sa.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String({item.length})"
    if kind == "type" and isinstance(item, sa.JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave alone what the job queue of PostgreSQL and the search of SQLite bring along."""
    if kind != "table":
        return True
    return not (is_of_the_queue(name) or (name or "").startswith(FULL_TEXT))


def migrate(connection: sa.Connection) -> None:
    """Run what was asked for on the command line."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=as_stored,
        include_name=ours,
        transaction_per_migration=True,
    )
    with tables_made_anew(connection), context.begin_transaction():
        context.run_migrations()


@contextmanager
def tables_made_anew(connection: sa.Connection) -> Iterator[None]:
    """Let SQLite drop a table to which rows refer, since it changes one by making it anew.

    What refers to nothing in the end stops it. The switch does nothing inside a transaction.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.commit()
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        connection.commit()
        if lost := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows refer to what is not there any more: {lost[:10]}")
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys = ON")
        driver.close()


if connection := context.config.attributes.get("connection"):  # a test or a command brings its own
    migrate(connection)
else:
    ini = context.config.config_file_name
    if ini is None:
        raise SystemExit("alembic needs the ini file: alembic -c development.ini ...")
    engine = db.make_engine(settings.load(ini).database_url)
    with engine.connect() as connection:
        migrate(connection)
        connection.commit()
