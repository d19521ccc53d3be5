"""What the ranking offers, and what its figures count: on the page, in the file, in the letter."""

import io

import pytest
from pypdf import PdfReader

from grants.rules.workflow import DecisionKind
from tests.support.evaluating import HALVES


@pytest.fixture
def ranked(evaluating):
    """Money for Granada, and for half of what Mannheim asks; thresholds in per cent."""
    call = evaluating.world.call
    call.envelope_cents = 6_500_000
    call.rules = call.rules | {
        "list_rule": "OFFER_REDUCED",
        "basis": "WEIGHTED_SHARE",
        "overall_threshold": "60",
    }
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    halves = [dict.fromkeys(HALVES, given) for given in (9, 8, 7)]
    evaluating.review_all(stage, list(zip(three, halves, strict=True)))
    evaluating.close_stage(stage)
    evaluating.services.rankings.compute(call, by=evaluating.world.helena)
    evaluating.session.commit()
    return three


@pytest.mark.usefixtures("ranked")
def test_what_cannot_be_undone_shows_the_offer_beside_the_request(helena):
    page = helena.get("/manage/calls/IUC-2020/ranking")

    table = page.html.find("table")
    head = [each.text.strip() for each in table.find("thead").find_all("th")]
    [second] = [row for row in table.find("tbody").find_all("tr") if "Roadshow" in row.text]
    cells = [" ".join(cell.text.split()) for cell in second.find_all(["th", "td"])]
    shown = dict(zip(head, cells, strict=True))
    assert shown["Requested"] == "EUR 50,000.00"
    assert shown["Offered"] == "EUR 25,000.00 less than requested"
    assert shown["Points of 17.50, and in per cent of them"] == "14.00 80.00 %"
    assert head[2:5] == ["Excellence", "Impact", "Implementation"]


def test_the_file_shows_it_once_the_ranking_stands(evaluating, helena, ranked):
    call, rankings = evaluating.world.call, evaluating.services.rankings
    before = helena.get("/manage/calls/IUC-2020/proposals.csv").text
    rankings.adopt(call, seen=rankings.of(call).sha256, by=evaluating.world.helena)
    evaluating.session.commit()
    after = helena.get("/manage/calls/IUC-2020/proposals.csv").text

    assert "25000.00" not in before
    [line] = [each for each in after.splitlines() if each.startswith(ranked[1].reference)]
    assert "50000.00" in line
    assert ",25000.00," in line


def test_a_letter_names_one_unit_for_each_figure(evaluating, ranked, helena):
    it, services = evaluating.world, evaluating.services
    services.rankings.adopt(it.call, seen=services.rankings.of(it.call).sha256, by=it.helena)
    services.decisions.decide(
        ranked[1], DecisionKind.AWARD, awarded_cents=2_500_000, reasons="As offered.", by=it.helena
    )
    evaluating.session.commit()

    page = helena.get(f"/proposals/{ranked[1].reference}/decision").html.find("main").text
    assert "in per cent of the most possible: 80.00\u00a0%; 60.00\u00a0% are required." in page
    assert "Weighted total: 14.00 of 17.50 points." in page

    services.decisions.send_letters(it.call, by=it.helena)
    evaluating.session.commit()
    words = " ".join(printed(services, ranked[1]).split())
    assert "80.00 % 100.00 % 60.00 %" in words
    assert "28.6 %" in words
    assert "42.8 %" in words


def printed(services, proposal):
    letter = services.letter_papers.content(services.decisions.of(proposal))
    pages = PdfReader(io.BytesIO(letter)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u00a0", " ")
