"""The manager's list of proposals: found, filtered, ordered, paged, and as a file."""

import csv
import io
import zipfile
from datetime import datetime

import pytest
from python_calamine import CalamineWorkbook

from grants.evaluation.models import Declaration
from grants.rules.workflow import DecisionKind, Interest, ProposalStatus
from tests.support.awarding import Awarding, terminate

pytestmark = pytest.mark.both_databases

ADDRESS = "/manage/calls/IUC-2020/proposals"


def titles(page):
    return [link.text for link in page.html.select("tbody th a")]


@pytest.fixture
def many(evaluating):
    """Make so many proposals in the stage, each with three reviews asked for."""
    it = evaluating.world
    numbers = iter(range(1, 1000))

    def make(count):
        made = [
            evaluating.submit(it.granada, it.lucia, f"Idea {next(numbers):03}", commit=False)
            for _ in range(count)
        ]
        evaluating.session.commit()
        return made

    return make


def test_words_are_found_without_accents_and_case(evaluating, helena):
    evaluating.three()

    assert titles(helena.get(ADDRESS, {"q": "zielone PODWORKA"})) == ["Zielone podwórka"]
    assert titles(helena.get(ADDRESS, {"q": "lodz"})) == ["Zielone podwórka"]
    assert titles(helena.get(ADDRESS, {"q": "granada blockchain"})) != []
    assert "Nothing found" in helena.get(ADDRESS, {"q": "granada roadshow"})


def test_words_are_found_inside_what_is_written_without_spaces(evaluating, helena):
    it = evaluating.world
    evaluating.submit(it.granada, it.lucia, "与广州市一起的智慧交通")
    evaluating.submit(it.granada, it.lucia, "Quiet streets")

    for asked in ("广州", "州市", "智慧交", "通"):
        assert titles(helena.get(ADDRESS, {"q": asked})) == ["与广州市一起的智慧交通"]
    assert "Nothing found" in helena.get(ADDRESS, {"q": "广市"})


@pytest.mark.parametrize("asked", ['"', "'", "*", "a AND", "NEAR(", "a:b", "-x", "(", "&|!", "\\"])
def test_what_is_typed_is_no_language_of_queries(evaluating, helena, asked):
    evaluating.three()

    helena.get(ADDRESS, {"q": asked}, status=200)


def test_a_reference_is_found_whole_and_by_its_beginning(evaluating, helena):
    granada, mannheim, _lodz = evaluating.three()

    assert titles(helena.get(ADDRESS, {"q": mannheim.reference})) == [mannheim.title]
    assert len(titles(helena.get(ADDRESS, {"q": granada.reference[:-1]}))) == 3


def test_what_changes_is_found_by_its_new_words_at_once(evaluating, helena):
    granada, *_others = evaluating.three()

    granada.title = "Rivers of light"
    granada.organisation.name = "Ayuntamiento de Granada"
    evaluating.session.commit()

    assert titles(helena.get(ADDRESS, {"q": "rivers"})) == ["Rivers of light"]
    assert titles(helena.get(ADDRESS, {"q": "ayuntamiento light"})) == ["Rivers of light"]
    assert "Nothing found" in helena.get(ADDRESS, {"q": "blockchain"})


def test_titles_are_ordered_without_regard_to_accents(evaluating, helena):
    it = evaluating.world
    for title in ("Zebra", "Élan", "apple"):
        evaluating.submit(it.granada, it.lucia, title)

    assert titles(helena.get(ADDRESS, {"order": "title"})) == ["apple", "Élan", "Zebra"]
    assert titles(helena.get(ADDRESS, {"order": "title", "down": "1"})) == [
        "Zebra",
        "Élan",
        "apple",
    ]


def test_filters_and_orders(evaluating, helena):
    granada, mannheim, lodz = evaluating.three()
    evaluating.close_call()
    evaluating.check(lodz, countries="One country.")
    names = {each: each.title for each in (granada, mannheim, lodz)}

    assert titles(helena.get(ADDRESS, {"status": "ineligible"})) == [names[lodz]]
    assert titles(helena.get(ADDRESS, {"status": "nonsense"})) == list(names.values())
    by_money = helena.get(ADDRESS, {"order": "requested", "down": "1"})
    assert titles(by_money) == [names[lodz], names[mannheim], names[granada]]
    assert by_money.html.select_one('th[aria-sort="descending"]').text.startswith("Requested")
    assert titles(helena.get(ADDRESS, {"order": "nonsense", "page": "x"})) == list(names.values())


def test_sixty_a_page(helena, many):
    many(61)

    first = helena.get(ADDRESS)
    second = first.click("Next page")

    assert (len(titles(first)), titles(second)) == (60, ["Idea 061"])
    assert titles(helena.get(ADDRESS, {"page": "99"})) == ["Idea 061"]


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}.csv"])
def test_as_many_queries_for_a_few_as_for_more_than_a_page(helena, many, queries, address):
    many(10)
    helena.get(address)
    with queries() as few:
        helena.get(address)

    many(60)
    with queries() as lots:
        helena.get(address)

    assert len(lots) == len(few) <= 10


