"""A proposal from the call's page to its receipt, in a browser without script."""

import pytest
from webtest import Upload

from tests.support.proposals import GRANADA, complete, written
from tests.support.samples import PDF


@pytest.fixture
def lucia(sign_in, iuc):
    return sign_in(iuc.lucia)


def test_from_the_call_to_the_first_words(lucia):
    page = lucia.get("/calls/IUC-2020/start")
    overview = page.forms["start"].submit("start", status=303).follow()
    assert "IUC-2020-001" in overview
    assert "What is still missing" in overview

    section = lucia.get("/proposals/IUC-2020-001/sections/project")
    form = section.forms["section"]
    form["title"] = GRANADA
    following = form.submit("save_next", status=303).follow()

    assert "Cities and partners" in following
    assert GRANADA in lucia.get("/proposals/IUC-2020-001")


def test_a_whole_draft_is_submitted_once(lucia, iuc, services, session):
    written(services, iuc.call, iuc.granada, iuc.lucia)
    session.commit()

    checked = lucia.get("/proposals/IUC-2020-001").click("Check your answers", index=0)
    form = next(it for it in checked.forms.values() if it.action.endswith("/submit"))
    receipt = form.submit(status=303).follow()
    again = form.submit(status=303).follow()

    assert "R-IUC-2020-001-01" in receipt
    assert "R-IUC-2020-001-01" in again
    pdf = lucia.get("/proposals/IUC-2020-001/receipt.pdf")
    assert pdf.body.startswith(b"%PDF")
    assert lucia.get("/proposals/IUC-2020-001/receipt.pdf").body == pdf.body
    assert lucia.get("/proposals/IUC-2020-001/proposal.pdf").body.startswith(b"%PDF")


def test_a_file_goes_with_the_form(lucia, iuc, services, session):
    services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    session.commit()

    form = lucia.get("/proposals/IUC-2020-001/sections/annexes").forms["section"]
    form["upload:mayor_letter"] = Upload("letter.pdf", PDF, "application/pdf")
    page = form.submit("save", status=303).follow()

    assert "letter.pdf" in page
    fetched = lucia.get(page.html.find("a", string="letter.pdf")["href"])
    assert (fetched.body, fetched.content_type) == (PDF, "application/pdf")
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in fetched.headers["Content-Security-Policy"]


def test_every_page_answers(lucia, iuc, services, session):
    written(services, iuc.call, iuc.granada, iuc.lucia)
    session.commit()

    for code in [*complete(), "annexes"]:
        lucia.get(f"/proposals/IUC-2020-001/sections/{code}")
    assert "Blockchain in the smart city" in lucia.get("/proposals/IUC-2020-001/preview")
    assert "is final" in lucia.get("/proposals/IUC-2020-001/withdraw")
