"""What hostile words, files and settings come to: text stays text, and nothing runs."""

import csv
import io
import subprocess
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.exc import OperationalError

from grants.directory.models import Organisation
from grants.kit.settings import BadSettings, parse
from grants.rules.errors import Refused
from grants.startup_checks import require_safe
from tests.conftest import SETTINGS
from tests.functional.access.crawling import Crawl, signed_in
from tests.functional.access.two_worlds import RESERVED, Story
from tests.support import world
from tests.support.browsers import Browser
from tests.support.samples import PDF
from views.web.responses.headers import HEADERS

EVIL = "<img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://evil.example")'
ADDRESS = "/proposals/IUC-2020-001"


@pytest.fixture
def story(portal, session, clock):
    """A call to its awards, with a proposal whose title and text are markup."""
    told = Story(portal, session, clock, replace(RESERVED, title=EVIL, objectives=EVIL))
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
        name: Crawl(signed_in(app, person)).go(*starts).answers for name, person in people.items()
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
    monkeypatch.setattr("grants.calls.service.calls.Calls.published", broken)
    answer = browser.get("/calls/IUC-2020", status=500)

    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "1234" not in answer
    assert "Traceback" not in answer


def test_people_are_told_also_when_the_database_will_not_go_on(sign_in, iuc, monkeypatch):
    def broken(services, _code):
        services.db.add(Organisation(name="Nowhere", country=None))
        services.db.flush()

    browser = sign_in(iuc.lucia)
    monkeypatch.setattr("grants.calls.service.calls.Calls.published", broken)

    answer = browser.get("/calls/IUC-2020", status=500)

    assert "Something went wrong on our side" in answer
    assert_guarded(answer, "500")


def test_people_are_told_also_when_the_database_is_gone(sign_in, iuc, monkeypatch):
    def gone(*_args, **_more):
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    browser = sign_in(iuc.lucia)
    monkeypatch.setattr("grants.accounts.service.sessions.Sessions.find", gone)

    answer = browser.get("/calls", headers={"Accept-Language": "de"}, status=500)

    assert answer.html.html["lang"] == "de"
    assert answer.html.h1.text == "Bei uns ist etwas schiefgegangen"
    assert_guarded(answer, "500")


def test_a_refusal_is_guarded(sign_in, iuc, monkeypatch):
    def refusing(_self, _code):
        raise Refused("No.")

    browser = sign_in(iuc.lucia)
    monkeypatch.setattr("grants.calls.service.calls.Calls.published", refusing)

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


PRODUCTION = {
    "portal.development": "false",
    "portal.url": "https://grants.example.org",
    "session.secret": "q7Jd0vXn2mPa9sKe4tRb8wYc1zLf5gHu",
    "mail.url": "smtp://grants:herons@mail.example.org:587?starttls=yes",
    "mail.sender": "Competitive fund <fund@example.org>",
    "storage.url": "file:///srv/grants/files",
}


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "short",
        "development-development-development",
        "change-me-" * 5,
        "a" * 40,
        "12345678" * 5,
        "q7Jd0vXn2mPa9sKe" * 2,
        "zyxwvutsrqponmlkjihgfedcba987654321",
        "at least 32 random signs, or more",
    ],
)
def test_production_refuses_a_secret_that_is_none(session, secret):
    settings = parse(SETTINGS | PRODUCTION | {"session.secret": secret})

    with pytest.raises(BadSettings, match="secret"):
        require_safe(settings, session)


