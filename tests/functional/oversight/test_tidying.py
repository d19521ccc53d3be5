"""What the privacy page says is deleted is deleted, and nothing else."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from grants import ledger
from grants.accounts.models import (
    Identity,
    IdentityKind,
    Invitation,
    OneTimeLink,
    Person,
    Purpose,
    SignInAttempt,
    WebSession,
)
from grants.accounts.service.sessions import Lifetime
from grants.kit.jobs.models import Job, JobStatus
from grants.kit.storage import Storage
from grants.oversight.service import tidying
from grants.oversight.tasks.tidying import tidy
from grants.rules.workflow import Role
from tests.integration.proposals.test_files import LETTER, PDF
from tests.support.running import with_mailer

pytestmark = pytest.mark.both_databases

SPANS = {
    WebSession: tidying.SESSIONS + Lifetime().absolute,
    OneTimeLink: tidying.LINKS + timedelta(hours=1),
    SignInAttempt: tidying.ATTEMPTS,
    Invitation: tidying.INVITATIONS + timedelta(days=14),
}


@pytest.fixture
def context(portal):
    return with_mailer(portal)


@pytest.fixture
def traces(services, session, iuc, clock):
    """One of each that is deleted some day."""
    services.sessions.open(iuc.lucia, lifetime=Lifetime(), agent="Firefox")
    services.people.send_link(email=iuc.lucia.email, purpose=Purpose.RESET)
    session.add(SignInAttempt(email="x@example.org", address="192.0.2.1", at=clock()))
    services.invitations.to_fund(
        iuc.fund, role=Role.AUDITOR, email="somebody@example.org", by=iuc.helena
    )
    session.commit()


def count(session, model):
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.parametrize("model", SPANS)
@pytest.mark.usefixtures("traces")
def test_each_is_deleted_when_its_time_has_come_and_not_before(context, session, clock, model):
    clock.advance(seconds=SPANS[model].total_seconds() - 60)
    tidy(context)
    assert count(session, model) == 1

    clock.advance(minutes=2)
    tidy(context)

    assert count(session, model) == 0
    assert ledger.verify(session).ok


def test_an_account_that_was_never_confirmed_is_forgotten(context, session, iuc, clock):
    never = Person(name="Never", email="never@example.org", language="en", created_at=clock())
    kind = IdentityKind.PASSWORD
    never.identities = [Identity(kind=kind, secret="x", created_at=clock())]
    session.add(never)
    session.commit()
    people = count(session, Person)

    clock.advance(days=29)
    tidy(context)
    assert count(session, Person) == people

    clock.advance(days=2)
    tidy(context)
    assert count(session, Person) == people - 1
    assert ledger.verify(session).ok


def test_one_that_holds_a_role_already_stays(context, services, session, iuc, clock):
    services.founding.manager(iuc.fund, email="first@example.org", name="First")
    session.commit()

    clock.advance(days=400)
    tidy(context)

    assert session.scalars(sa.select(Person).filter_by(email="first@example.org")).first()


def test_done_jobs_go_and_others_stay(context, session, clock):
    at = clock()
    states = {"done": JobStatus.DONE, "failed": JobStatus.FAILED, "waits": JobStatus.WAITING}
    for name, status in states.items():
        finished = None if status is JobStatus.WAITING else at
        session.add(
            Job(
                task=name, payload={}, status=status,
                created_at=at, run_at=at, finished_at=finished,
            )
        )  # fmt: skip
    session.commit()

    clock.advance(days=8)
    tidy(context)

    session.rollback()
    left = {job.task for job in session.scalars(sa.select(Job))}
    assert {"failed", "waits"} <= left
    assert "done" not in left


def test_bytes_that_no_row_names_are_deleted_after_a_while(context, portal, clock, draft_with_file):
    storage: Storage = portal.storage
    stray, kept = storage.put(b"refused").key, draft_with_file.storage_key
    clock.move_to(datetime.now(UTC) + tidying.STRAY_FILES - timedelta(hours=1))
    tidy(context)
    assert storage.get(stray) == b"refused"

    clock.advance(hours=2)
    tidy(context)

    assert storage.older_than(datetime.now(UTC) + timedelta(days=1)) == [kept]


@pytest.fixture
def draft_with_file(services, session, iuc):
    draft = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    file = services.files.attach(
        draft, LETTER, name="letter.pdf", content=io.BytesIO(PDF), by=iuc.lucia
    )
    session.commit()
    return file


def test_it_comes_again_tomorrow_and_once(context, session, clock):
    tidy(context)
    tidy(context)

    waiting = session.scalars(sa.select(Job).filter_by(task="tidy")).all()
    assert [job.run_at for job in waiting] == [clock() + timedelta(days=1)]


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_the_privacy_page_says_the_same_numbers(browser, iuc, language):
    page = browser.get("/privacy", headers={"Accept-Language": language}).html.find("main").text

    numbers = [int(it) for it in re.findall(r"\d+", page)]
    for span in tidying.DELETED_AFTER.values():
        assert span.days in numbers
    assert int(Lifetime().idle.total_seconds() // 60) in numbers


def test_the_privacy_page_names_every_cookie(browser):
    """Whoever adds a cookie has to say so on the page."""
    folder = Path(__file__).parents[3] / "views"
    named = {
        match
        for path in folder.rglob("*.py")
        for match in re.findall(r'^(?:COOKIE|SESSION) = "(\w+)"', path.read_text(), re.M)
    }

    assert named == {"session", "visit", "flash", "language", "device"}
    cookies = browser.get("/privacy").html.find("h2", string="Cookies").find_next("ul")
    assert len(cookies.find_all("li")) == len(named)


@pytest.mark.usefixtures("traces")
def test_the_database_learns_how_much_there_is(context, session, database_kind):
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL learns it by itself")

    tidy(context)

    session.rollback()
    known = session.execute(sa.text("SELECT tbl, stat FROM sqlite_stat1")).all()
    assert "person" in {table for table, _stat in known}
