"""What an operator reads in the logs: each request once, each failure once, and no secret."""

import json
import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from grants.cli import migrate
from grants.kit.jobs.embedded import Worker
from grants.kit.jobs.models import Job
from grants.kit.settings import load
from tests.load.processes import Processes
from tests.support.running import with_mailer
from views.web.routes import ROUTES

TOKEN = "Zm9yIHRlc3RzIG9ubHkgZm9yIHRlc3RzIG9ubHktMTI"
SHORT = "bm90IGEgc2VjcmV0"
ADDRESSES = [address for _name, address, _factory, _keys in ROUTES if "{token}" in address]


@pytest.fixture
def lines(json_logs):
    return json_logs


def answered(lines):
    return [line for line in lines() if line["event"] == "answered"]


def test_a_request_is_one_line_with_a_number_that_the_answer_carries(browser, lines, iuc):
    answer = browser.get("/calls?q=somebody%27s+words")

    (line,) = answered(lines)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/calls", 200)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["level"] == "info"
    assert line["ms"] > 0
    assert line["waited_ms"] == 0


def test_a_number_is_taken_from_our_proxy_and_from_nobody_else(browser, app, lines, iuc):
    given = {"X-Request-ID": "0123456789abcdef"}

    answer = browser.get("/calls", headers=given)

    assert answer.headers["X-Request-ID"] != given["X-Request-ID"]
    object.__setattr__(app.registry["portal"].settings, "proxies", 1)
    assert browser.get("/calls", headers=given).headers["X-Request-ID"] == given["X-Request-ID"]
    forged = browser.get("/calls", headers={"X-Request-ID": '1", "status": 200'})
    assert "status" not in forged.headers["X-Request-ID"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("token", [TOKEN, SHORT])
def test_no_token_of_an_address_is_logged(browser, lines, iuc, address, token):
    path = address.replace("{token}", token).replace("{reference}", "IUC-2020-001")

    browser.get(path.replace("{number:\\d{1,9}}", "1"), status="*")

    said = json.dumps(lines())
    assert token not in said
    assert "(token)" in said


def test_a_long_token_is_left_out_wherever_it_stands(lines):
    import logging

    logging.getLogger("waitress").warning("Exception while serving /reset/%s", TOKEN)
    logging.getLogger("x").warning("went to /sign-in?next=%%2Freset%%2F%s&a=1", TOKEN)

    assert TOKEN not in json.dumps(lines())


def test_a_failure_is_told_once_however_often_it_is_tried(browser, lines, iuc, session):
    session.execute(sa.text("ALTER TABLE call RENAME TO gone"))
    session.commit()

    browser.get("/calls", status=500)

    failures = [line for line in lines() if "exception" in line]
    assert [line["event"] for line in failures] == ["failed"]
    assert answered(lines)[0]["request_id"] == failures[0]["request_id"]
    assert len(answered(lines)) == 1


def test_wrong_passwords_and_refused_access_are_told(browser, sign_in, iuc, lines):
    form = browser.get("/sign-in").forms["sign_in"]
    form["email"], form["password"] = iuc.lucia.email, "not her password at all"
    form.submit("sign_in", extra_environ={"REMOTE_ADDR": "192.0.2.7"}, status="*")
    sign_in(iuc.lucia).get(f"/calls/{iuc.call.code}/proposals", status="*")

    wrong = next(line for line in lines() if line["event"] == "wrong password")
    assert (wrong["client"], wrong["level"]) == ("192.0.2.7", "warning")
    assert "lucia" not in json.dumps(lines()).lower()


def test_what_the_ledger_keeps_is_told_with_the_request(sign_in, iuc, lines, services, session):
    services.programmes.appoint_manager("IUC-ASIA", iuc.jonas.email)
    session.commit()

    told = [line for line in lines() if line["event"] == "recorded"]
    assert [(line["action"], line["subject"]) for line in told] == [("appoint", "fund")]


def test_a_job_is_told_with_the_request_that_asked_for_it(
    browser, lines, iuc, portal, session, clock
):
    form = browser.get("/forgot").forms["forgot"]
    form["email"] = iuc.lucia.email
    form.submit("send")
    number = answered(lines)[-1]["request_id"]
    assert session.scalars(sa.select(Job)).all()

    clock.move_to(datetime(2100, 1, 1, tzinfo=UTC))  # the queue's own stamps are the server's
    worker = Worker(
        context=with_mailer(portal), registry=portal.tasks,
        stopping=threading.Event(), woken=threading.Event(),
    )  # fmt: skip
    while worker.run_one():
        pass

    done = [line for line in lines() if line["event"] == "job done"]
    assert done
    assert {line["request_id"] for line in done} == {number}


def test_gunicorn_writes_one_json_object_a_line(make_database, database_kind, tmp_path):
    processes = Processes(make_database(database_kind), tmp_path, logs="json", server="gunicorn")
    migrate.upgrade(load(processes.ini))

    processes.start()
    processes.kill()

    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    mine = [line for line in lines if line["event"] == "answered"]
    assert {(line["path"], line["status"]) for line in mine} == {("/calls", 200)}
    assert all(line["request_id"] for line in mine)
    assert any(line["logger"] == "gunicorn.error" for line in lines)
