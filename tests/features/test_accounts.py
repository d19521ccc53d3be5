"""Steps of accounts.feature: people find fields by their labels and buttons by their words."""

from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from pytest_bdd import given, parsers, scenarios, then, when

from grants.accounts.models import Appointment, Membership, Person
from grants.rules.workflow import Role
from tests.support import mailbox as mailboxes
from tests.support import world
from tests.support.browsers import Browser

scenarios("accounts.feature")

pytestmark = pytest.mark.usefixtures(
    "portal"
)  # said here, so that each scenario has both databases

NEW = "seven bridges over the Neckar"
LUCIA = "lucia@example.org"


@dataclass
class Scene:
    """Who sits where, and what they look at."""

    app: Any
    browsers: dict[str, Browser] = field(default_factory=dict)
    page: Any = None
    email: str = ""
    password: str = NEW
    link: str = ""

    def at(self, place: str) -> Browser:
        return self.browsers.setdefault(place, Browser(self.app))

    def fill(self, words: dict[str, str]) -> None:
        for label, text in words.items():
            named = self.page.html.find("label", string=label)["for"]
            html = self.page.html.find(id=named)
            form = self.page.forms[html.find_parent("form")["id"]]
            form[html["name"]] = text

    def press(self, button: str) -> None:
        """Press a button and go where it leads."""
        html = self.page.html.find("button", string=button)
        forms = [it for it in set(self.page.forms.values()) if button in it.text]
        self.page = forms[0].submit(
            html.get("name"), headers={"Origin": "http://localhost"}, status="*"
        )
        while self.page.status_int == 303:
            self.page = self.page.follow(status="*")

    def sign_in(self, place: str, email: str, password: str) -> None:
        self.page = self.at(place).get("/sign-in")
        self.fill({"Email address": email, "Password": password})
        self.press("Sign in")

    def is_in(self, place: str) -> bool:
        return self.at(place).get("/account").status_int == 200


@pytest.fixture
def scene(app, iuc):
    return Scene(app)


@pytest.fixture
def mailbox(portal):
    return mailboxes.of(portal)


@given(parsers.parse('Marta created an account with her address "{email}"'))
@when(parsers.parse('Marta creates an account with her address "{email}"'))
def creates_an_account(scene, email):
    scene.email = email
    scene.page = scene.at("home").get("/register")
    scene.fill({"Your name": "Marta Ruiz", "Email address": email})
    scene.press("Create the account")


@when("somebody tries to create an account with Lucía's address")
def tries_lucias_address(scene):
    creates_an_account(scene, LUCIA)


@when(parsers.parse('she opens the link in her email, sets a password and presses "{button}"'))
def opens_the_link(scene, mailbox, button):
    scene.page = scene.at("home").get(mailbox.link(scene.email))
    scene.fill({"New password": NEW})
    scene.press(button)


@when("she asks for the link again")
def asks_again(scene, mailbox, clock):
    mailbox.open()
    clock.advance(minutes=5)
    scene.fill({"Email address": scene.email})
    scene.press("Send the link again")


@then("in the office, where she works every day, the right one is accepted")
def at_the_office(scene):
    scene.sign_in("office", LUCIA, world.PASSWORD)
    assert scene.is_in("office")


@given("Lucía has signed in at the office before")
def signed_in_before(scene):
    scene.sign_in("office", LUCIA, world.PASSWORD)
    scene.page = scene.at("office").get("/account")
    scene.press("Sign out")


@when("she signs in")
def signs_in(scene, mailbox, clock):
    mailbox.open()
    clock.advance(minutes=5)
    scene.sign_in("home", scene.email, scene.password)


@when("she signs in where she is")
def signs_in_here(scene):
    scene.fill({"Email address": LUCIA, "Password": world.PASSWORD})
    scene.press("Sign in")


@when(parsers.re('(?:she|he) presses "(?P<button>[^"]+)"'))
def presses(scene, button):
    scene.press(button)


@then("she is on her work page")
def is_on_her_work_page(scene):
    assert scene.page.request.path == "/work"
    assert scene.is_in("home")


@then(parsers.re('(?:she reads|they read|he reads) "(?P<words>[^"]+)"'))
def reads(scene, words):
    assert words in scene.page.html.main.get_text()


@then(parsers.parse('there is a new email for "{email}"'))
def a_new_letter(mailbox, email):
    assert len(mailbox.letters(email)) == 2


@then("only Lucía is told, by email, that she has an account already")
def only_lucia_is_told(mailbox):
    [letter] = mailbox.open()
    assert LUCIA in letter["To"]
    assert "already" in letter["Subject"] + letter.get_body(("plain",)).get_content()


@given("Lucía is signed in at home and at the office")
def signed_in_twice(scene):
    scene.email = LUCIA
    for place in ("home", "office"):
        scene.sign_in(place, LUCIA, world.PASSWORD)
        assert scene.is_in(place)


