"""Migrations of money keep what it is worth, or stop and say why."""

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.orm import Session

from grants.kit.database import db
from tests.support import world
from tests.support.clock import Clock

pytestmark = pytest.mark.both_databases

NOW = datetime(2020, 3, 1, 12, tzinfo=UTC)
ALEMBIC = Path(__file__).parents[3] / "alembic"
UNITS = "8a3f51c7d02e"
SHARES = "b61d90e4f7a3"


def test_drafts_count_in_the_smallest_unit_and_what_is_published_stops_it(newest):
    engine = db.make_engine(newest)
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        with Session(connection) as session:
            call = world.make(session, Clock(NOW), alone=True).call
            call.currency, call.envelope_cents, call.number = "JPY", 9_000_000, 0
            session.commit()
        command.downgrade(config, f"{UNITS}-1")
        assert connection.scalar(sa.text("SELECT envelope_cents FROM call")) == 900_000_000
        command.upgrade(config, UNITS)
        kept = connection.scalar(sa.text("SELECT envelope_cents FROM call"))
        command.downgrade(config, f"{UNITS}-1")
        connection.execute(sa.text("UPDATE call SET number = 1"))
        with pytest.raises(RuntimeError, match="IUC-2020"):
            command.upgrade(config, UNITS)
        connection.rollback()
    engine.dispose()
    assert kept == 9_000_000


def test_a_share_of_the_costs_survives_as_basis_points(newest):
    engine = db.make_engine(newest)
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        with Session(connection) as session:
            world.make(session, Clock(NOW), alone=True).call.cofinancing = Fraction(2, 3)
            session.commit()
        exact = connection.scalar(sa.text("SELECT cofinancing FROM call"))
        command.downgrade(config, f"{SHARES}-1")
        rounded = connection.scalar(sa.text("SELECT cofinancing_bp FROM call"))
        command.upgrade(config, SHARES)
        again = connection.scalar(sa.text("SELECT cofinancing FROM call"))
        connection.commit()
    engine.dispose()
    assert (exact, rounded, again) == ("2/3", 6666, "3333/5000")
