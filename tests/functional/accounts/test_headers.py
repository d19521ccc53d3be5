"""What every answer tells browsers to refuse."""

import pytest
from pyramid.response import Response

from views.web.downloads import as_download
from views.web.responses.headers import HEADERS


@pytest.mark.usefixtures("iuc")
@pytest.mark.parametrize("path", ["/sign-in", "/no/such/page", "/static/portal.css", "/fund.css"])
def test_every_answer_is_guarded(browser, path):
    answer = browser.get(path, status="*")

    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in answer.headers
    assert "X-Tm" not in answer.headers


def test_pages_of_people_are_not_kept(sign_in, iuc, browser):
    answer = sign_in(iuc.lucia).get("/account")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Session-Idle-Until"] == "2020-02-03T10:00:00+00:00"
    assert "Session-Idle-Until" not in browser.get("/sign-in").headers


def test_nothing_is_inline(sign_in, iuc):
    page = sign_in(iuc.lucia).get("/account").html

    assert not page.select("style, [style], script:not([src]), [onclick], [onsubmit]")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("receipt.pdf", "receipt.pdf"),
        ("Łódź 广州.pdf", "odz .pdf"),
        ('a"b\\c/d;e.pdf', "a_b_c_d_e.pdf"),
        ("line\r\nSet-Cookie: x.pdf", "line__Set-Cookie: x.pdf"),
        ("广州", "file"),
    ],
)
def test_a_download_has_a_name_in_any_script_and_runs_nothing(name, plain):
    headers = as_download(Response(b"x"), name).headers

    assert headers["Content-Disposition"].startswith(f'attachment; filename="{plain}"; filename*=')
    assert "\r" not in headers["Content-Disposition"]
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