@when("she forgets her password and sets a new one by the link in her email")
def forgets_her_password(scene, mailbox):
    scene.page = scene.at("phone").get("/forgot")
    scene.fill({"Email address": LUCIA})
    scene.press("Send me a link")
    scene.link = mailbox.link(LUCIA)
    scene.page = scene.at("phone").get(scene.link)
    scene.fill({"New password": NEW})
    scene.press("Set the new password")


@when("she signs out everywhere")
def signs_out_everywhere(scene):
    scene.page = scene.at("office").get("/account")
    scene.press("Sign out everywhere")


@then("she is signed out at home and at the office")
def is_signed_out(scene):
    assert not scene.is_in("home")
    assert not scene.is_in("office")


@then("she signs in with the new password")
def signs_in_with_the_new_password(scene):
    assert scene.is_in("phone")  # where she set it
    scene.sign_in("library", LUCIA, NEW)
    assert scene.is_in("library")


@then("the link in her email is no longer valid")
def the_link_works_no_more(scene):
    page = scene.at("phone").get(scene.link, status=404)
    assert "This link is no longer valid" in page.text


@when("somebody tries five wrong passwords for Lucía")
def tries_five_passwords(scene):
    for number in range(5):
        scene.sign_in("café", LUCIA, f"guess number {number}")


@then(parsers.parse('even the right one is refused with "{words}"'))
def even_the_right_one_is_refused(scene, words):
    scene.sign_in("café", LUCIA, world.PASSWORD)
    assert words in scene.page.text
    assert not scene.is_in("café")


@when(parsers.parse("{minutes:d} minutes have passed"))
def minutes_have_passed(clock, minutes):
    clock.advance(minutes=minutes)


@then("the right one is accepted")
def the_right_one_is_accepted(scene):
    scene.sign_in("café", LUCIA, world.PASSWORD)
    assert scene.is_in("café")


@given(parsers.parse('Lucía is signed in and types "{name}" as her name'))
def types_her_name(scene, name):
    scene.sign_in("office", LUCIA, world.PASSWORD)
    scene.page = scene.at("office").get("/account")
    scene.fill({"Your name": name})


@when("she goes to lunch for two hours and then saves")
def goes_to_lunch(scene, clock):
    clock.advance(hours=2)
    scene.press("Save")


@then(parsers.parse('her name is "{name}"'))
def her_name_is(session, name):
    assert session.scalar(sa.select(Person.name).where(Person.email == LUCIA)) == name


@given(parsers.parse('Lucía of Granada invites "{email}"'))
def lucia_invites(scene, iuc, email):
    scene.email = email
    scene.sign_in("office", LUCIA, world.PASSWORD)
    scene.page = scene.at("office").get(f"/organisations/{iuc.granada.id}")
    scene.fill({"Email address": email})
    scene.press("Send the invitation")


@given(parsers.parse('Helena, who manages the fund, invites "{email}" to review'))
def helena_invites(scene, iuc, email):
    scene.email = email
    scene.sign_in("fund", "helena@example.org", world.PASSWORD)
    scene.page = scene.at("fund").get(f"/manage/calls/{iuc.call.code}/invite")
    scene.fill({"Email address": email})
    scene.press("Send the invitation")


@when(parsers.re(r"(?P<name>\w+) opens the invitation and creates (?:her|his) account there"))
def creates_the_account_there(scene, mailbox, name):
    scene.page = scene.at(name).get(mailbox.link(scene.email))
    scene.fill({"Your name": name, "New password": NEW})
    scene.press("Create the account and accept")


@when("Jonas of Mannheim opens the invitation")
def jonas_opens_it(scene, mailbox):
    scene.email, link = "jonas@example.org", mailbox.link(scene.email)
    scene.sign_in("mannheim", scene.email, world.PASSWORD)
    scene.page = scene.at("mannheim").get(link)


@then("she belongs to the City of Granada")
def belongs_to_granada(scene, session, iuc):
    assert _belongs(session, scene.email, iuc.granada)


@then("he does not belong to the City of Granada")
def does_not_belong_to_granada(scene, session, iuc):
    assert not _belongs(session, scene.email, iuc.granada)


@then("he may review proposals of the call")
def may_review(scene, session, iuc):
    held = (
        sa.select(Appointment.role)
        .join(Appointment.person)
        .where(Person.email == scene.email, Appointment.call_id == iuc.call.id)
    )
    assert session.scalars(held).all() == [Role.REVIEWER]


def _belongs(session, email, organisation):
    found = (
        sa.select(Membership.id)
        .join(Membership.person)
        .where(Person.email == email, Membership.organisation_id == organisation.id)
    )
    return session.scalar(found) is not None
