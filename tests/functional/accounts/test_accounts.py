"""Getting an account, and getting back into it."""

import pytest
import sqlalchemy as sa
from webtest import TestApp

from grants.accounts.models import OneTimeLink, Person
from tests.functional.accounts.asking import statements, words
from tests.support import world

pytestmark = pytest.mark.usefixtures("iuc")

PASSWORD = "seven bridges over the Neckar"


@pytest.fixture
def register(app):
    def register(email="marta@example.org", name="Marta Ruiz", **options):
        form = TestApp(app).get("/register").forms["register"]
        form["name"], form["email"] = name, email
        return form.submit("register", **options)

    return register


@pytest.fixture
def forget(app):
    def forget(email, **options):
        form = TestApp(app).get("/forgot").forms["forgot"]
        form["email"] = email
        return form.submit("send", **options)

    return forget


def confirm(browser, link, password=PASSWORD, *, name="Marta Ruiz", **options):
    form = browser.get(link).forms["confirm"]
    form["name"], form["password"] = name, password
    return form.submit("confirm", **options)


def set_password(browser, link, password=PASSWORD, **options):
    form = browser.get(link).forms["reset"]
    form["password"] = password
    return form.submit("save", **options)


def test_an_account_is_opened_and_confirmed_by_mail(register, mailbox, browser, at_the_door):
    register(status=303).follow(status=200)
    link = mailbox.link("marta@example.org")

    assert "marta@example.org" in browser.get(link).text
    answer = confirm(browser, link, status=303)

    assert answer.location.endswith("/work")
    assert browser.get("/account").status_int == 200
    at_the_door("marta@example.org", PASSWORD, status=303)


def test_who_wanted_to_propose_gets_there_by_way_of_the_mail(app, iuc, mailbox):
    there = f"/calls/{iuc.call.code}/start"
    browser = TestApp(app)
    page = browser.get(there).follow().click("Create an account")
    form = page.forms["register"]
    form["name"], form["email"] = "Marta Ruiz", "marta@example.org"
    form.submit("register", status=303)

    answer = confirm(browser, mailbox.link("marta@example.org"), status=303)

    assert answer.location.endswith(there)


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org"])
def test_registering_leads_nowhere_else(app, mailbox, elsewhere):
    browser = TestApp(app)
    form = browser.get("/register", params={"next": elsewhere}).forms["register"]
    assert form["next"].value == ""
    form["name"], form["email"] = "Marta Ruiz", "marta@example.org"
    form["next"] = elsewhere
    form.submit("register", status=303)

    link = mailbox.link("marta@example.org")

    assert "example.org" not in link
    sent = dict(browser.get(link).forms["confirm"].submit_fields("confirm"))
    answer = browser.post(f"{link}?next={elsewhere}", sent | {"password": PASSWORD}, status=303)
    assert "example.org" not in answer.location


def test_looking_at_the_link_confirms_nothing(register, mailbox, browser, at_the_door):
    register()
    browser.get(mailbox.link("marta@example.org"), status=200)

    at_the_door("marta@example.org", PASSWORD, status=422)


def test_whoever_confirms_sets_the_password_and_not_whoever_registered(
    app, register, mailbox, browser, at_the_door, session
):
    """A stranger's account with the victim's address is the victim's alone."""
    page = TestApp(app).get("/register").forms["register"]
    sent = dict(page.submit_fields("register"))
    sent |= {"name": "Eve", "email": "marta@example.org", "password": "a password that eve knows"}
    TestApp(app).post("/register", sent, status="*")
    register(name="Eve", status=303)

    confirm(browser, mailbox.link("marta@example.org"), name="Marta Ruiz", status=303)

    at_the_door("marta@example.org", "a password that eve knows", status=422)
    at_the_door("marta@example.org", PASSWORD, status=303)
    assert "Marta Ruiz" in browser.get("/account")


def test_an_invitation_gives_an_account_nobody_confirmed_to_its_owner(
    register, mailbox, browser, sign_in, iuc, at_the_door
):
    register(name="Eve")
    page = sign_in(iuc.lucia).get(f"/organisations/{iuc.granada.id}")
    form = page.forms["invite"]
    form["email"] = "marta@example.org"
    form.submit("invite", status=303)

    form = browser.get(mailbox.link("marta@example.org")).forms["welcome"]
    form["name"], form["password"] = "Marta Ruiz", PASSWORD
    form.submit("accept", status=303)

    at_the_door("marta@example.org", PASSWORD, status=303)


