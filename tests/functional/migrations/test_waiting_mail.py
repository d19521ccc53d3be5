"""Letters that have not left survive migrations, forward and back, and leave in the end."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from grants.kit import mail
from grants.kit.database import db
from grants.kit.jobs.models import Job, JobStatus
from grants.kit.jobs.tasks import registry
from grants.kit.mail import Letter, Outbox
from grants.kit.mail.models import WaitingMail
from grants.kit.secrets import sealing
from grants.kit.settings import Settings
from grants.kit.storage import make_storage
from tests.support.clock import Clock
from tests.support.running import portal_of

pytestmark = pytest.mark.both_databases

ALEMBIC = Path(__file__).parents[3] / "alembic"
BEFORE = "e5a90c37d812"
"""The last revision whose jobs carry letters whole."""
NOW = datetime(2020, 3, 1, 12, tzinfo=UTC)
NAME = "1" * 40


@pytest.fixture
def engine(database_kind, make_database):
    engine = db.make_engine(make_database(database_kind))
    yield engine
    engine.dispose()


def migrate(engine, revision, *, up=True):
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        (command.upgrade if up else command.downgrade)(config, revision)
        connection.commit()


@pytest.fixture
def context(engine):
    return portal_of(
        sessions=db.make_sessions(engine, **{sealing.SECRET: "what only the portal knows"}),
        storage=make_storage("memory:"),
        mailer=Outbox(),
        settings=Settings(database_url="", storage_url="", mail_url=""),
        clock=Clock(NOW),
    )


def run_waiting_jobs(context):
    """Run what waits, as the worker of this version would."""
    for _round in range(3):
        with db.writing(context.sessions) as session:
            jobs = session.scalars(sa.select(Job).where(Job.status == JobStatus.WAITING)).all()
            for job in jobs:
                session.delete(job)
        for job in jobs:
            registry.tasks[job.task].run(context, **job.payload)


def test_letters_that_an_earlier_version_gave_up_wait_to_be_sent_again(engine, context):
    migrate(engine, BEFORE)
    whole = {"name": NAME, "to": "lucia@granada.example", "subject": "Hello", "body": "/reset/s3"}
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO job (task, payload, status, attempts, created_at, run_at,"
                " finished_at, last_error)"
                " VALUES ('send_mail', :payload, 'FAILED', 9, :at, :at, :at, '')"
            ).bindparams(at=NOW),
            {"payload": json.dumps(whole)},
        )

    migrate(engine, "head")
    run_waiting_jobs(context)

    with context.sessions() as session:
        [kept] = session.scalars(sa.select(WaitingMail))
        assert (kept.name, kept.to, kept.failed_at) == (NAME, "lucia@granada.example", NOW)
        assert "s3" not in kept.body
    assert context.mailer.messages == []
    with db.writing(context.sessions) as session:
        mail.retry(session, session.scalars(sa.select(WaitingMail)).one())
    run_waiting_jobs(context)
    assert [it["To"] for it in context.mailer.messages] == ["lucia@granada.example"]


def test_letters_that_wait_survive_the_way_back_and_forth(engine, context):
    migrate(engine, "head")
    with db.writing(context.sessions) as session:
        mail.post(session, Letter(to="lucia@granada.example", subject="Hello", body="/reset/s3\n"))

    migrate(engine, BEFORE, up=False)
    with engine.begin() as connection:
        assert not sa.inspect(connection).has_table("waiting_mail")
        # The older worker does not know how to send it.
        connection.execute(
            sa.text("UPDATE job SET status = 'FAILED', finished_at = :at").bindparams(at=NOW)
        )
    migrate(engine, "head")
    run_waiting_jobs(context)

    assert [it["To"] for it in context.mailer.messages] == ["lucia@granada.example"]
    assert "/reset/s3" in context.mailer.messages[0].get_content()
    with engine.connect() as connection:
        assert not sa.inspect(connection).has_table("kept_mail")
    with db.writing(context.sessions) as session:
        mail.post(session, Letter(to="jonas@mannheim.example", subject="Hello", body="Next\n"))
