"""Nothing is lost: what happens when the network, the session, a colleague or a limit gets in."""

import pytest
from playwright.sync_api import expect

from grants.proposals.models import Section
from tests.support import world
from tests.support.proposals import GRANADA, versions_of, written

pytestmark = pytest.mark.browser

DRAFT = "/proposals/IUC-2020-001"


@pytest.fixture
def lucia(visit, iuc):
    """Lucía of Granada, signed in."""
    visitor = visit()
    visitor.sign_in(iuc.lucia.email)
    return visitor


@pytest.fixture
def answers(session):
    """What is saved of a section."""

    def saved(code):
        session.expire_all()
        return session.query(Section).filter_by(code=code).one().answers

    return saved


def only_reading(route):
    """Let pages through, and lose what is sent."""
    route.abort() if route.request.method == "POST" else route.continue_()


@pytest.mark.usefixtures("draft")
def test_what_is_typed_without_a_network_is_saved_once_it_is_back(lucia, answers):
    page = lucia.go(f"{DRAFT}/sections/project")
    lucia.context.set_offline(True)

    page.get_by_label("Title").fill(GRANADA)

    status = page.locator("[data-save-status]")
    expect(status).to_contain_text("you are offline")
    expect(page.get_by_label("Title")).to_have_value(GRANADA)
    lucia.require_accessible()
    lucia.context.set_offline(False)
    expect(status).to_contain_text("Saved")
    assert answers("project")["title"] == GRANADA


@pytest.mark.usefixtures("draft")
def test_what_was_not_saved_is_offered_when_she_comes_back(lucia, answers):
    page = lucia.go(f"{DRAFT}/sections/project")
    page.route("**/sections/project*", only_reading)
    page.get_by_label("Title").fill(GRANADA)
    expect(page.locator("[data-save-status]")).to_contain_text("Not saved")

    lucia.go("/work")
    page.unroute("**/sections/project*")
    lucia.go(f"{DRAFT}/sections/project")
    expect(page.get_by_label("Title")).to_have_value("")
    lucia.require_accessible()
    page.get_by_role("button", name="Restore").click()

    expect(page.get_by_label("Title")).to_have_value(GRANADA)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert answers("project")["title"] == GRANADA


@pytest.mark.usefixtures("draft")
def test_what_was_saved_is_not_offered_again(lucia, answers):
    page = lucia.go(f"{DRAFT}/sections/budget")
    page.get_by_label("Quantity, row 1").fill("2")
    page.get_by_label("Unit cost, row 1").fill("6000")
    page.get_by_label("Description, row 1").fill("  Experts ")

    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_label("Unit cost, row 1")).to_have_value("6,000.00")
    page.wait_for_load_state()  # the script that forgets what is saved comes last
    expect(page.get_by_text("We kept text")).to_have_count(0)
    lucia.go("/work")
    lucia.go(f"{DRAFT}/sections/budget")
    expect(page.get_by_text("We kept text")).to_have_count(0)
    assert answers("budget")["costs"]["rows"][0]["unit_cost"] == 600_000


def test_a_double_click_submits_once(lucia, services, iuc, session):
    written(services, iuc.call, iuc.granada, iuc.lucia)
    session.commit()
    page = lucia.go(DRAFT)

    page.get_by_role("link", name="Check your answers").click()
    page.get_by_role("button", name="Submit the proposal").dblclick()

    page.wait_for_url("**/receipt")
    expect(page.get_by_text("R-IUC-2020-001-01")).to_be_visible()
    assert versions_of(session).count() == 1


@pytest.mark.usefixtures("draft")
def test_a_number_that_is_only_written_another_way_is_saved_and_no_box_says_else(lucia, answers):
    page = lucia.go(f"{DRAFT}/sections/budget")
    cost = page.locator('[name="unit_cost"]').first
    cost.fill("30000")
    page.locator('[name="quantity"]').first.fill("many")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(cost).to_have_value("30,000.00")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.get_by_text("We kept text")).to_have_count(0)
    assert answers("budget")["costs"]["rows"][0]["unit_cost"] == 3_000_000


@pytest.mark.usefixtures("draft")
def test_two_tabs_show_both_texts_and_let_her_choose(lucia, answers):
    first = lucia.go(f"{DRAFT}/sections/project")
    second = lucia.context.new_page()
    second.goto(lucia.address + f"{DRAFT}/sections/project")
    first.get_by_label("Title").fill("The first title")
    first.get_by_label("Summary").fill("Written in the first tab.")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_text("Saved.", exact=True)).to_be_visible()

    second.get_by_label("Title").fill("The second title")
    second.get_by_role("button", name="Save", exact=True).click()

    main = second.get_by_role("main")
    expect(main).to_contain_text("You wrote here in two windows at the same time")
    expect(main).to_contain_text("The first title")
    expect(main).to_contain_text("The second title")
    lucia.page = second
    lucia.require_accessible()
    lucia.shoot("clash")
    group = second.get_by_role("group", name="Title")
    group.get_by_label("Keep what you typed in this window").check()
    second.get_by_role("button", name="Save my choices").click()
    expect(second.get_by_text("Saved.", exact=True)).to_be_visible()
    assert answers("project")["title"] == "The second title"
    assert answers("project")["summary"] == "Written in the first tab."


@pytest.mark.usefixtures("draft")
def test_words_typed_after_the_session_ended_are_kept(lucia, answers, clock):
    page = lucia.go(f"{DRAFT}/sections/work")
    clock.advance(hours=13)
    page.get_by_label("Objectives").fill("Cities know <b>what</b> to do.\nAnd when.")

    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_label("Email").fill("lucia@example.org")
    page.get_by_label("Password").fill(world.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("main")).to_contain_text("Cities know <b>what</b> to do.")
    lucia.require_accessible()
    lucia.shoot("resume")
    page.get_by_role("button", name="Send what I had typed").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert answers("work")["objectives"] == "Cities know <b>what</b> to do.\nAnd when."


@pytest.mark.usefixtures("draft")
def test_a_text_that_is_too_long_is_kept_and_marked(lucia, answers):
    page = lucia.go(f"{DRAFT}/sections/project")
    text = "word " * 229 + "end"

    page.get_by_label("Summary").fill(text)
    expect(page.locator("#project-summary-count")).to_have_text("230 of 200 words")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()

    assert answers("project")["summary"] == text
    summary = page.get_by_label("Summary")
    expect(summary).to_have_value(text)
    expect(summary).to_have_attribute("aria-invalid", "true")
    described = summary.get_attribute("aria-describedby").split()
    told = " ".join(page.locator(f"#{it}").inner_text() for it in described)
    assert "200" in told


@pytest.mark.usefixtures("draft")
def test_a_line_break_counts_once_here_and_there(lucia, answers):
    page = lucia.go(f"{DRAFT}/sections/work")
    exactly = "a\n" * 50 + "b" * 1900

    page.get_by_label("How the cooperation continues").fill(exactly)

    expect(page.locator("#work-continuation-count")).to_have_text("2000 of 2000 characters")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    continuation = page.get_by_label("How the cooperation continues")
    expect(continuation).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#work-continuation-count")).to_have_text("2000 of 2000 characters")
    assert answers("work")["continuation"] == exactly
    continuation.fill(exactly + "c")
    expect(page.locator("#work-continuation-count")).to_have_text("2001 of 2000 characters")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(continuation).to_have_attribute("aria-invalid", "true")
