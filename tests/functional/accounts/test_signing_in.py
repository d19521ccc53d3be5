"""The door: who gets in, for how long, and what strangers learn."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from webtest import TestApp

from grants.accounts import passwords
from grants.accounts.models import SignInAttempt, WebSession
from grants.kit.secrets import tokens
from tests.functional.accounts.asking import statements, words
from tests.support import world
from views.web.session.csrf import _unmask

pytestmark = pytest.mark.usefixtures("iuc")

WRONG = "not my password at all"
SECURE = {"wsgi.url_scheme": "https", "HTTP_HOST": "localhost:443"}


def cookies_of(answer):
    return {line.partition("=")[0]: line for line in answer.headers.getall("Set-Cookie")}


def test_an_officer_signs_in_and_out(at_the_door, browser):
    answer = at_the_door("lucia@example.org", browser=browser, next="/account", status=303)
    page = browser.get("/account")

    assert answer.location == "http://localhost/account"
    assert "Lucía Fernández" in page.text

    page.forms[0].submit(status=303)

    assert browser.get("/account").location == "http://localhost/sign-in?next=%2Faccount"


def test_an_address_is_known_whatever_its_case(at_the_door):
    at_the_door(" Lucia@Example.ORG ", status=303)


def test_the_cookie_is_out_of_reach(at_the_door, session):
    cookie = cookies_of(at_the_door("lucia@example.org"))["session"]
    token = cookie.partition("=")[2].partition(";")[0]

    stored = session.scalars(sa.select(WebSession.token_hash)).all()

    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert stored == [tokens.hashed(token)]
    assert len(token) == 43  # 256 bits


def test_under_https_the_cookie_is_for_this_host_and_https_alone(app):
    browser = TestApp(app, extra_environ=SECURE)
    form = browser.get("https://localhost/sign-in").forms["sign_in"]
    form["email"], form["password"] = "lucia@example.org", world.PASSWORD

    answer = form.submit("sign_in", headers={"Origin": "https://localhost"})

    assert "secure" in cookies_of(answer)["__Host-session"]
    assert "Path=/" in cookies_of(answer)["__Host-session"]
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_under_https_a_form_from_elsewhere_is_refused(app):
    browser = TestApp(app, extra_environ=SECURE)
    form = browser.get("https://localhost/sign-in").forms["sign_in"]
    form["email"], form["password"] = "lucia@example.org", world.PASSWORD

    answer = form.submit("sign_in", headers={"Origin": "https://evil.example"}, status=400)

    assert "__Host-session" not in answer.headers.getall("Set-Cookie")
    assert "__Host-session" not in browser.cookies


def test_a_wrong_password_and_an_unknown_address_are_told_alike(at_the_door):
    wrong = at_the_door("lucia@example.org", WRONG, status=422)
    unknown = at_the_door("nobody@example.org", WRONG, status=422)

    assert words(wrong) == words(unknown)
    assert "do not belong together" in words(wrong)
    assert WRONG not in wrong.text


def test_the_same_is_asked_of_the_database_for_unknown_addresses(at_the_door, portal):
    with statements(portal.engine) as known:
        at_the_door("lucia@example.org", WRONG, status=422)
    with statements(portal.engine) as unknown:
        at_the_door("nobody@example.org", WRONG, status=422)

    assert known
    assert known == unknown


def test_after_five_wrong_passwords_an_account_rests_for_who_tried(at_the_door, clock):
    for _ in range(5):
        at_the_door("lucia@example.org", WRONG, status=422)

    page = at_the_door("lucia@example.org", status=429)
    assert "try again in 15 minutes" in page.text
    assert "Request a link by email" in page.text

    at_the_door("jonas@example.org", status=303)
    clock.advance(minutes=15)
    at_the_door("lucia@example.org", status=303)


def test_guesses_keep_an_officer_out_neither_elsewhere_nor_in_a_browser_of_theirs(at_the_door, app):
    home = TestApp(app, extra_environ={"REMOTE_ADDR": "192.0.2.7"})
    known = TestApp(app)
    at_the_door("lucia@example.org", browser=known, status=303)
    known.post("/sign-out", {"csrf_token": known.get("/account").forms[0]["csrf_token"].value})
    for _ in range(20):
        at_the_door("lucia@example.org", WRONG, status="*")
    at_the_door("lucia@example.org", status=429)

    at_the_door("lucia@example.org", browser=known, status=303)
    at_the_door("lucia@example.org", browser=home, status=303)


def test_guesses_from_everywhere_close_an_account_to_browsers_nobody_knows(at_the_door, app):
    known = TestApp(app)
    at_the_door("lucia@example.org", browser=known, status=303)
    known.post("/sign-out", {"csrf_token": known.get("/account").forms[0]["csrf_token"].value})
    for number in range(30):
        there = TestApp(app, extra_environ={"REMOTE_ADDR": f"192.0.2.{number}"})
        at_the_door("lucia@example.org", WRONG, browser=there, status=422)

    at_the_door("lucia@example.org", status=429)
    at_the_door("lucia@example.org", browser=known, status=303)


def test_a_known_browser_is_no_place_to_guess(at_the_door, app):
    known = TestApp(app)
    at_the_door("lucia@example.org", browser=known, status=303)
    known.post("/sign-out", {"csrf_token": known.get("/account").forms[0]["csrf_token"].value})
    for _ in range(10):
        at_the_door("lucia@example.org", WRONG, browser=known, status=422)
    at_the_door("lucia@example.org", browser=known, status=429)
    for _ in range(5):
        at_the_door("jonas@example.org", WRONG, browser=known, status=422)

    at_the_door("jonas@example.org", browser=known, status=429)


def test_a_known_browser_cannot_be_made_up(at_the_door, app):
    forged = TestApp(app)
    forged.set_cookie("device", "eyJkZXZpY2UiOiAieCIsICJwZW9wbGUiOiBbMV19")
    for _ in range(5):
        at_the_door("lucia@example.org", WRONG, browser=forged, status=422)

    at_the_door("lucia@example.org", browser=forged, status=429)


def test_an_address_that_is_nobodys_rests_just_the_same(at_the_door):
    for _ in range(5):
        at_the_door("nobody@example.org", WRONG, status=422)

    at_the_door("nobody@example.org", WRONG, status=429)


def test_after_twenty_wrong_passwords_a_network_address_rests(at_the_door, app):
    for number in range(20):
        at_the_door(f"person{number}@example.org", WRONG, status=422)

    at_the_door("lucia@example.org", status=429)
    elsewhere = TestApp(app, extra_environ={"REMOTE_ADDR": "192.0.2.7"})
    at_the_door("lucia@example.org", browser=elsewhere, status=303)


def test_a_password_of_older_parameters_is_stored_anew(at_the_door, session, iuc):
    from argon2 import PasswordHasher

    [identity] = iuc.lucia.identities
    identity.secret = PasswordHasher(time_cost=1, memory_cost=8192).hash(world.PASSWORD)
    session.commit()

    at_the_door("lucia@example.org", status=303)

    session.refresh(identity)
    assert not passwords.needs_rehash(identity.secret)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\tevil",
        "///evil.example",
    ],
)
def test_nobody_is_sent_elsewhere(at_the_door, target):
    answer = at_the_door("lucia@example.org", next=target, status=303)

    assert answer.location == "http://localhost/work"


def test_a_planted_session_is_not_taken_over(at_the_door, app):
    browser = TestApp(app)
    browser.set_cookie("session", "planted-by-somebody-else")

    at_the_door("lucia@example.org", browser=browser, status=303)

    assert browser.cookies["session"] != "planted-by-somebody-else"
    thief = TestApp(app)
    thief.set_cookie("session", "planted-by-somebody-else")
    assert thief.get("/account").status_int == 303


def test_signing_in_again_changes_the_token_and_ends_the_old_session(sign_in, iuc, app):
    browser = sign_in(iuc.lucia)
    before = browser.cookies["session"]
    old = TestApp(app)
    old.set_cookie("session", before)

    token = old.get("/account").forms["details"]["csrf_token"].value
    again = {"email": "lucia@example.org", "password": world.PASSWORD, "csrf_token": token}
    browser.post("/sign-in", again, status=303)

    assert browser.cookies["session"] != before
    assert old.get("/account").status_int == 303


def test_an_idle_session_ends(sign_in, iuc, clock):
    browser = sign_in(iuc.lucia)
    clock.advance(minutes=59)
    browser.get("/account", status=200)
    clock.advance(minutes=59)
    browser.get("/account", status=200)
    clock.advance(minutes=60)

    browser.get("/account", status=303)


def test_a_session_ends_for_good_after_twelve_hours(sign_in, iuc, clock):
    browser = sign_in(iuc.lucia)
    for _ in range(23):
        clock.advance(minutes=31)
        browser.get("/account", status=200)

    clock.advance(minutes=7)

    browser.get("/account", status=303)


def test_reading_writes_at_most_once_a_minute(sign_in, iuc, clock, session):
    browser = sign_in(iuc.lucia)

    def seen():
        session.expire_all()
        moment = session.scalars(sa.select(WebSession.seen_at)).one()
        session.rollback()
        return moment

    begun = seen()
    clock.advance(seconds=59)
    browser.get("/account")
    assert seen() == begun
    clock.advance(seconds=1)
    browser.get("/account")
    assert seen() == clock()


def test_a_refused_form_is_a_sign_of_life_too(sign_in, iuc, clock):
    browser = sign_in(iuc.lucia)
    form = browser.get("/account").forms["details"]
    form["name"] = ""
    for _ in range(3):
        clock.advance(minutes=40)
        form.submit("save_details", status=422)

    browser.get("/account", status=200)


def test_going_on_moves_the_idle_end_and_not_the_absolute_one(sign_in, iuc, clock):
    browser = sign_in(iuc.lucia)
    page = browser.get("/account")
    token = page.forms["details"]["csrf_token"].value
    clock.advance(minutes=50)

    told = browser.post("/session/extend", headers={"X-CSRF-Token": token}).json

    assert told["idle_until"] == "2020-02-03T10:50:00+00:00"
    assert told["absolute_until"] == "2020-02-03T21:00:00+00:00"
    fresh = told["csrf_token"]
    assert fresh != token  # each answer masks it anew
    assert _unmask(fresh) == _unmask(token)
    form = page.forms["details"]
    form["csrf_token"] = fresh
    form.submit("save_details", status=303)
    clock.advance(minutes=59)
    browser.get("/account", status=200)


def test_a_page_tells_when_the_session_ends(sign_in, iuc):
    page = sign_in(iuc.lucia).get("/account")

    told = {meta["name"]: meta["content"] for meta in page.html.select("meta[name^=session]")}
    assert told["session-idle-until"] == "2020-02-03T10:00:00+00:00"
    assert told["session-absolute-until"] == "2020-02-03T21:00:00+00:00"


def test_a_script_of_a_stranger_is_told_so_and_not_sent_a_page(browser):
    browser.get("/session/extend", headers={"Accept": "application/json"}, status=401)


def test_signing_out_everywhere_ends_every_browser(sign_in, iuc):
    here, there, other = sign_in(iuc.lucia), sign_in(iuc.lucia), sign_in(iuc.jonas)

    page = here.get("/account")
    assert len(page.html.select("#my-browsers ~ table tbody tr")) == 2
    token = page.forms["details"]["csrf_token"].value
    here.post("/sign-out-everywhere", {"csrf_token": token}, status=303)

    assert there.get("/account").status_int == 303
    assert other.get("/account").status_int == 200
    assert "You are signed out everywhere." in here.get("/sign-in").text


def test_a_form_without_its_token_does_nothing(sign_in, iuc):
    browser = sign_in(iuc.lucia)

    browser.post("/sign-out-everywhere", {"csrf_token": "guessed"}, status="*")

    browser.get("/account", status=200)


def test_anothers_token_does_not_fit(sign_in, iuc):
    lucia, jonas = sign_in(iuc.lucia), sign_in(iuc.jonas)
    token = jonas.get("/account").forms["details"]["csrf_token"].value

    lucia.post("/sign-out-everywhere", {"csrf_token": token}, status="*")

    lucia.get("/account", status=200)


def test_what_a_page_says_cannot_be_made_up(browser):
    browser.set_cookie("flash", "eyJ0ZXh0IjoiZm9yZ2VkIn0")

    page = browser.get("/sign-in", status=200)

    assert not page.html.select(".flashes .notice")


def test_a_sign_of_life_that_cannot_be_noted_does_not_undo_the_page(sign_in, iuc, clock, portal):
    browser = sign_in(iuc.lucia)
    clock.advance(minutes=2)
    failed = []

    def fail(_connection, _cursor, statement, *_rest):
        if statement.startswith("UPDATE web_session"):
            failed.append(statement)
            raise sa.exc.OperationalError(statement, {}, Exception("locked"))

    sa.event.listen(portal.engine, "before_cursor_execute", fail)
    browser.get("/account", status=200)
    assert len(failed) == 1


PROXY = {"REMOTE_ADDR": "10.0.0.1"}


@pytest.fixture
def behind(app, portal):
    """Put a number of proxies in front of the portal."""
    made = []

    def put(proxies):
        made.append(replace(portal, settings=replace(portal.settings, proxies=proxies)))
        app.registry["portal"] = made[-1]

    yield put
    for it in made:
        it.engine.dispose()


@pytest.fixture
def heard_from(app, at_the_door, session, behind):
    """Which address a wrong password counts for: `heard_from("1.2.3.4", proxies=1)`."""

    def heard(passed_on, *, proxies):
        behind(proxies)
        headers = {} if passed_on is None else {"X-Forwarded-For": passed_on}
        browser = TestApp(app, extra_environ=PROXY)
        at_the_door("nobody@example.org", WRONG, browser=browser, headers=headers, status="*")
        return session.scalars(sa.select(SignInAttempt.address)).one()

    return heard


@pytest.mark.parametrize(
    ("proxies", "passed_on", "address"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7,10.0.0.2", "203.0.113.7"),
        (1, "2001:DB8:0:0::7", "2001:db8::7"),
    ],
)
def test_behind_proxies_it_counts_whom_the_first_of_them_heard(
    heard_from, proxies, passed_on, address
):
    assert heard_from(passed_on, proxies=proxies) == address


@pytest.mark.parametrize(
    ("proxies", "passed_on"),
    [
        (0, "203.0.113.7"),
        (0, "198.51.100.1, 203.0.113.7"),
        (1, None),
        (1, ""),
        (1, "203.0.113.7, unknown"),
        (1, "203.0.113.7,"),
        (2, "203.0.113.7"),
    ],
)
def test_what_no_proxy_of_ours_wrote_is_not_believed(heard_from, proxies, passed_on):
    assert heard_from(passed_on, proxies=proxies) == PROXY["REMOTE_ADDR"]


def test_behind_a_proxy_one_stranger_does_not_keep_everybody_out(app, at_the_door, behind):
    behind(1)
    browser, stranger = TestApp(app, extra_environ=PROXY), {"X-Forwarded-For": "203.0.113.7"}
    for number in range(20):
        at_the_door(f"p{number}@example.org", WRONG, browser=browser, headers=stranger, status=422)
    at_the_door("p@example.org", WRONG, browser=browser, headers=stranger, status=429)

    officer = {"X-Forwarded-For": "198.51.100.1"}
    at_the_door("lucia@example.org", browser=browser, headers=officer, status=303)
