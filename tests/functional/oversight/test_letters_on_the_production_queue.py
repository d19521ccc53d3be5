"""A letter on the production queue: handed over, tried for days, given up in sight, sent again."""

import asyncio
import smtplib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from grants import cli
from grants.kit.database import db
from grants.kit.jobs import production, production_worker
from grants.kit.jobs.tasks import registry, request_and_rest
from grants.kit.mail import PATIENCE, Outbox
from grants.kit.mail.models import WaitingMail
from tests.support.running import with_mailer

PAGE = "/manage/funds/IUC-ASIA/emails"
TO = "nobody@reviewers.example"


@pytest.fixture(scope="session")
def database_kind():
    """The production queue runs on PostgreSQL alone."""
    return "postgresql"


@dataclass(frozen=True, kw_only=True)
class Server(Outbox):
    """A mail server that is down until its trouble is over."""

    trouble: list[Exception] = field(default_factory=list)

    def send(self, message):
        if self.trouble:
            raise self.trouble[-1]
        super().send(message)


@pytest.fixture
def settings(settings, make_database, database_kind, template_url):
    """A portal on the production queue, with its tables, in a database of its own."""
    url = make_database(database_kind, template=template_url)
    engine = db.make_engine(url)
    with engine.begin() as connection:
        production.install(connection)
    engine.dispose()
    return settings | {"sqlalchemy.url": url, "jobs.backend": "procrastinate", "jobs.url": url}


@pytest.fixture
def ini(settings, tmp_path):
    path = tmp_path / "portal.ini"
    lines = [f"{name} = {value.replace('%', '%%')}" for name, value in settings.items()]
    path.write_text("[app:main]\nuse = egg:grants\n" + "\n".join(lines))
    return str(path)


@pytest.fixture
def server():
    return Server(trouble=[ConnectionRefusedError("nobody listens")])


@pytest.fixture
def work(portal, server):
    """Have a worker of the queue run what is due, and tell where its jobs stand then."""
    context = with_mailer(portal, server)

    async def run():
        queue = production_worker.make_app(context, portal.tasks)
        async with queue.open_async():
            await queue.run_worker_async(
                wait=False, install_signal_handlers=False, delete_jobs="successful"
            )

    def worked():
        with portal.engine.begin() as connection:
            connection.execute(sa.text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
        asyncio.run(run())
        return jobs(portal)

    return worked


def jobs(portal):
    """List the jobs that send letters: what they were told, how often tried, when next."""
    query = sa.text(
        "SELECT args, status::text, attempts, scheduled_at FROM procrastinate_jobs"
        " WHERE task_name = 'post_letter' ORDER BY id"
    )
    with portal.engine.connect() as connection:
        return connection.execute(query).all()


def letter(portal):
    with portal.sessions() as session:
        return session.scalar(sa.select(WaitingMail))


@pytest.fixture
def helena(iuc, sign_in):
    """Helena, who invited somebody to review while the mail server is down."""
    browser = sign_in(iuc.helena)
    form = browser.get("/manage/calls/IUC-2020/invite").forms["invite"]
    form["email"] = TO
    form.submit("invite", status=303)
    return browser


def test_the_job_is_deferred_with_the_request_and_knows_the_letters_name_alone(helena, portal):
    [job] = jobs(portal)

    assert (job.status, job.attempts) == ("todo", 0)
    _request, told = request_and_rest(job.args)
    assert told == {"name": letter(portal).name}


def test_a_letter_is_tried_for_days_given_up_in_sight_and_sent_again(
    helena, portal, work, server, clock, ini, capsys, sign_in, iuc
):
    pause = registry.tasks["post_letter"].pause
    for tried in (1, 2, 3):
        before = datetime.now(UTC)
        [job] = work()
        assert (job.status, job.attempts) == ("todo", tried)
        assert job.scheduled_at >= before + pause(tried) - timedelta(seconds=1)
    assert pause(3) > pause(1)
    assert letter(portal).failed_at is None

    clock.advance(seconds=PATIENCE.total_seconds())
    assert work() == []
    assert letter(portal).failed_at == clock()

    helena = sign_in(iuc.helena)  # days went by
    helena.get(PAGE).mustcontain(TO, "Delivery failed")
    assert cli.main(["mail", ini]) == 1
    assert TO in capsys.readouterr().out
    assert helena.get("/healthz").json["letters_failed"] == 1
    assert work() == []

    server.trouble.clear()
    assert cli.main(["mail", ini, "--retry", "all"]) == 0
    assert "Tried again: 1 letters" in capsys.readouterr().out
    assert [job.status for job in jobs(portal)] == ["todo"]
    assert work() == []
    assert [it["To"] for it in server.messages] == [TO]
    assert letter(portal) is None
    helena.get(PAGE).mustcontain("All emails were delivered")


def test_a_letter_that_was_refused_is_sent_again_from_the_page(helena, portal, work, server):
    server.trouble.append(smtplib.SMTPRecipientsRefused({TO: (550, b"Nobody here")}))
    assert work() == []
    page = helena.get(PAGE)
    page.mustcontain("The mail server refused it")

    server.trouble.clear()
    list(page.forms.values())[-1].submit(status=303)
    assert len(jobs(portal)) == 1
    work()

    assert [it["To"] for it in server.messages] == [TO]
