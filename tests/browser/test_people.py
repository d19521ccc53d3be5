"""The door in a real browser: nobody loses a word, and everybody can use its pages."""

import pytest

from tests.support import world

LUCIA = "lucia@example.org"


pytestmark = pytest.mark.browser


@pytest.fixture
def lucia(visit, iuc):
    return visit()


def pass_time(visitor, clock, minutes):
    """Let the clocks of the browser and of the server go on."""
    visitor.page.clock.fast_forward(minutes * 60 * 1000)
    clock.advance(minutes=minutes)


def save(visitor, name):
    visitor.page.get_by_label("Your name").fill(name)
    visitor.page.get_by_role("button", name="Save").click()
    visitor.page.get_by_text("Your details are saved.").wait_for()


def test_who_is_still_there_goes_on(lucia, clock):
    lucia.page.clock.install()
    lucia.sign_in(LUCIA)
    page = lucia.go("/account")
    pass_time(lucia, clock, 56)

    page.get_by_text("Do you want to stay signed in?").wait_for()
    lucia.shoot("people-time-out")
    lucia.require_accessible()
    page.get_by_role("button", name="Stay signed in").click()
    page.locator("#time-out").wait_for(state="hidden")

    pass_time(lucia, clock, 50)
    assert not page.locator("#time-out").is_visible()
    save(lucia, "Lucía, still here")


def test_who_was_signed_out_signs_in_beside_the_page_and_goes_on(lucia, clock):
    lucia.page.clock.install()
    lucia.sign_in(LUCIA)
    page = lucia.go("/account")
    page.get_by_label("Your name").fill("Lucía, who went to lunch")
    pass_time(lucia, clock, 130)
    page.get_by_text("You have been signed out").wait_for()

    with lucia.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again").click()
    door = opened.value
    door.get_by_label("Email").fill(LUCIA)
    door.get_by_label("Password").fill(world.PASSWORD)
    door.get_by_role("button", name="Sign in").click()
    door.wait_for_url("**/work")
    page.get_by_role("button", name="Stay signed in").click()
    page.locator("#time-out").wait_for(state="hidden")

    assert page.get_by_label("Your name").input_value() == "Lucía, who went to lunch"
    save(lucia, "Lucía, back from lunch")


def test_words_sent_after_the_end_come_back(lucia):
    lucia.sign_in(LUCIA)
    page = lucia.go("/account")
    page.get_by_label("Your name").fill("Lucía Fernández García")
    lucia.context.clear_cookies()

    page.get_by_role("button", name="Save").click()
    page.get_by_text("You were signed out while writing").wait_for()
    lucia.shoot("people-interrupted")
    lucia.require_accessible()
    page.get_by_label("Email").fill(LUCIA)
    page.get_by_label("Password").fill(world.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Send what I had typed").wait_for()
    lucia.shoot("people-resume")
    lucia.require_accessible()
    page.get_by_role("button", name="Send what I had typed").click()

    page.get_by_text("Your details are saved.").wait_for()
    assert page.get_by_label("Your name").input_value() == "Lucía Fernández García"


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/sign-in", "Sign in"),
        ("/register", "Create the account"),
        ("/forgot", "Send me a link"),
        ("/confirm", "Send the link again"),
        ("/confirm/no-such-link", None),
        ("/reset/no-such-link", None),
        ("/invitations/no-such-link", None),
    ],
)
def test_the_door_is_for_everybody(lucia, path, button):
    page = lucia.go(path)
    lucia.require_accessible()
    lucia.shoot(f"people{path.replace('/', '-')}")
    if button:
        page.locator("main").get_by_role("button", name=button).click()
        page.locator(".error-summary").wait_for()
        lucia.require_accessible()
        lucia.shoot(f"people{path.replace('/', '-')}-errors")


def test_ones_own_pages_are_for_everybody(lucia, iuc, clock, services, session):
    services.invitations.to_organisation(iuc.granada, email="marta@example.org", by=iuc.lucia)
    session.commit()
    lucia.sign_in(LUCIA)
    own = (
        ("/account", "Change the password"),
        ("/organisations/new", "Register the organisation"),
        (f"/organisations/{iuc.granada.id}", "Send the invitation"),
    )
    for path, button in own:
        page = lucia.go(path)
        lucia.require_accessible()
        lucia.shoot(f"people{path.replace('/', '-')}")
        page.get_by_role("button", name=button).click()
        page.locator(".error-summary").wait_for()
        lucia.require_accessible()


def test_managers_invite_on_accessible_pages(lucia, iuc):
    lucia.sign_in("helena@example.org")
    for path in (f"/manage/funds/{iuc.fund.code}/invite", f"/manage/calls/{iuc.call.code}/invite"):
        page = lucia.go(path)
        lucia.require_accessible()
        page.get_by_role("button", name="Send the invitation").click()
        page.locator(".error-summary").wait_for()
        lucia.require_accessible()
        lucia.shoot(f"people{path.replace('/', '-')}")
