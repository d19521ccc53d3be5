"""Administrators see which jobs were given up, and have them tried again."""

import pytest
import sqlalchemy as sa

from grants.kit.jobs.models import Job, JobStatus
from grants.ledger import LedgerEntry
from tests.support import world


@pytest.fixture
def ada(session, clock, iuc, sign_in):
    made = world.person(session, "Ada", "ada@example.org", clock())
    made.administers_since = clock()
    session.commit()
    return sign_in(made)


def give_up(session, clock, task: str, error: str) -> Job:
    made = Job(
        task=task,
        payload={},
        status=JobStatus.FAILED,
        attempts=9,
        created_at=clock(),
        run_at=clock(),
        finished_at=clock(),
        last_error=error,
    )
    session.add(made)
    session.commit()
    return made


def buttons(page) -> list:
    return [it for it in page.forms.values() if it.action.endswith("/portal/jobs")]


def test_they_are_listed_by_name_and_kind_of_error_alone(ada, session, clock):
    give_up(session, clock, "send_receipt", "OSError: lucia@granada.example was not reached")

    page = ada.get("/work").click("^Failed jobs$")

    assert "send_receipt" in page
    assert "OSError" in page
    assert "lucia@granada.example" not in page


@pytest.mark.slow
def test_one_is_tried_again_and_the_ledger_keeps_who_did(ada, session, clock):
    one = give_up(session, clock, "send_receipt", "OSError")
    other = give_up(session, clock, "send_letter", "OSError")
    page = ada.get("/portal/jobs")
    form = next(it for it in buttons(page) if "job" in it.fields and it["job"].value == str(one.id))

    form.submit(status=303)

    session.expire_all()
    assert (one.status, one.attempts) == (JobStatus.WAITING, 0)
    assert other.status is JobStatus.FAILED
    entry = session.scalars(sa.select(LedgerEntry).order_by(LedgerEntry.seq.desc())).first()
    assert (entry.subject_kind, entry.subject_reference) == ("job", str(one.id))


def test_all_are_tried_again_and_the_page_says_that_none_is_left(ada, session, clock):
    for task in ("send_receipt", "send_letter"):
        give_up(session, clock, task, "OSError")

    next(it for it in buttons(ada.get("/portal/jobs")) if "job" not in it.fields).submit(status=303)

    assert "No job has failed" in ada.get("/portal/jobs")


def test_nobody_else_finds_the_page(iuc, sign_in):
    sign_in(iuc.helena).get("/portal/jobs", status=404)
