"""Letters that do not leave: tried for days, given up in sight, sealed while they wait."""

import smtplib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from grants.kit import mail
from grants.kit.database import db
from grants.kit.database.tables import Base
from grants.kit.jobs.models import Job
from grants.kit.jobs.tasks import registry
from grants.kit.mail import LATE, PATIENCE, Letter, Outbox
from grants.kit.mail.models import SentMail, Trouble, WaitingMail
from grants.kit.secrets import sealing
from grants.kit.settings import Settings
from grants.kit.storage import make_storage
from grants.oversight.queries.health import Health
from grants.oversight.service.undelivered_mail import UndeliveredMail
from tests.support.clock import Clock
from tests.support.running import portal_of

pytestmark = pytest.mark.both_databases

TOKEN = "s0-secret-that-it-opens-an-account"
REFUSED = smtplib.SMTPRecipientsRefused({"lucia@granada.example": (550, b"No such mailbox")})
BUSY = smtplib.SMTPRecipientsRefused({"lucia@granada.example": (451, b"Later, please")})


@dataclass(frozen=True, kw_only=True)
class Server(Outbox):
    """A mail server that is down, or refuses, until it is told otherwise."""

    trouble: list[Exception] = field(default_factory=list)

    def send(self, message):
        if self.trouble:
            raise self.trouble[-1]
        super().send(message)


@pytest.fixture
def clock():
    return Clock(datetime(2020, 2, 7, 18, 0, tzinfo=UTC))


@pytest.fixture
def server():
    return Server(trouble=[ConnectionRefusedError("nobody listens")])


@pytest.fixture
def context(make_database, database_kind, server, clock):
    engine = db.make_engine(make_database(database_kind))
    Base.metadata.create_all(engine)
    yield portal_of(
        sessions=db.make_sessions(engine, **{sealing.SECRET: "what only the portal knows"}),
        storage=make_storage("memory:"),
        mailer=server,
        settings=Settings(database_url="", storage_url="", mail_url=""),
        clock=clock,
    )
    engine.dispose()


@pytest.fixture
def letter():
    return Letter(
        to="lucia@granada.example", subject="Set a new password", body=f"Open /reset/{TOKEN}\n"
    )


def post(context, letter, **options):
    with db.writing(context.sessions) as session:
        return mail.post(session, letter, **options)


def attempt(context, name) -> bool:
    """Have a worker try the letter once; tell whether it wants another attempt."""
    try:
        registry.tasks["post_letter"].run(context, name=name)
    except Exception:
        return True
    return False


def waiting(context) -> WaitingMail | None:
    with context.sessions() as session:
        return session.scalar(sa.select(WaitingMail))


def health(context):
    with context.sessions() as session:
        return Health(session, context.storage).check()


def test_a_mail_server_that_is_down_overnight_delays_letters_and_loses_none(
    context, letter, server, clock
):
    name = post(context, letter)
    pause = registry.tasks["post_letter"].pause
    attempts = 0
    while clock() < datetime(2020, 2, 8, 9, 0, tzinfo=UTC):
        attempts += 1
        assert attempt(context, name)
        clock.advance(seconds=pause(attempts).total_seconds())

    assert attempts < 30, "further and further apart"
    server.trouble.clear()
    assert not attempt(context, name)
    assert [it["To"] for it in server.messages] == ["lucia@granada.example"]
    assert waiting(context) is None


def test_it_is_given_up_after_five_days_and_somebody_is_told(context, letter, server, clock):
    name = post(context, letter)
    assert attempt(context, name)
    assert health(context).status == "well"
    for _ in range(LATE):
        attempt(context, name)
    assert (health(context).status, health(context).letters_late) == ("degraded", 1)

    clock.advance(seconds=PATIENCE.total_seconds())
    assert not attempt(context, name)

    found = waiting(context)
    assert (found.failed_at, found.trouble) == (clock(), Trouble.UNREACHABLE)
    assert "nobody listens" in found.last_error
    assert (health(context).status, health(context).letters_failed) == ("degraded", 1)
    server.trouble.clear()
    assert not attempt(context, name)
    assert server.messages == []


def test_what_was_given_up_is_sent_when_somebody_says_so(context, letter, server, clock):
    name = post(context, letter)
    server.trouble.append(REFUSED)
    assert not attempt(context, name)
    server.trouble.clear()

    with db.writing(context.sessions) as session:
        session.execute(sa.delete(Job))
        outgoing = UndeliveredMail(session, lambda _event: None, clock)
        outgoing.send_again(outgoing.everywhere(), by=None)
    with context.sessions() as session:
        job = session.scalars(sa.select(Job)).one()
    registry.tasks[job.task].run(context, **job.payload)

    assert len(server.messages) == 1
    assert health(context).letters


@pytest.mark.parametrize(
    ("problem", "trouble"),
    [
        (REFUSED, Trouble.REFUSED),
        (smtplib.SMTPDataError(554, b"Spam"), Trouble.REFUSED),
        (BUSY, None),
        (smtplib.SMTPDataError(452, b"Full"), None),
        (smtplib.SMTPServerDisconnected("gone"), None),
        (TimeoutError("slow"), None),
    ],
)
def test_what_a_server_refuses_for_good_is_not_tried_for_days(
    context, letter, server, problem, trouble
):
    name = post(context, letter)
    server.trouble.append(problem)

    again = attempt(context, name)

    found = waiting(context)
    assert again == (trouble is None)
    assert (found.failed_at is not None) == (trouble is not None)
    assert found.trouble == (trouble or Trouble.UNREACHABLE)


def test_nothing_that_waits_shows_what_the_letter_says(context, letter):
    post(context, letter)

    with context.sessions() as session:
        rows = [
            str(row) for table in Base.metadata.sorted_tables
            for row in session.execute(sa.select(table))
        ]  # fmt: skip
    assert rows
    assert not [row for row in rows if TOKEN in row]


def test_a_letter_sealed_with_another_secret_is_given_up_at_once(context, letter, server):
    name = post(context, letter)
    server.trouble.clear()
    context.sessions.kw["info"][sealing.SECRET] = "another secret"

    assert not attempt(context, name)

    assert waiting(context).trouble is Trouble.UNREADABLE
    assert server.messages == []


def test_a_link_that_has_ended_is_not_sent(context, letter, server, clock):
    name = post(context, letter, useful_until=clock() + timedelta(hours=1))
    assert attempt(context, name)
    server.trouble.clear()
    clock.advance(hours=2)

    assert not attempt(context, name)

    assert (server.messages, waiting(context)) == ([], None)


def test_letters_of_earlier_versions_are_taken_over(context, server):
    whole = {"to": "a@b.example", "subject": "Hello", "body": f"/reset/{TOKEN}"}
    registry.tasks["send_mail"].run(context, name="1" * 40, **whole)
    registry.tasks["send_mail"].run(context, name="2" * 40, given_up=True, **whole)
    server.trouble.clear()

    for name in ("1" * 40, "2" * 40):
        registry.tasks["post_letter"].run(context, name=name)

    assert len(server.messages) == 1
    with context.sessions() as session:
        assert session.scalars(sa.select(SentMail)).one().message_id.startswith("<111")
    assert health(context).letters_failed == 1
