"""Pages, scripts and styles are sent small, and kept by browsers for as long as they stand."""

import gzip
import re

import pytest
from webob import Request

GZIP = {"Accept-Encoding": "gzip, br"}


def asked(browser, address, **headers):
    """Ask without WebTest, which unpacks what it gets."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    request = Request.blank(address, headers={"Cookie": cookies, **headers})
    return request.get_response(browser.app)


def test_a_page_is_compressed_for_who_takes_it(iuc, sign_in):
    browser = sign_in(iuc.lucia)

    plain, small = asked(browser, "/account"), asked(browser, "/account", **GZIP)

    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Lucía" in gzip.decompress(small.body).decode()


def test_a_secret_in_a_page_is_written_anew_each_time(iuc, sign_in):
    browser = sign_in(iuc.lucia)
    once, again = (browser.get("/account").forms[0]["csrf_token"].value for _ in range(2))

    assert once != again
    form = browser.get("/account").forms[0]
    form["csrf_token"] = once
    assert form.submit(status="*").status_int != 400


@pytest.mark.parametrize("sent", ["", "00", "zz", "é", "0" * 128])
def test_a_token_that_is_none_proves_nothing(iuc, sign_in, sent):
    browser = sign_in(iuc.lucia)

    browser.post("/sign-out", {"csrf_token": sent}, status=400)


def test_a_style_is_compressed_ahead_and_kept_for_good(browser):
    page = browser.get("/")
    address = re.search(r'href="(/static/portal[.]css[?]v=[0-9a-f]+)"', page.text).group(1)

    style = asked(browser, address, **GZIP)
    other = asked(browser, "/static/portal.css?v=0123456789", **GZIP)

    assert style.headers["Content-Encoding"] == "gzip"
    assert "immutable" in style.headers["Cache-Control"]
    assert len(style.body) < len(gzip.decompress(style.body)) / 3
    assert "immutable" not in other.headers["Cache-Control"]


def test_what_is_compressed_already_stays_as_it_is(browser):
    page = browser.get("/")
    font = re.search(r'href="(/static/[^"]+woff2[^"]*)"', page.text).group(1)

    assert "Content-Encoding" not in asked(browser, font, **GZIP).headers
