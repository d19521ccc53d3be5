"""Migrations lead to the models and back, on both databases."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from grants import db

ALEMBIC = Path(__file__).parents[2] / "alembic"


def test_migrations_lead_to_the_models_and_back(database_kind, make_database):
    engine = db.make_engine(make_database(database_kind))
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))

        command.upgrade(config, "head")
        command.check(config)
        command.downgrade(config, "base")

        connection.commit()
        left = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert left == set()


def test_the_migrated_ledger_cannot_be_changed(database_kind, make_database):
    engine = db.make_engine(make_database(database_kind))
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        command.upgrade(config, "head")
        connection.commit()
        names = _triggers(connection)
    engine.dispose()

    assert len([name for name in names if name.startswith("ledger_entry_never")]) >= 2


def _triggers(connection: sa.Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        found = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return list(connection.scalars(sa.text(found)))
