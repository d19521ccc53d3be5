"""Countries that are none are mended where organisations have them."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from grants.kit.database import db

pytestmark = pytest.mark.both_databases

ALEMBIC = Path(__file__).parents[3] / "alembic"
BEFORE = "7b90d1c4e2aa"


def test_countries_that_are_none_are_mended(database_kind, make_database):
    engine = db.make_engine(make_database(database_kind))
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        command.upgrade(config, BEFORE)
        for code in ("ES", "IC", "TA", "XA", "ZZ"):
            kept = {"name": code, "country": code}
            insert = "INSERT INTO organisation (name, kind, country, pilot)"
            connection.execute(sa.text(f"{insert} VALUES (:name, 'city', :country, 'none')"), kept)
        connection.commit()
        command.upgrade(config, "head")
        connection.commit()
        found = dict(connection.execute(sa.text("SELECT name, country FROM organisation")).all())
    engine.dispose()
    assert found == {"ES": "ES", "IC": "ES", "TA": "SH", "XA": "", "ZZ": ""}
