"""Bring the database to the newest migration."""

import argparse
import logging
from pathlib import Path

from alembic import command
from alembic.config import Config

from grants import db
from grants.settings import Settings, load

ALEMBIC = Path(__file__).parents[2] / "alembic"


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
    logging.getLogger("alembic").setLevel(logging.WARNING)
    engine = db.make_engine(settings.database_url)
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        command.upgrade(config, "head")
        connection.commit()
    engine.dispose()
