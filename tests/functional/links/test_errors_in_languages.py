"""What cannot be is said in the reader's language, too."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.functional.links.language import Left, typed_in
from tests.support.browsers import Browser


@pytest.fixture(params=["de", "es"])
def left(request, session, iuc):
    found = Left(request.param, typed_in(session))
    session.rollback()
    return found


@pytest.fixture
def lucia(sign_in, iuc, left):
    browser = sign_in(iuc.lucia)
    browser.set_cookie("language", left.language)
    return browser


def test_what_is_not_there_or_not_for_them(lucia, left, iuc):
    for address, status in (
        ("/nowhere", 404),
        ("/manage/calls/IUC-2020", 404),
        (f"/organisations/{iuc.mannheim.id}", 404),
    ):
        answer = lucia.get(address, status=status)
        assert left.on(answer.body) == [], address


def test_what_a_role_does_not_give_access_to(sign_in, left, iuc):
    olga = sign_in(iuc.olga)
    olga.set_cookie("language", left.language)

    answer = olga.get("/manage/funds/IUC-ASIA/calls/new", status=403)

    assert left.on(answer.body) == []


def test_what_the_rules_refuse(lucia, left, clock, iuc, session):
    session.rollback()
    iuc.call.closes_at = clock() + timedelta(minutes=5)
    session.commit()
    page = lucia.get("/calls/IUC-2020/start")
    clock.advance(minutes=10)

    answer = page.forms["start"].submit(status="*")

    assert (answer.status_int, left.on(answer.body)) == (409, [])


def test_a_page_that_has_grown_old(lucia, left):
    answer = lucia.post("/account", {"name": "Lucía", "csrf_token": "old"}, status="4*")

    assert left.on(answer.body) == []


def test_what_broke(left, app, portal):
    browser = Browser(app)
    browser.set_cookie("language", left.language)
    portal.engine.dispose()
    with portal.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE call RENAME TO gone"))

    answer = browser.get("/calls", status=500)

    assert left.on(answer.body) == []