def test_production_refuses_demonstration_accounts(session, clock):
    settings = parse(SETTINGS | PRODUCTION)
    require_safe(settings, session)
    person = world.person(session, "Demo", "demo@example.org", clock())
    person.is_demonstration = True
    session.commit()

    with pytest.raises(BadSettings, match="demonstration"):
        require_safe(settings, session)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mail.sender", "nobody"),
        ("mail.sender", "fund@"),
        ("mail.sender", "a..b@example.org"),
        ("mail.sender", "Competitive fund"),
        ("mail.url", "memory:"),
        ("mail.url", "folder:///var/mail"),
        ("mail.url", "https://mail.example.org"),
        ("mail.url", "smtps://mail.example.org"),
        ("mail.url", "smtp:mail.example.org"),
        ("mail.url", "smtp://mail.example.org:port"),
        ("mail.url", "smtp://mail.example.org?starttls=maybe"),
        ("mail.url", "smtp://mail.example.org?tls=yes"),
        ("mail.url", "smtp://grants:herons@mail.example.org"),
        ("portal.url", "grants.example.org"),
        ("portal.url", "https://"),
        ("portal.url", "ftp://grants.example.org"),
        ("portal.url", "http://grants.example.org"),
        ("portal.url", "https://grants.example.org/portal"),
        ("portal.url", "https://grants example.org"),
        ("portal.url", "https://grants.example.org:port"),
        ("storage.url", "memory:"),
        ("proxy.key", "k" * 40),
        ("proxy.key", PRODUCTION["session.secret"]),
        ("scan.clamd", "localhost"),
    ],
)
def test_production_refuses_what_is_no_address_or_keeps_nothing(session, name, value):
    settings = parse(SETTINGS | PRODUCTION | {name: value})

    with pytest.raises(BadSettings, match=name.replace(".", r"\.")) as refused:
        require_safe(settings, session)

    assert "herons" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mail.url", "smtp://localhost:25"),
        ("mail.url", "smtp://mail.example.org:25"),
        ("mail.sender", "fund@localhost"),
        ("portal.url", "http://localhost:8000"),
        ("portal.url", "https://grants.example.org:8443/"),
        ("storage.url", "s3://grants?endpoint=https://s3.example.org"),
        ("session.secret", "5f2b1c9de84a7036d95ae0c1478b3f6291c5d7a8e06b4f3d27a9185ce4f0b632"),
        ("proxy.key", "Vb3kQz8Lw1Xn6Tf9Rj4Hm7Pc2Dy5Gs0A"),
        ("scan.clamd", "localhost:3310"),
    ],
)
def test_production_takes_what_is_right(session, name, value):
    require_safe(parse(SETTINGS | PRODUCTION | {name: value}), session)


@pytest.fixture
def in_production(app, portal):
    """The portal as people reach it in production; a browser of it."""
    read = portal.settings
    changed = {"development": False, "portal_url": "https://grants.example.org"}
    before = {name: getattr(read, name) for name in (*changed, "hosts")}
    for name, value in {**changed, "hosts": ("fund.example.org",)}.items():
        object.__setattr__(read, name, value)
    yield Browser(app, extra_environ={"wsgi.url_scheme": "https"})
    for name, value in before.items():
        object.__setattr__(read, name, value)


@pytest.mark.parametrize(
    ("host", "leads_to"),
    [
        ("grants.example.org", "grants.example.org"),
        ("grants.example.org:443", "grants.example.org"),
        ("fund.example.org", "fund.example.org"),
        ("evil.example", "grants.example.org"),
        ("grants.example.org.evil.example", "grants.example.org"),
        ("evil.example:443", "grants.example.org"),
        ("", "grants.example.org"),
    ],
)
def test_redirects_lead_to_the_portals_own_names_alone(in_production, iuc, host, leads_to):
    headers = {"Host": host, "X-Forwarded-Host": "evil.example"}

    there = in_production.get("/work", headers=headers, status=303).headers["Location"]

    assert urlsplit(there).hostname in (leads_to, None)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"]
)
def test_whoever_signs_in_is_sent_nowhere_else(in_production, iuc, session, elsewhere):
    session.commit()
    form = in_production.get("/sign-in", {"next": elsewhere}).forms["sign_in"]
    form["email"], form["password"], form["next"] = iuc.lucia.email, world.PASSWORD, elsewhere

    there = form.submit("sign_in", status=303).headers["Location"]

    assert urlsplit(there).path == "/work"
    assert urlsplit(there).hostname in ("grants.example.org", None)
