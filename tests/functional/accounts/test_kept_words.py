"""Signed out while writing: no word is lost, and nobody else puts words in."""

import json

import pytest
from sqlalchemy import select

from grants.kit.mail.models import WaitingMail
from tests.support import world

OURS = {"Origin": "http://localhost"}
LONG = 'Łódź\0 & Αθήνα <b>广州</b>\r\nsecond line "quoted"'
SHOWN = LONG.replace("\0", "").splitlines()


@pytest.fixture
def late(sign_in, iuc, clock):
    """Lucía's browser, with a form that she sends after her session has ended."""
    browser = sign_in(iuc.lucia)
    form = browser.get("/account").forms["details"]
    form["name"] = LONG
    clock.advance(hours=2)
    return browser, form


def sign_in_again(page, email="lucia@example.org", password=world.PASSWORD, **options):
    form = page.forms["sign_in"]
    form["email"], form["password"] = email, password
    return form.submit("sign_in", **options)


def test_what_was_typed_is_carried_through_signing_in(late):
    _browser, form = late

    door = form.submit("save_details", headers=OURS, status=401)
    assert "You were signed out while writing" in door.text
    wrong = sign_in_again(door, password="something else entirely", status=422)
    page = sign_in_again(wrong, status=303).follow()

    assert "This is what you had typed" in page.text
    assert (
        page.html.select_one("dl.facts dd").get_text().splitlines()
        == LONG.replace("\0", "").splitlines()
    )
    sending = page.forms["send_again"]
    assert sending.action == "/account"
    assert sending.submit(status=303).location == "http://localhost/account"


def test_a_form_from_elsewhere_is_not_carried(late):
    browser, form = late
    typed = form.submit_fields("save_details")

    for headers in ({"Origin": "https://evil.example"}, {"Referer": "http://evil.example/"}, {}):
        answer = browser.post("/account", typed, headers=headers, status=303)
        assert answer.location == "http://localhost/sign-in"


def test_the_page_before_counts_where_browsers_name_no_origin(late):
    _browser, form = late

    form.submit("save_details", headers={"Referer": "http://localhost/account"}, status=401)


def test_passwords_are_not_carried(sign_in, iuc, clock):
    form = sign_in(iuc.lucia).get("/account").forms["password"]
    form["old"], form["password"] = world.PASSWORD, "seven bridges over the Neckar"
    clock.advance(hours=2)

    answer = form.submit("save_password", headers=OURS, status="*")

    assert world.PASSWORD not in answer.text
    assert "seven bridges" not in answer.text


def test_a_script_is_told_that_nothing_was_saved(late):
    _browser, form = late

    answer = form.submit("save_details", headers={**OURS, "HX-Request": "true"}, status=401)

    assert answer.text == ""


def test_too_much_is_not_carried(late):
    _browser, form = late
    form["name"] = "x" * 700_000

    form.submit("save_details", headers=OURS, status=303)


@pytest.mark.parametrize(
    "planted",
    [
        "no json",
        "[]",
        "null",
        "{}",
        json.dumps({"path": "https://evil.example/", "fields": [["a", "b"]]}),
        json.dumps({"path": "//evil.example/", "fields": [["a", "b"]]}),
        json.dumps({"path": "/account", "fields": "ab"}),
        json.dumps({"path": "/account", "fields": [["a"]]}),
    ],
)
@pytest.mark.usefixtures("iuc")
def test_words_lead_nowhere_else(browser, planted):
    form = browser.get("/sign-in").forms["sign_in"]
    form["resume"] = planted

    assert sign_in_again(form_page(form), status=303).location == "http://localhost/work"


def form_page(form):
    form.response.forms["sign_in"]["resume"] = form["resume"].value
    return form.response


def test_words_can_be_thrown_away(late):
    browser, form = late
    door = form.submit("save_details", headers=OURS, status=401)
    page = sign_in_again(door).follow()
    token = page.forms["send_again"]["csrf_token"].value

    browser.post("/resume", {"csrf_token": token}, status=303)

    assert browser.get("/resume").location == "http://localhost/work"


def test_a_page_from_before_signing_in_anew_offers_its_words(sign_in, iuc):
    browser = sign_in(iuc.lucia)
    old = browser.get("/account").forms["details"]
    old["name"] = "Lucía F."
    browser.post(
        "/sign-in",
        {
            "csrf_token": old["csrf_token"].value,
            "email": "lucia@example.org",
            "password": world.PASSWORD,
        },
        status=303,
    )

    page = old.submit("save_details", headers=OURS, status=400)

    assert "Lucía F." in page.text
    assert page.forms["send_again"].submit(status=303).location == "http://localhost/account"
    assert old.submit("save_details", headers={"Origin": "https://evil.example"}, status=400)


@pytest.mark.usefixtures("iuc")
def test_who_closed_the_browser_at_the_door_signs_in_again(browser):
    form = browser.get("/sign-in?next=/account").forms["sign_in"]
    form["email"], form["password"] = "lucia@example.org", world.PASSWORD
    browser.reset()  # as closing it does

    page = form.submit("sign_in", headers=OURS, status=400)

    assert page.forms["sign_in"]["email"].value == "lucia@example.org"
    assert sign_in_again(page, status=303).location == "http://localhost/account"


@pytest.mark.usefixtures("iuc")
def test_who_closed_the_browser_while_registering_goes_on(browser, session):
    form = browser.get("/register").forms["register"]
    form["name"], form["email"] = "Marta", "marta@example.org"
    browser.reset()

    page = form.submit("register", headers=OURS, status=400)
    assert "marta@example.org" in page.text
    page.forms["send_again"].submit(status=303)

    assert [it.to for it in session.scalars(select(WaitingMail))] == ["marta@example.org"]


@pytest.mark.usefixtures("iuc")
def test_who_closed_the_browser_and_wrote_no_address_keeps_the_words(browser):
    form = browser.get("/register").forms["register"]
    form["name"], form["email"] = "Marta", "marta at example.org"
    browser.reset()

    page = form.submit("register", headers=OURS, status=400)
    again = page.forms["send_again"].submit(status=422).forms["register"]

    assert (again["name"].value, again["email"].value) == ("Marta", "marta at example.org")


def test_a_button_of_an_old_page_is_pressed_once_more(sign_in, iuc):
    browser = sign_in(iuc.lucia)
    button = browser.get("/account").forms[0]
    button["csrf_token"] = "from another session"

    page = button.submit(headers=OURS, status=303).follow(status=200)

    assert "Please try again" in page.text
    page.forms[0].submit(status=303)


def test_what_was_typed_is_named_as_the_form_asked_it(sign_in, iuc, services, session, clock):
    services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    session.commit()
    browser = sign_in(iuc.lucia)
    form = browser.get("/proposals/IUC-2020-001/sections/cities").forms["section"]
    form["population"] = "232000"
    clock.advance(hours=2)

    page = sign_in_again(form.submit("save", headers=OURS, status=401), status=303).follow()

    asked = [it.text for it in page.html.select("dl.facts dt")]
    assert asked
    assert not {it for it in asked if "_" in it or it in ("Tab", "Revision", "Population")}
    assert "232000" in page
