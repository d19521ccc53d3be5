"""What is wrong is told to everybody: by words, by marks, and by links that lead there."""

import pytest
from playwright.sync_api import expect

from grants.accounts.models import Membership
from tests.support.proposals import complete, written

pytestmark = pytest.mark.browser

DRAFT = "/proposals/IUC-2020-001"


@pytest.fixture
def lucia(visit, iuc):
    """Lucía of Granada, signed in."""
    visitor = visit()
    visitor.sign_in(iuc.lucia.email)
    return visitor


@pytest.mark.usefixtures("iuc")
@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/sign-in", "Sign in"),
        ("/register", "Create the account"),
        ("/forgot", "Send me a link"),
    ],
)
def test_at_the_door(visit, path, button):
    reader = visit()
    page = reader.go(path)

    page.get_by_role("main").get_by_role("button", name=button).click()

    expect(page.locator(".error-summary")).to_be_visible()
    reader.require_errors_told()
    reader.require_accessible()
    reader.shoot(f"wrong{path.replace('/', '-')}")


DAMAGES = {
    "a mark is missing": "document.querySelector('[aria-invalid]').removeAttribute('aria-invalid')",
    "a message is out of reach": "document.querySelector('.form-error').id = 'elsewhere'",
    "the summary has no focus": "document.activeElement.blur()",
    "there is no summary": "document.querySelector('.error-summary').remove()",
    "a group has no legend": "document.forms[0].append(document.createElement('fieldset'))",
}


@pytest.mark.usefixtures("iuc")
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_untold_is_found(visit, damage):
    reader = visit()
    page = reader.go("/sign-in")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.evaluate(damage)

    with pytest.raises(AssertionError):
        reader.require_errors_told()


def test_at_the_start(visit, iuc, session):
    session.add(Membership(person=iuc.lucia, organisation=iuc.mannheim, since=iuc.call.opens_at))
    session.commit()
    lucia = visit()
    lucia.sign_in(iuc.lucia.email)
    page = lucia.go("/calls/IUC-2020/start")

    page.get_by_role("button", name="Start the proposal").click()

    expect(page.locator(".error-summary")).to_be_visible()
    lucia.require_errors_told()
    lucia.require_accessible()
    lucia.shoot("wrong-start")


def test_in_each_section_that_is_empty(draft, lucia):
    for code in (*complete(), "annexes"):
        lucia.go(f"{DRAFT}/sections/{code}?check=all")

        lucia.require_errors_told()
        lucia.require_accessible()
        lucia.require_reflow()
        lucia.shoot(f"empty-{code}")


def test_in_each_section_that_is_wrong(draft, lucia):
    for code, type_nonsense in WRONG.items():
        page = lucia.go(f"{DRAFT}/sections/{code}")
        type_nonsense(page)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
        lucia.go(f"{DRAFT}/sections/{code}?check=all")

        lucia.require_errors_told()
        lucia.require_accessible()
        lucia.require_reflow()
        lucia.shoot(f"wrong-{code}")


@pytest.mark.usefixtures("draft")
def test_a_wrong_file_that_came_with_the_form(lucia, tmp_path):
    wrong = tmp_path / "letter.pdf"
    wrong.write_bytes(b"not a PDF")
    lucia.page.route("**/uploads.js*", lambda route: route.abort())
    page = lucia.go(f"{DRAFT}/sections/annexes")

    page.locator("#annexes-mayor_letter").set_input_files(wrong)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("alert").first).to_contain_text("letter.pdf")
    lucia.require_errors_told()
    lucia.require_accessible()
    lucia.require_reflow()
    lucia.shoot("wrong-annexes")


def test_when_it_is_not_complete_after_all(lucia, iuc, services, session):
    proposal = written(services, iuc.call, iuc.granada, iuc.lucia)
    session.commit()
    page = lucia.go(DRAFT)
    page.get_by_role("link", name="Check your answers").click()
    page.wait_for_url("**/submit")
    lucia.require_accessible()
    lucia.shoot("check-your-answers")
    services.proposals.save(
        proposal, "work", {"objectives": ""}, by=iuc.lucia, revision=1, tab="another"
    )
    session.commit()

    page.get_by_role("button", name="Submit the proposal").click()

    expect(page.get_by_role("heading", name="The proposal is incomplete")).to_be_visible()
    lucia.require_accessible()
    lucia.shoot("not-complete")
    page.get_by_role("link", name="Objectives").click()
    page.wait_for_url("**/sections/work*")


def test_in_the_dark(visit, draft, iuc):
    lucia = visit(color_scheme="dark")
    for path in ("/", "/calls/IUC-2020", "/sign-in", "/nowhere"):
        lucia.go(path)
        lucia.require_accessible()
        lucia.shoot("dark" + path.replace("/", "-").rstrip("-"))
    lucia.sign_in(iuc.lucia.email)
    for name, path in (
        ("work", "/work"),
        ("proposal", DRAFT),
        ("budget", f"{DRAFT}/sections/budget?check=all"),
        ("cities", f"{DRAFT}/sections/cities?check=all"),
        ("preview", f"{DRAFT}/preview"),
    ):
        lucia.go(path)
        lucia.require_accessible()
        lucia.shoot(f"dark-{name}")


def _project(page):
    page.get_by_label("Title").fill("A title that is far too long " * 8)
    page.get_by_label("Summary").fill("word " * 230)
    page.get_by_label("First day").fill("2020-12-01")
    page.get_by_label("Last day").fill("2020-05-01")


def _cities(page):
    page.get_by_label("Population of the lead city").fill("many")
    page.get_by_role("group", name="Partners, 1").get_by_label("Contact email").fill("nobody")


def _work(page):
    page.get_by_label("How the cooperation continues").fill("x" * 2100)
    page.get_by_role("group", name="Risks, 1").get_by_label("Likelihood").select_option("high")


def _deliverables(page):
    page.get_by_role("group", name="Planned deliverables, 1").get_by_label("Title").fill("A day")


def _budget(page):
    page.get_by_label("Description, row 1").fill("Experts")
    page.get_by_label("Quantity, row 1").fill("some")
    page.get_by_label("Unit cost, row 1").fill("12,34,5")
    page.get_by_label("Indirect costs").fill("much")
    page.get_by_label("Grant requested").fill("-1")


WRONG = {
    "project": _project,
    "cities": _cities,
    "work": _work,
    "deliverables": _deliverables,
    "budget": _budget,
}
