"""A submission counts from when it reached us, not from when a thread was free for it."""

import time
from datetime import timedelta

import pytest

from tests.functional.proposals.conftest import ADDRESS
from tests.functional.proposals.test_submission import button
from tests.support.proposals import versions_of

KEY = "known-to-the-proxy-and-to-the-portal-alone"


@pytest.fixture
def settings(settings):
    return settings | {"proxy.key": KEY}


@pytest.fixture
def late_by_eight(iuc, clock, sign_in, whole):
    """Lucia's button, pressed when the call has been closed for eight seconds."""
    clock.move_to(iuc.call.closes_at - timedelta(minutes=1))
    form = button(sign_in(iuc.lucia).get(f"{ADDRESS}/submit"), "/submit")
    clock.move_to(iuc.call.closes_at + timedelta(seconds=8))
    return form


def test_what_the_server_had_two_seconds_before_the_end_is_in_time(late_by_eight, iuc, session):
    stamp = time.time() - 10

    late_by_eight.submit(status=303, extra_environ={"grants.received": stamp})

    submitted = versions_of(session).one().submitted_at
    assert timedelta(0) < iuc.call.closes_at - submitted < timedelta(seconds=2.1)


def test_what_the_proxy_had_two_seconds_before_the_end_is_in_time(late_by_eight, session):
    headers = {"X-Request-Start": f"t={time.time() - 10:.3f}", "X-Proxy-Key": KEY}

    late_by_eight.submit(status=303, headers=headers)

    assert versions_of(session).count() == 1


@pytest.mark.parametrize("key", [{}, {"X-Proxy-Key": ""}, {"X-Proxy-Key": "x" * len(KEY)}])
def test_nobody_but_the_proxy_says_when_a_request_arrived(late_by_eight, session, key):
    headers = {"X-Request-Start": f"t={time.time() - 10:.3f}", **key}

    page = late_by_eight.submit(status=409, headers=headers)

    assert "This call closed on 31 March 2020" in page
    assert versions_of(session).count() == 0