def test_the_file_opens_in_a_spreadsheet_and_runs_nothing(evaluating, helena):
    it = evaluating.world
    evaluating.submit(it.granada, it.lucia, '=HYPERLINK("http://evil.example")', 1_234_567)

    answer = helena.get(f"{ADDRESS}.csv")

    assert answer.body.startswith(b"\xef\xbb\xbf")
    assert answer.content_disposition == 'attachment; filename="IUC-2020.csv"'
    (row,) = csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")))
    assert row["Title"] == '\'=HYPERLINK("http://evil.example")'
    assert (row["Requested"], row["Currency"]) == ("12345.67", "EUR")
    assert row["Submitted (UTC)"] == "2020-02-03 09:00:00"


def test_german_and_spanish_spreadsheets_read_columns_and_decimals(evaluating, helena):
    it = evaluating.world
    evaluating.submit(it.granada, it.lucia, "Granada; Łódź", 1_234_567)
    helena.get("/language", {"language": "de"}, status=303)

    text = helena.get(f"{ADDRESS}.csv").body.decode("utf-8-sig")

    (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert row["Titel"] == "Granada; Łódź"
    assert "12345,67" in row.values()


def test_the_workbook_holds_numbers_moments_and_text(evaluating, helena):
    it = evaluating.world
    evaluating.submit(it.granada, it.lucia, '=HYPERLINK("http://evil.example")', 1_234_567)

    answer = helena.get(f"{ADDRESS}.xlsx")

    assert answer.content_disposition == 'attachment; filename="IUC-2020.xlsx"'
    header, row = (
        CalamineWorkbook.from_filelike(io.BytesIO(answer.body)).get_sheet_by_index(0).to_python()
    )
    cells = dict(zip(header, row, strict=True))
    assert cells["Title"] == '=HYPERLINK("http://evil.example")'
    assert (cells["Requested"], cells["Currency"]) == (12345.67, "EUR")
    assert cells["Submitted (UTC)"] == datetime(2020, 2, 3, 9)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_what_needs_attention_is_marked(evaluating, helena):
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    evaluating.review(evaluating.assign(stage, three[0])[0])
    evaluating.services.interests.declare(
        evaluating.world.marc, three[1], Interest.POTENTIAL, "I know them."
    )
    evaluating.session.commit()
    evaluating.clock.advance(days=31)

    page = helena.get(ADDRESS)

    rows = {row.select_one("th a").text: row.text for row in page.html.select("tbody tr")}
    assert "1 of 3" in rows[three[0].title]
    assert "Review overdue" in rows[three[0].title]
    assert "Interest to rule on" in rows[three[1].title]
    assert "Review overdue" not in rows[three[2].title]


def test_the_page_says_what_to_do_next(evaluating, helena):
    def next_step():
        return helena.get(ADDRESS).html.select_one(".next-step h2").text

    three = evaluating.three()
    assert next_step() == "Wait until the call closes"
    evaluating.close_call()
    assert next_step() == "Check the proposals"
    stage = evaluating.open_stage(*three)
    assert next_step() == "Make sure that every proposal is reviewed"
    for assignment in evaluating.assign(stage, *three):
        evaluating.review(assignment)
    evaluating.close_stage(stage)
    assert next_step() == "Rank the proposals"


def test_drafts_and_other_funds_are_not_there(evaluating, helena, visitor):
    it = evaluating.world
    three = evaluating.three()
    draft = evaluating.services.proposals.start(it.call, it.granada, by=it.lucia, key="a draft")
    draft.title = "Not submitted yet"
    evaluating.session.commit()

    assert draft.status is ProposalStatus.DRAFT
    for reader in (helena, visitor(it.olga)):
        assert sorted(titles(reader.get(ADDRESS))) == sorted(each.title for each in three)
    visitor(it.stranger).get(ADDRESS, status=404)


def test_a_declaration_of_no_interest_marks_nothing(evaluating, helena):
    granada = evaluating.three()[0]
    evaluating.services.interests.declare(evaluating.world.marc, granada, Interest.NONE)
    evaluating.session.commit()

    assert evaluating.session.query(Declaration).count() == 1
    assert "Interest to rule on" not in helena.get(ADDRESS)


def test_what_was_awarded_adds_up_to_what_the_envelope_lost(evaluating, sign_in):
    it, decisions = evaluating.world, evaluating.services.decisions
    granada, mannheim, _lodz = evaluating.rank_three()
    for proposal in (granada, mannheim):
        kind, reasons, cents = DecisionKind.AWARD, "Among the first.", proposal.requested_cents
        decisions.decide(proposal, kind, awarded_cents=cents, reasons=reasons, by=it.helena)
    evaluating.services.proposals.withdraw(mannheim, by=it.jonas)
    evaluating.session.commit()

    answer = sign_in(it.helena).get(f"{ADDRESS}.csv")

    rows = csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")))
    assert {row["Reference"]: row["Awarded"] for row in rows if row["Awarded"]} == {
        granada.reference: "40000.00"
    }
    assert decisions.money(it.call).awarded == 4_000_000


def test_what_an_ended_project_gave_back_is_no_longer_awarded(evaluating, sign_in):
    it, granada = evaluating.world, Awarding(evaluating).granadas()
    terminate(evaluating.services, granada, it, "The city ended it.", 1_500_000)
    evaluating.session.commit()

    answer = sign_in(it.helena).get(f"{ADDRESS}.csv")

    rows = csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")))
    assert [row["Awarded"] for row in rows] == ["20000.00"]
    assert evaluating.services.decisions.money(it.call).awarded == 2_000_000
