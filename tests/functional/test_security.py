"""What hostile words, files and settings come to: text stays text, and nothing runs."""

import csv
import io
import subprocess
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.exc import OperationalError

from grants.errors import Refused
from grants.models import Organisation
from grants.safety import require_safe
from grants.settings import BadSettings, parse
from tests import world
from tests.conftest import SETTINGS
from tests.functional.access.crawling import Crawl, signed_in
from tests.functional.access.two_worlds import RESERVED, Story
from tests.samples import PDF
from views.headers import HEADERS

EVIL = "<img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://evil.example")'
ADDRESS = "/proposals/IUC-2020-001"


@pytest.fixture
def story(core, session, clock):
    """A call to its awards, with a proposal whose title and text are markup."""
    told = Story(core, session, clock, replace(RESERVED, title=EVIL, objectives=EVIL))
    told.world.granada.name = f"City of {EVIL}"
    told.receive()
    told.review()
    return told


@pytest.fixture
def crawls(app, story):
    """What the applicant, a reviewer, a manager and an auditor reach, during and after."""
    it = story.world
    story.session.commit()
    people = {"lucia": it.lucia, "anna": it.anna, "helena": it.helena, "olga": it.olga}
    code = it.call.code
    starts = ["/work", f"/manage/calls/{code}", f"/manage/calls/{code}/proposals", "/reviews"]
    return {
        name: Crawl(signed_in(app, person)).go(*starts).pages for name, person in people.items()
    }


@pytest.mark.slow
def test_every_page_is_guarded_and_what_people_typed_is_text(crawls):
    shown = dict.fromkeys(crawls, 0)
    for name, pages in crawls.items():
        for address, answer in pages.items():
            where = f"{name} at {address}"
            assert answer.status_int in (200, 303, 403, 404, 409), f"{where}: {answer.status}"
            assert_guarded(answer, where)
            if answer.content_type == "text/html":
                assert_plain(answer, where)
                shown[name] += "&lt;img src=x onerror=alert(1)&gt;" in answer
            elif answer.content_type == "text/csv":
                assert_no_formula(answer)
            elif answer.content_type == "application/pdf" and answer.body != PDF:
                assert_text_of_pdf(answer)
    assert all(count >= 3 for count in shown.values()), shown
    kinds = {answer.content_type for pages in crawls.values() for answer in pages.values()}
    assert {"text/html", "text/csv", "application/pdf"} <= kinds


def assert_guarded(answer, where):
    missing = {name for name in HEADERS if name not in answer.headers}
    assert not missing, where
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy, where
    assert "unsafe" not in policy, where
    assert "Set-Cookie" not in answer.headers or "HttpOnly" in answer.headers["Set-Cookie"], where
    assert answer.headers.get("Cache-Control") == "no-store" or "/fund.css" in where, where


def assert_plain(answer, where):
    page = BeautifulSoup(answer.text, "html.parser")
    assert not page.select("img[onerror], img[src=x]"), where
    assert not page.select("style, script:not([src])"), where
    for tag in page.find_all(True):
        inline = [name for name in tag.attrs if name == "style" or name.startswith("on")]
        assert not inline, f"{where}: {inline} in {tag.name}"
    assert "Traceback" not in answer, where


def assert_no_formula(answer):
    for row in csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))):
        assert not [cell for cell in row if cell[:1] in "=+@\t\r" and cell]


def assert_text_of_pdf(answer):
    """Markup in a PDF is text, too: neither obeyed nor lost."""
    said = subprocess.run(
        ["pdftotext", "-", "-"], input=answer.body, capture_output=True, check=True
    ).stdout.decode()
    assert said.count("<img") == said.count("onerror"), said[:500]


def test_a_formula_in_a_title_is_text_in_a_spreadsheet(app, story):
    story.others[0].title = FORMULA
    story.session.commit()

    answer = signed_in(app, story.world.helena).get("/manage/calls/IUC-2020/proposals.csv")

    assert f"'{FORMULA}" in [
        cell for row in csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))) for cell in row
    ]
    assert_no_formula(answer)


@pytest.mark.usefixtures("iuc")
@pytest.mark.parametrize("path", ["/", "/no/such", "/calls", "/proposals/x", "/static/no.css"])
def test_strangers_are_guarded_as_well(browser, path):
    answer = browser.get(path, status="*")

    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_what_breaks_is_guarded_and_shows_nothing_of_itself(app, sign_in, iuc, monkeypatch):
    def broken(_self, _code):
        raise RuntimeError("the password of the database is 1234")

    browser = sign_in(iuc.lucia)
    monkeypatch.setattr("grants.services.calls.Calls.published", broken)
    answer = browser.get("/calls/IUC-2020", status=500)

    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "1234" not in answer
    assert "Traceback" not in answer


def test_people_are_told_also_when_the_database_will_not_go_on(sign_in, iuc, monkeypatch):
    def broken(services, _code):
        services.db.add(Organisation(name="Nowhere", country=None))
        services.db.flush()

    browser = sign_in(iuc.lucia)
    monkeypatch.setattr("grants.services.calls.Calls.published", broken)

    answer = browser.get("/calls/IUC-2020", status=500)

    assert "Something went wrong on our side" in answer
    assert_guarded(answer, "500")


