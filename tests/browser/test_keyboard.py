"""The application form by keyboard alone: Tab, Shift+Tab, Space, Enter, arrows and letters."""

import pytest
from playwright.sync_api import expect

from grants.proposals.models import Section
from tests.support import world
from tests.support.proposals import GRANADA
from tests.support.samples import PDF

pytestmark = pytest.mark.browser

MOST_TABS = 80
FOCUSED = """() => {
  const it = document.activeElement;
  const label = [...(it.labels ?? [])].map((one) => one.textContent).join(" ");
  const text = label || it.getAttribute("aria-label") || it.textContent || it.value || "";
  return text.replace(/\\s+/g, " ").trim();
}"""


@pytest.fixture
def keyboard(visit):
    return Keyboard(visit().go("/calls/IUC-2020"))


class Keyboard:
    """Somebody without a mouse."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.type(text)

    def focused(self):
        return self.page.evaluate(FOCUSED)

    def go_to(self, name, key="Tab"):
        """Press Tab until something of that name has the focus, which has to be seen."""
        for _ in range(MOST_TABS):
            self.press(key)
            if self.focused().startswith(name):
                assert self.page.evaluate("document.activeElement.matches(':focus-visible')")
                return
        raise AssertionError(f"{name} was not reached on {self.page.url}")

    def fill(self, name, text):
        self.go_to(name)
        self.type(text)

    def follow(self, name, address):
        """Go to a link or button, press Enter, and wait for the page it leads to."""
        self.go_to(name)
        self.press("Enter")
        self.page.wait_for_url(address)


@pytest.mark.usefixtures("iuc")
def test_a_proposal_by_keyboard_alone(keyboard, session, tmp_path):
    page = keyboard.page
    begin(keyboard)
    fill_the_project(keyboard)
    fill_the_cities(keyboard)
    attach_a_letter(keyboard, tmp_path)
    follow_what_is_missing(keyboard)

    saved = {it.code: it.answers for it in session.query(Section)}
    assert saved["project"]["title"] == GRANADA
    assert saved["project"]["topic"] == "digital"
    assert saved["project"]["period"] == {"from": "2020-05-05", "to": "2020-11-11"}
    assert saved["cities"]["lead_city"] == {"name": "Granada", "country": "ES"}
    assert saved["cities"]["pilot_city"] is True
    assert [it["organisation"] for it in saved["cities"]["partners"]] == ["One", "Two"]
    assert len(saved["annexes"]["mayor_letter"]) == 1
    assert page.url.endswith("#declarations-authorised")


def begin(keyboard):
    page = keyboard.page
    keyboard.press("Tab")
    assert keyboard.focused() == "Skip to the content"
    keyboard.press("Enter")
    keyboard.follow("Start a proposal", "**/sign-in*")
    keyboard.fill("Email address", "lucia@example.org")
    keyboard.fill("Password", world.PASSWORD)
    keyboard.press("Enter")
    page.wait_for_url("**/start")
    keyboard.follow("Start the proposal", "**/proposals/*")
    keyboard.follow("Continue", "**/sections/project*")


def fill_the_project(keyboard):
    keyboard.fill("Title", "A first thought")
    keyboard.press("Control+a")
    keyboard.type(GRANADA)
    keyboard.press("Tab", "Shift+Tab")
    assert keyboard.focused() == "Title"
    keyboard.go_to("Circular economy")
    keyboard.press("Space", "ArrowDown")
    assert keyboard.focused() == "Digital transition"
    keyboard.fill("Summary", "Three webinars.")
    keyboard.press("Enter")
    keyboard.type("And a platform.")
    for name, text in (("First day", "05052020"), ("Last day", "11112020")):
        keyboard.fill(name, text)
    keyboard.follow("Save and continue", "**/sections/cities*")


def fill_the_cities(keyboard):
    page = keyboard.page
    keyboard.fill("City", "Granada")
    keyboard.fill("Country", "Spain")
    keyboard.fill("Population of the lead city", "232,000")
    keyboard.go_to("The lead city is, or was")
    keyboard.press("Space")
    expect(page.get_by_label("Pilot city since")).to_be_visible()
    keyboard.fill("Pilot city since", "2018")
    keyboard.fill("Organisation", "One")
    keyboard.go_to("Add a row")
    keyboard.press("Enter")
    assert keyboard.focused() == "Organisation"
    keyboard.type("Two")
    keyboard.go_to("Add a row")
    keyboard.press("Enter")
    keyboard.type("Three, a mistake")
    keyboard.go_to("Remove Partners, 3")
    keyboard.press("Enter")
    assert keyboard.focused() == "Remove Partners, 2"
    keyboard.follow("Save and continue", "**/sections/work*")


def attach_a_letter(keyboard, folder):
    page = keyboard.page
    letter = folder / "Carta.pdf"
    letter.write_bytes(PDF)
    keyboard.follow("Annexes", "**/sections/annexes*")
    keyboard.go_to("Choose a file: Letter of commitment by the mayor")
    with page.expect_file_chooser() as chosen:
        keyboard.press("Space")
    chosen.value.set_files(letter)
    expect(page.get_by_role("link", name="Carta.pdf")).to_be_visible()


def follow_what_is_missing(keyboard):
    page = keyboard.page
    keyboard.follow("Declarations", "**/sections/declarations*")
    keyboard.go_to("What we say here is true")
    keyboard.press("Space")
    keyboard.follow("Save and preview", "**/proposals/*-001")
    keyboard.follow("No other grant pays the same costs", "**/sections/declarations*")
    expect(page.locator("#declarations-no_double_funding")).to_be_visible()
    page.goto(page.url.split("#")[0])
    assert page.evaluate("document.activeElement.className") == "error-summary"
    keyboard.go_to("I am authorised to submit this proposal")
    keyboard.press("Enter")
    assert keyboard.focused() == "I am authorised to submit this proposal for my organisation"
    assert page.evaluate("document.activeElement.type") == "checkbox"
