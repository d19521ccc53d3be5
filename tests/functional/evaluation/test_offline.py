"""A reviewer takes all proposals along, and brings a spreadsheet back."""

import io
import zipfile

import pypdf
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from grants.evaluation.documents.review_sheet import BEFORE, COMMENT, KEY, LINES, SCORE
from grants.evaluation.models import Assignment
from grants.rules.workflow import AssignmentStatus, Interest
from tests.support.evaluating import HALVES, draft
from tests.support.proposals import complete

PAGE = "/reviews/calls/IUC-2020/offline"


@pytest.fixture
def mine(evaluating):
    """Wei's two reviews, Granada's and Mannheim's; one of a third is still offered."""
    it = evaluating.world
    three = [
        evaluating.submit(it.granada, it.lucia, "Blockchain", answers=complete()),
        evaluating.submit(it.mannheim, it.jonas, "Roadshow", answers=complete("Roadshow")),
        evaluating.submit(it.lodz, it.zofia, "Zielone podwórka", answers=complete("Zielone")),
    ]
    stage = evaluating.open_stage(*three)
    evaluating.assign(stage, *three)
    found = evaluating.session.query(Assignment).filter_by(reviewer_id=it.wei.id)
    own = found.order_by(Assignment.id).all()
    for assignment in own[:2]:
        evaluating.services.reviews.declare(assignment, Interest.NONE, by=it.wei)
    evaluating.session.commit()
    return own[:2]


@pytest.fixture
def wei(evaluating, visitor, mine):
    return visitor(evaluating.world.wei)


def lines(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [book.get_sheet_by_name(it).to_python() for it in (LINES, BEFORE)]


def filled(content, typed):
    """Give the workbook with cells typed into: by the key of a line, a score and a comment."""
    page, before = lines(content)
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    for name, rows in ((LINES, page), (BEFORE, before)):
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            if name == LINES and row[KEY] in typed:
                row[SCORE], row[COMMENT] = typed[row[KEY]]
            sheet.write_row(at, 0, row)
    book.close()
    return written.getvalue()


def send(wei, content):
    page = wei.get(PAGE)
    form = next(it for it in page.forms.values() if "file" in it.fields)
    form["file"] = ("reviews.xlsx", content)
    return form.submit("upload", status="*")


def keep(page, status=303):
    return next(it for it in page.forms.values() if "keep" in it.fields).submit(status=status)


def saved(evaluating, assignment):
    evaluating.session.rollback()
    evaluating.session.expire_all()
    marks = {it.code: (it.halves, it.comment) for it in assignment.review.marks}
    return marks, assignment.review.overall_comment, assignment.status


def test_all_proposals_are_one_document_with_an_outline(wei, mine):
    answer = wei.get(PAGE).click("All proposals in one document")

    read = pypdf.PdfReader(io.BytesIO(answer.body))
    outline = [it.title for it in read.outline if not isinstance(it, list)]
    assert outline[1:] == ["Blockchain for smart, circular and biotech cities", "Roadshow"]
    words = " ".join(page.extract_text() for page in read.pages)
    assert "Cities know how to use blockchain." in words
    assert "Zielone" not in words


def test_the_spreadsheet_has_a_line_for_each_criterion_of_what_is_being_written(wei, mine):
    page, before = lines(wei.get("/reviews/calls/IUC-2020/reviews.xlsx").body)

    assert [row[KEY] for row in page[1:]] == [
        f"{it.id}/{code}" for it in mine for code in (*HALVES, "*overall", "*private")
    ]
    assert len(before) == len(page) - 1
    assert page[0][1:] == [
        *("Reference", "Proposal", "Criterion", "Weight", "Scale"),
        *("Score", "Comment"),
    ]


def test_what_was_typed_is_shown_first_and_then_saved(evaluating, wei, mine):
    content = wei.get("/reviews/calls/IUC-2020/reviews.xlsx").body
    key = mine[0].id
    typed = {
        f"{key}/excellence": (3.5, "Clear, and new."),
        f"{key}/impact": ("4,5", "Many cities.\nFor years."),
        f"{key}/*overall": ("", "Good."),
    }

    page = send(wei, filled(content, typed))

    assert "Nothing is saved yet." in page
    cells = [it.get_text(" ", strip=True) for it in page.html.select("#understood ~ table td")]
    assert "3.5" in cells
    assert "4.5" in cells
    assert saved(evaluating, mine[0]) == ({}, "", AssignmentStatus.ACCEPTED)
    keep(page)
    marks, overall, status = saved(evaluating, mine[0])
    assert marks["excellence"] == (7, "Clear, and new.")
    assert marks["impact"] == (9, "Many cities.\nFor years.")
    assert marks["implementation"] == (None, "")
    assert (overall, status) == ("Good.", AssignmentStatus.DRAFT)
    assert saved(evaluating, mine[1])[2] is AssignmentStatus.ACCEPTED


def test_a_file_that_nobody_changed_changes_nothing(wei, mine):
    page = send(wei, wei.get("/reviews/calls/IUC-2020/reviews.xlsx").body)

    assert "says the same as what is saved" in page


def test_what_was_saved_on_the_page_meanwhile_stays(evaluating, wei, mine):
    content = wei.get("/reviews/calls/IUC-2020/reviews.xlsx").body
    it, reviews = evaluating.world, evaluating.services.reviews
    reviews.save(mine[0], draft(HALVES, "on the page"), revision=0, tab="one", by=it.wei)
    evaluating.session.commit()
    typed = {
        f"{mine[0].id}/impact": (1, "In the file."),
        f"{mine[1].id}/impact": (2, "Only in the file."),
    }

    page = send(wei, filled(content, typed))

    assert "Changed in your file and on the page" in page
    keep(page)
    assert saved(evaluating, mine[0])[0]["impact"][0] == 8
    assert saved(evaluating, mine[1])[0]["impact"] == (4, "Only in the file.")


def test_what_was_looked_at_is_not_saved_over_a_later_save(evaluating, wei, mine):
    content = wei.get("/reviews/calls/IUC-2020/reviews.xlsx").body
    page = send(wei, filled(content, {f"{mine[0].id}/impact": (1, "In the file.")}))
    it, reviews = evaluating.world, evaluating.services.reviews
    reviews.save(mine[0], draft(HALVES, "on the page"), revision=0, tab="one", by=it.wei)
    evaluating.session.commit()

    keep(page, status=409)

    assert saved(evaluating, mine[0])[0]["impact"][0] == 8


@pytest.mark.parametrize(
    ("score", "told"),
    [("5.5", "“5.5” is not a score"), ("3.3", "“3.3” is not"), ("good", "“good” is not")],
)
def test_what_is_no_score_is_named_and_nothing_is_taken(wei, mine, score, told):
    content = wei.get("/reviews/calls/IUC-2020/reviews.xlsx").body
    typed = {
        f"{mine[0].id}/impact": (score, "Hm."),
        f"{mine[1].id}/impact": (4, "Fine."),
    }

    page = send(wei, filled(content, typed))

    assert page.status_int == 422
    assert told in page
    assert mine[0].proposal.reference in page
    assert not [it for it in page.forms.values() if "keep" in it.fields]


def bomb():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 40_000_000)
    return written.getvalue()


