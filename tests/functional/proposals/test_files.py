"""Files: taken by what is in them, kept with the answers, given to those who may read them."""

from urllib.parse import urlencode

import pytest
from webtest import Upload

from grants.kit.dossiers.models import File
from tests.functional.proposals.conftest import ADDRESS
from tests.support.samples import PDF, locked_pdf

ANNEXES = f"{ADDRESS}/sections/annexes"


def put(browser, content=PDF, *, name="letter.pdf", field="annexes.mayor_letter", status=201):
    """Send a file as the script does."""
    token = browser.get(ANNEXES).html.find("input", {"name": "csrf_token"})["value"]
    return browser.put(
        f"{ADDRESS}/files/{field}?{urlencode({'name': name})}",
        content,
        content_type="application/octet-stream",
        headers={"X-CSRF-Token": token},
        status=status,
    )


@pytest.mark.usefixtures("draft")
def test_a_file_is_sent_by_itself_and_is_there(lucia):
    answer = put(lucia, name="Carta de Granada – 格拉纳达.pdf").json

    assert answer["name"] == "Carta de Granada – 格拉纳达.pdf"
    assert answer["name"] in lucia.get(ANNEXES)
    assert lucia.get(answer["url"]).body == PDF


@pytest.mark.usefixtures("draft")
def test_a_file_of_the_wrong_kind_is_refused_by_name(lucia):
    refused = put(lucia, b"MZ\x90\x00 not a document", name="letter.pdf", status=422)

    assert "letter.pdf" in refused.json["problem"]


@pytest.mark.usefixtures("draft")
def test_a_file_for_a_field_that_is_not_there_is_not_found(lucia):
    put(lucia, field="annexes.nonsense", status=404)
    put(lucia, field="project.title", status=404)


@pytest.mark.usefixtures("draft")
def test_one_file_too_many_is_refused(lucia):
    put(lucia)

    assert "Remove one" in put(lucia, name="second.pdf", status=422).json["problem"]


@pytest.mark.usefixtures("draft")
def test_the_form_keeps_all_that_was_typed_when_its_file_is_refused(lucia, session):
    form = lucia.get(ANNEXES).forms["section"]
    form["upload:mayor_letter"] = Upload("virus.exe", b"MZ\x90\x00", "application/pdf")

    page = form.submit("save", status=422)

    assert "virus.exe" in page.html.select_one(".error-summary").text
    assert session.query(File).count() == 0


@pytest.mark.usefixtures("draft")
def test_a_refused_file_may_have_any_name(lucia):
    form = lucia.get(ANNEXES).forms["section"]
    form["upload:mayor_letter"] = Upload("letter {final} {0} %s.exe", b"MZ", "application/pdf")

    page = form.submit("save", status=422)

    assert "letter {final} {0} %s.exe" in page.html.select_one(".error-summary").text


@pytest.mark.usefixtures("draft")
def test_a_refused_file_leaves_the_next_save_without_a_clash(lucia):
    form = lucia.get(ANNEXES).forms["section"]
    form["upload:mayor_letter"] = Upload("virus.exe", b"MZ\x90\x00", "application/pdf")
    again = form.submit("save", status=422).forms["section"]
    again["upload:mayor_letter"] = Upload("letter.pdf", PDF, "application/pdf")

    assert "letter.pdf" in again.submit("save", status=303).follow()


@pytest.mark.usefixtures("draft")
def test_a_file_is_removed_without_script(lucia):
    token = put(lucia).json["token"]
    form = lucia.get(ANNEXES).forms["section"]

    page = form.submit(f"remove_file:mayor_letter:{token}", status=303).follow()

    assert "letter.pdf" not in page
    lucia.get(f"{ADDRESS}/file/{token}", status=404)


@pytest.mark.usefixtures("draft")
def test_a_stale_page_neither_loses_nor_brings_back_a_file(lucia):
    stale = lucia.get(ANNEXES).forms["section"]
    token = put(lucia).json["token"]

    stale.submit("save", status=303)

    assert token in lucia.get(ANNEXES)


def test_only_the_team_fetches_a_draft_s_files_and_the_fund_those_submitted(
    lucia, iuc, sign_in, session, services, whole
):
    section = services.proposals.sections(whole)["annexes"]
    token = section.answers["mayor_letter"][0]
    stored = services.storage.put(PDF)
    file = session.query(File).filter_by(token=token).one()
    file.storage_key, file.size, file.sha256 = stored.key, stored.size, stored.sha256
    session.commit()
    address = f"{ADDRESS}/file/{token}"
    helena = sign_in(iuc.helena)
    assert lucia.get(address).body == PDF
    for browser in (helena, sign_in(iuc.jonas), sign_in(iuc.stranger)):
        browser.get(address, status=404)

    services.proposals.submit(whole, by=iuc.lucia)
    session.commit()

    assert helena.get(address).body == PDF
    sign_in(iuc.jonas).get(address, status=404)


@pytest.mark.usefixtures("submitted")
def test_nothing_is_added_to_what_is_submitted(lucia):
    token = lucia.get(ADDRESS).html.find("input", {"name": "csrf_token"})["value"]

    lucia.put(
        f"{ADDRESS}/files/annexes.more?name=late.pdf",
        PDF,
        content_type="application/octet-stream",
        headers={"X-CSRF-Token": token},
        status=409,
    )


@pytest.mark.usefixtures("draft")
def test_a_file_without_the_token_of_a_page_is_not_taken(lucia, session):
    lucia.put(
        f"{ADDRESS}/files/annexes.mayor_letter?name=letter.pdf",
        PDF,
        content_type="application/octet-stream",
        status=400,
    )

    assert session.query(File).count() == 0


@pytest.mark.usefixtures("draft")
def test_a_slot_says_what_it_takes_before_a_file_is_chosen(lucia):
    page = lucia.get(ANNEXES).html
    letter = page.select_one('input[name="upload:mayor_letter"]')
    more = page.select_one('input[name="upload:more"]')

    assert _described(page, letter).endswith("PDF. One file of at most 25 MB.")
    assert "At most 3 files of 10 MB each." in _described(page, more)
    assert letter["accept"] == ".pdf,application/pdf"
    assert {".docx", ".jpg", ".jpeg", "image/jpeg"} < set(more["accept"].split(","))


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("content", "reason"),
    [(locked_pdf(), "needs a password"), (PDF[:98], "cut short")],
)
def test_a_letter_that_nobody_can_open_is_refused_by_name_and_reason(lucia, content, reason):
    refused = put(lucia, content, status=422).json["problem"]

    assert refused.startswith("letter.pdf")
    assert reason in refused


def _described(page, field):
    texts = [page.find(id=one).text for one in field["aria-describedby"].split()]
    return " ".join(" ".join(texts).split())
