"""Whatever is sent, the answer is a page or a refusal, and never a failure of ours."""

import pytest

from tests.load.fuzz import Fuzz, demonstration


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    """Make the demonstration once; what is sent is refused, or undone with it."""
    yield from demonstration(tmp_path_factory.mktemp("fuzz"))


def test_malformed_requests_are_refused_and_break_nothing(fuzzed):
    app, sessions = fuzzed
    fuzz = Fuzz(app, sessions, seed=7)

    fuzz.run(800)

    assert fuzz.failures == []
    assert {200, 303, 400, 404} <= set(fuzz.answers)


@pytest.mark.parametrize("charset", ["nonsense", "base64", "idna", "utf-16", "\x7f"])
def test_a_charset_that_nobody_knows_is_no_failure(fuzzed, charset):
    app, _sessions = fuzzed
    fuzz = Fuzz(app, {"nobody": ""}, seed=1)
    request, _said = fuzz._request()
    environ = {"CONTENT_TYPE": f"application/x-www-form-urlencoded; charset={charset}"}
    asked = type(request).blank("/sign-in", environ, method="POST")
    asked.body = b"email=a&password=b"

    assert asked.get_response(app).status_int == 400