def test_the_link_is_sent_again_on_request(register, mailbox, clock, browser):
    register()
    clock.advance(minutes=5)
    first = mailbox.link("marta@example.org")
    form = browser.get("/confirm").forms["confirm_again"]
    form["email"] = "marta@example.org"

    form.submit("send", status=303)
    second = mailbox.link("marta@example.org")

    assert second != first
    confirm(browser, second, status=303)
    browser.get(first, status=404)


def test_a_link_confirms_once_and_for_two_days(register, mailbox, browser, clock):
    register()
    link = mailbox.link("marta@example.org")
    confirm(browser, link, status=303)
    browser.get(link, status=404)

    register("ines@example.org")
    late = mailbox.link("ines@example.org")
    clock.advance(days=2)
    browser.get(late, status=404)


def test_whoever_registers_a_known_address_learns_nothing(register, mailbox, portal):
    with statements(portal.engine) as for_new:
        new = register("marta@example.org")
    with statements(portal.engine) as for_known:
        known = register("lucia@example.org")

    assert (new.status, new.location) == (known.status, known.location)
    assert words(new.follow()) == words(known.follow())
    assert len(for_new) == len(for_known)
    letters = mailbox.open()
    assert [str(letter["To"]) for letter in letters] == [
        "Marta Ruiz <marta@example.org>",
        "Lucía Fernández <lucia@example.org>",
    ]
    assert "account" in letters[1]["Subject"]


def test_registering_again_changes_nothing(register, at_the_door, session):
    register("lucia@example.org")

    at_the_door("lucia@example.org", world.PASSWORD, status=303)
    names = session.scalars(sa.select(Person.name).where(Person.email == "lucia@example.org"))
    assert names.all() == ["Lucía Fernández"]


@pytest.mark.parametrize("weak", ["short", "passwordpassword", "marta@example.org!"])
def test_a_weak_password_is_refused_and_the_rest_is_kept(register, mailbox, browser, weak):
    register()
    page = confirm(browser, mailbox.link("marta@example.org"), weak, name="Marta", status=422)

    form = page.forms["confirm"]
    assert form["name"].value == "Marta"
    assert form["password"].value == ""
    assert form["password"].attrs["aria-invalid"] == "true"
    assert page.html.select_one(".error-summary a")["href"] == "#confirm-password"


def test_a_name_is_no_advertisement(register):
    page = register(name="Win now www.evil.example", status=422)

    assert "A name cannot contain a web address." in page


def test_nobody_is_flooded_with_mail(register, forget, mailbox, clock):
    for _ in range(5):
        register()
        forget("lucia@example.org")
    assert len(mailbox.open()) == 2

    clock.advance(minutes=2)
    forget("lucia@example.org")
    assert len(mailbox.open()) == 3


def test_the_owner_of_an_address_is_told_once_a_day_that_somebody_registers_it(
    register, mailbox, clock
):
    for _ in range(5):
        register("lucia@example.org")
        clock.advance(minutes=10)
    assert len(mailbox.open()) == 1

    clock.advance(days=1)
    register("lucia@example.org")
    assert len(mailbox.open()) == 2


def test_a_network_address_asks_for_only_so_much(forget):
    for number in range(30):
        forget(f"person{number}@example.org", status=303)

    forget("lucia@example.org", status=429)


def test_a_new_password_is_set_by_a_link(forget, mailbox, sign_in, at_the_door, iuc, browser):
    signed_in = sign_in(iuc.lucia)
    forget("lucia@example.org", status=303)

    set_password(browser, mailbox.link("lucia@example.org"), status=303)

    assert browser.get("/account").status_int == 200
    assert signed_in.get("/account").status_int == 303
    at_the_door("lucia@example.org", world.PASSWORD, status=422)
    at_the_door("lucia@example.org", PASSWORD, status=303)


def test_a_reset_link_works_once_for_one_hour_and_not_for_confirming(
    forget, mailbox, browser, clock
):
    forget("lucia@example.org")
    link = mailbox.link("lucia@example.org")
    browser.get(link.replace("/reset/", "/confirm/"), status=404)
    opened = browser.get(link)
    set_password(TestApp(browser.app), link, status=303)
    opened.forms["reset"]["password"] = "another long password 7"
    opened.forms["reset"].submit("save", status=404)

    clock.advance(minutes=5)
    forget("lucia@example.org")
    late = mailbox.link("lucia@example.org")
    clock.advance(minutes=60)
    browser.get(late, status=404)