@pytest.mark.parametrize("content", [b"no workbook", b"", bomb()], ids=["text", "empty", "bomb"])
def test_a_file_that_is_no_such_spreadsheet_is_refused(wei, mine, content):
    page = send(wei, content)

    assert page.status_int == 422
    assert "Nothing of the file was taken" in page


def test_another_ones_review_cannot_be_written(evaluating, wei, mine):
    theirs = evaluating.session.query(Assignment).filter(
        Assignment.reviewer_id != evaluating.world.wei.id
    )
    content = wei.get("/reviews/calls/IUC-2020/reviews.xlsx").body
    page, before = lines(content)
    other = filled(content, {})
    assert other
    key = f"{theirs.first().id}/impact"
    page[1][KEY], page[1][SCORE], page[1][COMMENT] = key, 1, "Mine now."
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    for name, rows in ((LINES, page), (BEFORE, before)):
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.close()

    answer = send(wei, written.getvalue())

    assert answer.status_int == 422
    assert "not being written any more" in answer


@pytest.mark.parametrize("page", [PAGE, "/reviews/calls/IUC-2020/proposals.pdf"])
def test_it_is_there_for_reviewers_of_the_call_alone(evaluating, visitor, mine, page):
    it = evaluating.world
    for person in (it.helena, it.lucia, it.stranger):
        visitor(person).get(page, status=404)


def test_the_list_offers_it_once_a_proposal_is_open(wei, mine):
    page = wei.get("/reviews").click("Review without a network")

    assert page.request.path == PAGE


def test_hidden_applicants_stay_hidden_along_the_way(evaluating, visitor):
    it = evaluating.world
    it.call.rules = it.call.rules | {"hides_applicants": True}
    granada = evaluating.submit(it.granada, it.lucia, "Roofs for Granada", answers=complete())
    stage = evaluating.open_stage(granada)
    for assignment in evaluating.assign(stage, granada):
        evaluating.services.reviews.declare(assignment, Interest.NONE, by=assignment.reviewer)
    evaluating.session.commit()
    wei = visitor(it.wei)

    words = " ".join(
        page.extract_text()
        for page in pypdf.PdfReader(
            io.BytesIO(wei.get("/reviews/calls/IUC-2020/proposals.pdf").body)
        ).pages
    )
    cells = str(lines(wei.get("/reviews/calls/IUC-2020/reviews.xlsx").body))

    for said in (words, cells, wei.get(PAGE).text):
        assert "Granada" not in said
        assert "Kunming" not in said
