"""What is in sight without scrolling: the way into a call, the first field, what is saved."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DRAFT = "/proposals/IUC-2020-001"
SCREENS = ((1280, 800), (820, 1180), (390, 844))
"""A laptop, a tablet, a phone."""
PHONE = (390, 664)
"""What a phone's browser leaves of its screen."""
BUDGET_ROW = "table.budget-table tr[data-row]"


@pytest.fixture
def lucia(visit, draft, iuc):
    """Lucía, signed in, with an empty draft."""
    visitor = visit()
    visitor.sign_in(iuc.lucia.email)
    return visitor


def ends(page, selector) -> float:
    """Measure how far down something ends that is in sight."""
    box = page.locator(selector).first.bounding_box()
    return box["y"] + box["height"]


@pytest.mark.usefixtures("iuc")
@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_a_calls_deadline_money_and_button_are_in_the_first_screen(visit, width, height):
    reader = visit()
    reader.page.set_viewport_size({"width": width, "height": height})

    page = reader.go("/calls/IUC-2020")

    for words in ("Closes", "One grant", "Budget envelope", "Who may apply"):
        expect(page.locator(".key-facts dt", has_text=words)).to_be_in_viewport(ratio=1)
    start = page.get_by_role("link", name="Start a proposal")
    expect(start).to_be_in_viewport(ratio=1)


def test_a_phone_shows_the_first_field_and_what_is_saved_at_once(lucia):
    lucia.page.set_viewport_size(dict(zip(("width", "height"), PHONE, strict=True)))

    page = lucia.go(f"{DRAFT}/sections/project")

    expect(page.get_by_label("Title")).to_be_in_viewport(ratio=1)
    expect(page.locator("[data-save-status]")).to_be_in_viewport()
    page.get_by_label("Summary").scroll_into_view_if_needed()
    expect(page.get_by_text("Section 1 of 7")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Declarations")).to_be_hidden()
    page.get_by_text("Section 1 of 7").click()
    page.get_by_role("link", name="Declarations").click()
    expect(page.get_by_role("heading", name="Declarations", level=1)).to_be_visible()


def test_a_wide_screen_keeps_the_sections_and_what_is_saved_in_sight(lucia):
    page = lucia.go(f"{DRAFT}/sections/project")

    page.get_by_label("Last day").scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, 300)")

    expect(page.get_by_role("link", name="Declarations")).to_be_in_viewport()
    expect(page.locator("[data-save-status]")).to_be_in_viewport()
    lucia.require_accessible()


def test_the_rows_of_a_budget_stay_a_table_with_errors(lucia):
    page = lucia.go(f"{DRAFT}/sections/budget")
    page.get_by_role("button", name="Add a row").click()
    page.locator(f"{BUDGET_ROW} input[name=quantity]").last.fill("-3")
    page.locator(f"{BUDGET_ROW} input[name=unit_cost]").last.fill("much")

    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(f"{BUDGET_ROW} .form-error").first).to_be_visible()
    shown = "row => getComputedStyle(row).display"
    assert page.locator(BUDGET_ROW).last.evaluate(shown) == "table-row"
    lucia.require_accessible()
    lucia.require_reflow()
    lucia.shoot("budget-rows-errors")
