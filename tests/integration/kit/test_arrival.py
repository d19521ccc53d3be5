"""Whose word counts on when a request arrived."""

import pytest

from grants.serving.arrival import HEADER, KEY_HEADER, STAMP, waited

KEY = "k" * 40
NOW = 1_600_000_000.0


def by_proxy(at, key=KEY):
    return {HEADER: f"t={at:.3f}", KEY_HEADER: key}


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        pytest.param({}, 0, id="nobody stamped it"),
        pytest.param({STAMP: NOW - 4}, 4, id="the server did"),
        pytest.param(by_proxy(NOW - 10), 10, id="the proxy did"),
        pytest.param({STAMP: NOW - 4, **by_proxy(NOW - 10)}, 10, id="the proxy had it earlier"),
        pytest.param({STAMP: NOW - 4, **by_proxy(NOW - 1)}, 4, id="the proxy's clock is ahead"),
        pytest.param(by_proxy(NOW + 60), 0, id="the proxy's clock is far ahead"),
        pytest.param(by_proxy(NOW - 86400), 0, id="the proxy's clock is a day behind"),
        pytest.param(by_proxy(NOW - 10, "guessed" * 6), 0, id="somebody else stamped it"),
        pytest.param({HEADER: f"t={NOW - 10}"}, 0, id="without the key"),
        pytest.param({HEADER: "t=yesterday", KEY_HEADER: KEY}, 0, id="no moment"),
        pytest.param({HEADER: "t=1e9", KEY_HEADER: KEY}, 0, id="no plain number"),
        pytest.param({STAMP: NOW + 5}, 0, id="the clock was put back"),
    ],
)
def test_how_long_a_request_has_been_with_us(environ, seconds):
    assert waited(environ, key=KEY, now=NOW) == pytest.approx(seconds)


def test_without_a_key_no_stamp_is_believed():
    assert waited(by_proxy(NOW - 10, ""), key="", now=NOW) == 0
