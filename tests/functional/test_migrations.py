"""Migrations lead to the models and back, on both databases."""

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.orm import Session

from grants import db
from grants.models import Decision, Proposal
from grants.workflow import DecisionKind, ProposalStatus
from tests import world
from tests.clock import Clock

NOW = datetime(2020, 3, 1, 12, tzinfo=UTC)
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


def test_what_was_told_survives_the_way_back_and_forth(database_kind, make_database):
    engine = db.make_engine(make_database(database_kind))
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        command.upgrade(config, "head")
        connection.commit()
        with Session(connection) as session:
            _decided(session)
            session.commit()
        command.downgrade(config, "d801c52b9cd8")
        command.upgrade(config, "head")
        connection.commit()
        with Session(connection) as session:
            kept = session.scalars(sa.select(Decision)).one()
            told = (kept.told_kind, kept.told_at)
    engine.dispose()
    assert told == (DecisionKind.RESERVE, NOW)


def _decided(session: Session) -> None:
    """Have a proposal on the reserve list, and its applicant told."""
    it = world.make(session, Clock(NOW))
    session.flush()
    proposal = Proposal(
        reference="IUC-2020-001",
        call=it.call,
        organisation=it.granada,
        form=it.form,
        started_by=it.lucia,
        started_at=NOW,
        start_key="key",
        saved_at=NOW,
        status=ProposalStatus.DRAFT,
    )
    told = {"told_at": NOW, "told_kind": DecisionKind.RESERVE, "letter_sent_at": NOW}
    session.add(
        Decision(
            proposal=proposal,
            kind=DecisionKind.RESERVE,
            reasons="The money ends above.",
            decided_at=NOW,
            decided_by=it.helena,
            **told,
        )
    )


def _triggers(connection: sa.Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        found = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return list(connection.scalars(sa.text(found)))
