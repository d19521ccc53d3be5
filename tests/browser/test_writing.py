"""Writing a proposal in a real browser: saved while one types, files on their way, by keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from grants.kit.dossiers.models import File
from grants.proposals.models import Section
from tests.support.proposals import GRANADA, written
from tests.support.samples import PDF

pytestmark = pytest.mark.browser

ADDRESS = "/proposals/IUC-2020-001"


@pytest.fixture
def lucia(visit, iuc, session):
    """Lucía, signed in, in a window of her own."""
    session.commit()
    visitor = visit()
    visitor.sign_in(iuc.lucia.email)
    return visitor


@pytest.mark.usefixtures("draft")
def test_what_is_typed_is_saved_by_itself(lucia, session):
    page = lucia.go(f"{ADDRESS}/sections/project")

    with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
        page.get_by_label("Title").fill(GRANADA)

    assert saved.value.status == 204
    expect(page.locator("[data-save-status]")).to_contain_text("Saved")
    section = session.query(Section).one()
    assert section.answers["title"] == GRANADA
    with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
        page.get_by_label("Summary").fill("Three webinars")
    assert saved.value.status == 204


@pytest.mark.usefixtures("draft")
def test_a_file_is_on_its_way_while_one_watches(lucia, session, tmp_path):
    letter = Path(tmp_path, "Carta.pdf")
    letter.write_bytes(PDF)
    page = lucia.go(f"{ADDRESS}/sections/annexes")

    page.locator("#annexes-mayor_letter").set_input_files(letter)

    expect(page.get_by_role("link", name="Carta.pdf")).to_be_visible()
    assert session.query(File).one().name == "Carta.pdf"
    lucia.require_accessible()


@pytest.mark.usefixtures("draft")
def test_who_goes_on_waits_for_all_files(lucia, session, tmp_path):
    letter, confirmation = Path(tmp_path, "Carta.pdf"), Path(tmp_path, "Kunming.pdf")
    letter.write_bytes(PDF)
    confirmation.write_bytes(PDF)
    page = lucia.go(f"{ADDRESS}/sections/annexes")
    held = []
    page.route("**/proposals/*/files/*", lambda route: held.append(route), times=1)

    page.locator("#annexes-mayor_letter").set_input_files(letter)
    page.locator("#annexes-paired_confirmation").set_input_files(confirmation)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("progressbar")).to_have_count(1)
    held[0].continue_()

    page.wait_for_url("**/sections/declarations")
    assert {file.name for file in session.query(File)} == {"Carta.pdf", "Kunming.pdf"}


@pytest.mark.usefixtures("draft")
def test_a_file_chosen_before_the_script_arrived_is_sent_as_well(lucia, session, tmp_path):
    letter = Path(tmp_path, "Carta.pdf")
    letter.write_bytes(PDF)
    held = []
    lucia.page.route("**/uploads.js*", lambda route: held.append(route), times=1)
    lucia.page.goto(f"{lucia.address}{ADDRESS}/sections/annexes", wait_until="commit")

    lucia.page.locator("#annexes-mayor_letter").set_input_files(letter)
    held[0].continue_()

    expect(lucia.page.get_by_role("link", name="Carta.pdf")).to_be_visible()
    assert session.query(File).one().name == "Carta.pdf"


@pytest.mark.usefixtures("draft")
def test_a_wrong_file_is_refused_where_it_was_chosen(lucia, session, tmp_path):
    wrong = Path(tmp_path, "letter.pdf")
    wrong.write_bytes(b"not a PDF")
    page = lucia.go(f"{ADDRESS}/sections/annexes")

    page.locator("#annexes-mayor_letter").set_input_files(wrong)

    expect(page.get_by_role("alert")).to_contain_text("letter.pdf")
    assert session.query(File).count() == 0
    lucia.require_accessible()


def test_every_page_of_a_proposal_is_for_everybody(lucia, services, iuc, session):
    proposal = written(services, iuc.call, iuc.granada, iuc.lucia)
    services.proposals.save(
        proposal,
        "project",
        {"title": GRANADA, "summary": "word " * 230},
        by=iuc.lucia,
        revision=1,
        tab="",
    )
    session.commit()
    pages = {
        "work": "/work",
        "start": "/calls/IUC-2020/start",
        "proposal-draft": ADDRESS,
        "section-project": f"{ADDRESS}/sections/project?check=all",
        "section-budget": f"{ADDRESS}/sections/budget",
        "section-deliverables": f"{ADDRESS}/sections/deliverables",
        "section-annexes": f"{ADDRESS}/sections/annexes",
        "preview": f"{ADDRESS}/preview",
        "withdraw": f"{ADDRESS}/withdraw",
    }
    for name, path in pages.items():
        lucia.go(path)
        lucia.shoot(name)
        lucia.require_accessible()


def test_what_is_submitted_is_for_everybody(lucia, services, iuc, session):
    proposal = written(services, iuc.call, iuc.granada, iuc.lucia)
    session.commit()
    page = lucia.go(ADDRESS)
    lucia.shoot("proposal-complete")

    page.get_by_role("link", name="Check your answers").click()
    page.get_by_role("button", name="Submit the proposal").click()

    page.wait_for_url("**/receipt")
    lucia.shoot("receipt")
    lucia.require_accessible()
    lucia.go(ADDRESS)
    lucia.shoot("proposal-submitted")
    lucia.require_accessible()
    assert proposal.title in page.title()


@pytest.mark.usefixtures("draft")
def test_pages_that_say_no_are_for_everybody(lucia, services, iuc, session, draft):
    page = lucia.go(f"{ADDRESS}/sections/project")
    page.get_by_label("Title").fill("Lucía's title\u2026")
    services.proposals.save(
        draft, "project", {"title": "Ana's title"}, by=iuc.jonas, revision=0, tab="ana"
    )
    session.commit()

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Two of you wrote here at the same time"
    )
    lucia.shoot("clash")
    lucia.require_accessible()
    page.get_by_label("Keep what Jonas Weber wrote").check()
    page.get_by_role("button", name="Save my choices").click()
    expect(page.get_by_label("Title")).to_have_value("Ana's title")

    lucia.go(ADDRESS)
    lucia.shoot("proposal-missing")
    lucia.require_accessible()


def test_the_fund_s_page_is_for_everybody(visit, services, iuc, session):
    services.proposals.submit(written(services, iuc.call, iuc.granada, iuc.lucia), by=iuc.lucia)
    session.commit()
    helena = visit()
    helena.sign_in(iuc.helena.email)
    helena.go("/work")
    helena.shoot("work-manager")
    helena.require_accessible()

    helena.go(ADDRESS)
    helena.shoot("proposal-fund")
    helena.require_accessible()