def test_using_one_link_uses_up_the_others(forget, mailbox, browser, clock):
    forget("lucia@example.org")
    first = mailbox.link("lucia@example.org")
    clock.advance(minutes=3)
    forget("lucia@example.org")
    second = mailbox.link("lucia@example.org")

    set_password(browser, second, status=303)

    browser.get(first, status=404)


def test_a_reset_link_dies_with_a_change_of_the_password_or_the_address(
    forget, mailbox, browser, sign_in, iuc, session, clock
):
    forget("lucia@example.org")
    link = mailbox.link("lucia@example.org")
    browser.get(link, status=200)
    form = sign_in(iuc.lucia).get("/account").forms["password"]
    form["old"], form["password"] = world.PASSWORD, PASSWORD
    form.submit("save_password", status=303)
    browser.get(link, status=404)

    forget("jonas@example.org")
    link = mailbox.link("jonas@example.org")
    browser.get(link, status=200)
    iuc.jonas.email = "jonas.weber@example.org"
    session.commit()
    browser.get(link, status=404)


def test_a_new_password_lets_a_resting_account_in_at_once(forget, mailbox, browser, at_the_door):
    for _ in range(5):
        at_the_door("lucia@example.org", "not my password at all", status=422)
    forget("lucia@example.org")

    set_password(browser, mailbox.link("lucia@example.org"))

    at_the_door("lucia@example.org", PASSWORD, status=303)


def test_whoever_forgot_a_password_learns_nothing(forget, portal, mailbox):
    with statements(portal.engine) as for_known:
        known = forget("lucia@example.org")
    with statements(portal.engine) as for_unknown:
        unknown = forget("nobody@example.org")

    assert words(known.follow()) == words(unknown.follow())
    assert for_known == for_unknown
    assert [str(letter["To"]) for letter in mailbox.open()] == [
        "Lucía Fernández <lucia@example.org>"
    ]


def test_links_are_stored_as_hashes(forget, mailbox, session):
    forget("lucia@example.org")
    token = mailbox.link("lucia@example.org").rpartition("/")[2]

    stored = session.scalars(sa.select(OneTimeLink.token_hash)).all()

    assert len(token) == 43
    assert token not in stored


def test_a_name_and_a_language_are_changed(sign_in, iuc):
    browser = sign_in(iuc.lucia)
    form = browser.get("/account").forms["details"]
    form["name"], form["language"] = "Lucía Fernández García", "es"

    page = form.submit("save_details", status=303).follow()

    assert "Lucía Fernández García" in page.text
    assert page.html.html["lang"] == "es"


def test_a_password_is_changed_and_other_browsers_are_out(sign_in, iuc, at_the_door):
    here, there = sign_in(iuc.lucia), sign_in(iuc.lucia)
    form = here.get("/account").forms["password"]
    form["old"], form["password"] = world.PASSWORD, PASSWORD

    form.submit("save_password", status=303)

    assert here.get("/account").status_int == 200
    assert there.get("/account").status_int == 303
    at_the_door("lucia@example.org", PASSWORD, status=303)


def test_a_password_is_not_changed_by_guessing(sign_in, iuc, at_the_door):
    form = sign_in(iuc.lucia).get("/account").forms["password"]
    form["old"], form["password"] = "not my password at all", PASSWORD
    for _ in range(10):
        assert "This is not your password." in form.submit("save_password", status=422).text

    form["old"] = world.PASSWORD
    assert "too many attempts" in form.submit("save_password", status="*").text
    at_the_door("lucia@example.org", world.PASSWORD, status=303)


def test_an_accounts_language_wins_once_it_is_chosen(sign_in, iuc):
    browser = sign_in(iuc.lucia)
    browser.get("/language?language=de&next=/account", status=303)
    form = browser.get("/account").forms["details"]
    form["language"] = "es"

    assert form.submit("save_details", status=303).follow().html.html["lang"] == "es"


def test_a_name_stays_on_one_line(mailbox, browser):
    form = browser.get("/register").forms["register"]
    fields = dict(form.submit_fields("register"))
    fields |= {
        "name": "Marta\r\nBcc: all@example.org\0",
        "email": "marta@example.org",
    }

    browser.post("/register", fields, status=303)

    [letter] = mailbox.letters("marta@example.org")
    assert letter["To"].addresses[0].display_name == "Marta Bcc: all@example.org"
    assert letter["Bcc"] is None
