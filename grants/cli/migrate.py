"""Bring the database to the newest migration."""

import argparse
import logging
import re
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from grants.kit.database import db
from grants.kit.settings import Settings, load

ALEMBIC = Path(__file__).parents[2] / "alembic"

_REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
_BELOW = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Run the migrations that are missing."""
    upgrade(load(asked.ini))
    return 0


def upgrade(settings: Settings) -> None:
    """Bring a database to the newest migration."""
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(
            parents=True, exist_ok=True
        )
    engine = db.make_engine(settings.database_url)
    with engine.connect() as connection:
        if _standing(connection) != newest():
            _run(connection)
    engine.dispose()


def newest() -> set[str]:
    """Name the migrations on which no other builds, read without loading Alembic."""
    texts = [path.read_text(encoding="utf-8") for path in (ALEMBIC / "versions").glob("*.py")]
    found = {name for text in texts for name in _REVISION.findall(text)}
    return found - {name for text in texts for name in _BELOW.findall(text)}


def _standing(connection: Connection) -> set[str]:
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.scalars(text("SELECT version_num FROM alembic_version")))


def _run(connection: Connection) -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic import command  # half a second that only a new migration costs
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(ALEMBIC))
    command.upgrade(config, "head")
    connection.commit()