def test_people_are_told_also_when_the_database_is_gone(sign_in, iuc, monkeypatch):
    def gone(*_args, **_more):
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    browser = sign_in(iuc.lucia)
    monkeypatch.setattr("grants.services.sessions.Sessions.find", gone)

    answer = browser.get("/calls", headers={"Accept-Language": "de"}, status=500)

    assert answer.html.html["lang"] == "de"
    assert answer.html.h1.text == "Bei uns ist etwas schiefgegangen"
    assert_guarded(answer, "500")


def test_a_refusal_is_guarded(sign_in, iuc, monkeypatch):
    def refusing(_self, _code):
        raise Refused("No.")

    browser = sign_in(iuc.lucia)
    monkeypatch.setattr("grants.services.calls.Calls.published", refusing)

    assert_guarded(browser.get("/calls/IUC-2020", status=409), "409")


def test_a_session_cookie_is_for_the_server_alone_and_for_https_where_there_is_https(app, iuc):
    browser = signed_in(app, None)
    form = browser.get("/sign-in").forms["sign_in"]
    form["email"], form["password"] = iuc.lucia.email, world.PASSWORD
    answer = form.submit("sign_in", extra_environ={"wsgi.url_scheme": "https"}, status="*")

    for cookie in answer.headers.getall("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.fixture
def draft(services, iuc, session):
    """Granada's proposal, begun."""
    made = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    session.commit()
    return made


def put(browser, content, name, status, field="annexes.mayor_letter"):
    page = browser.get(f"{ADDRESS}/sections/annexes")
    token = page.html.find("input", {"name": "csrf_token"})["value"]
    return browser.put(
        f"{ADDRESS}/files/{field}?{urlencode({'name': name})}",
        content,
        content_type="application/octet-stream",
        headers={"X-CSRF-Token": token},
        status=status,
    )


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"MZ\x90\x00",
        b"",
    ],
    ids=["html", "svg", "program", "nothing"],
)
def test_what_only_says_that_it_is_a_pdf_is_refused(sign_in, iuc, content):
    assert "letter.pdf" in put(sign_in(iuc.lucia), content, "letter.pdf", 422).json["problem"]


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", "..\\..\\boot.pdf", "a/../../b.pdf", "\r\nSet-Cookie: x.pdf"]
)
def test_a_name_leads_nowhere(sign_in, iuc, name, tmp_path):
    browser = sign_in(iuc.lucia)

    sent = put(browser, PDF, name, 201).json

    assert not set("/\\\r\n") & set(sent["name"])
    fetched = browser.get(sent["url"])
    assert fetched.headers["Content-Disposition"].startswith("attachment; ")
    assert "sandbox" in fetched.headers["Content-Security-Policy"]
    outside = [it for it in tmp_path.rglob("*.pdf") if "files" not in it.parts]
    assert outside == []


@pytest.mark.usefixtures("draft")
def test_a_hostile_name_is_text(sign_in, iuc):
    browser = sign_in(iuc.lucia)
    put(browser, PDF, f"{EVIL}.pdf", 201)

    page = browser.get(f"{ADDRESS}/sections/annexes")

    assert "&lt;img src=x" in page
    assert_plain(page, "annexes")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../development.ini",
        "/static/%2e%2e/%2e%2e/development.ini",
        "/static/..%2f..%2fdevelopment.ini",
        "/static//etc/passwd",
        "/dev/mail/..%2fsecret",
    ],
)
def test_no_address_leads_out_of_its_folder(browser, path, iuc):
    assert iuc
    answer = browser.get(path, status="*").maybe_follow(status="*")
    assert answer.status_int in (400, 404)
    assert "session.secret" not in answer
    assert "root:" not in answer


def test_somebody_elses_form_does_nothing(sign_in, iuc, draft, session):
    browser = sign_in(iuc.lucia)
    for headers in ({}, {"Origin": "https://evil.example"}, {"X-CSRF-Token": "guessed"}):
        browser.post(f"{ADDRESS}/withdraw", {"csrf_token": "guessed"}, headers, status=400)

    session.rollback()
    session.expire_all()
    assert draft.withdrawn_at is None


@pytest.mark.parametrize(
    "secret", ["", "short", "development-development-development", "change-me-" * 5]
)
def test_production_refuses_a_secret_that_is_none(session, secret):
    settings = parse(SETTINGS | {"portal.development": "false", "session.secret": secret})

    with pytest.raises(BadSettings, match="secret"):
        require_safe(settings, session)


def test_production_refuses_demonstration_accounts(session, clock):
    settings = parse(
        SETTINGS
        | {"portal.development": "false", "session.secret": "q7Jd0vXn2mPa9sKe4tRb8wYc1zLf5gHu"}
    )
    require_safe(settings, session)
    person = world.person(session, "Demo", "demo@example.org", clock())
    person.is_demonstration = True
    session.commit()

    with pytest.raises(BadSettings, match="demonstration"):
        require_safe(settings, session)
