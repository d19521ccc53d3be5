"""Logs: one line an event, the request on each, and nobody's data in them."""

import io
import json
import logging

import pytest

from grants.kit import logs


@pytest.fixture
def lines(json_logs):
    return json_logs


def test_an_event_is_a_line_with_its_request(lines):
    with logs.about(request_id="r-1"):
        logs.get("grants.calls").info("published", call="IUC-2019", city="Łódź")
    logs.get("grants.calls").info("later")

    first, second = lines()
    assert first["event"] == "published"
    assert (first["request_id"], first["call"], first["city"]) == ("r-1", "IUC-2019", "Łódź")
    assert (first["level"], first["logger"]) == ("info", "grants.calls")
    assert first["timestamp"].endswith("Z")
    assert "request_id" not in second


def test_other_libraries_logs_go_the_same_way(lines):
    with logs.about(request_id="r-2"):
        logging.getLogger("waitress").warning("queue depth is %d", 3)

    (line,) = lines()
    assert (line["event"], line["request_id"]) == ("queue depth is 3", "r-2")


def test_an_error_is_logged_with_its_cause_on_one_line(lines):
    try:
        raise RuntimeError("no answer for marta@granada.example")
    except RuntimeError:
        logs.get("x").exception("failed")

    (line,) = lines()
    assert "RuntimeError" in line["exception"]
    assert "marta" not in line["exception"]


def test_secrets_and_people_are_left_out(lines):
    logs.get("x").info(
        "signed in by marta@granada.example",
        password="herons",
        session_token="t",
        email="marta@granada.example",
        name="Marta",
        database="postgresql://grants:herons@db/grants",
        task_name="send_mail",
        count=3,
    )

    (line,) = lines()
    said = json.dumps(line)
    assert not any(word in said for word in ("herons", "marta", "Marta"))
    assert line["database"] == "postgresql://(credentials)@db/grants"
    assert (line["task_name"], line["count"]) == ("send_mail", 3)


def test_in_development_they_are_read_by_people(root):
    stream = io.StringIO()
    logs.configure("console", stream=stream)

    logs.get("grants.calls").info("published", call="IUC-2019")

    assert "published" in stream.getvalue()
    assert "call=IUC-2019" in stream.getvalue()
    assert len(root.handlers) == 1
