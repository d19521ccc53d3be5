"""What holds for every document: same bytes, embedded faces, numbers, tags, nothing lost."""

import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pikepdf
import pytest

from grants.decisions.documents import letter
from grants.kit.pdf.document import Band, Column, Pages
from grants.kit.pdf.wording import Imprint
from grants.oversight.documents import award_report
from grants.projects.documents import agreement, deliverables
from grants.proposals.documents import proposal, receipt

KINDS = ["proposal", "receipt", "letter", "agreement", "deliverables", "award report"]


@pytest.fixture(params=KINDS)
def rendered(
    request,
    granada_proposal,
    granada_receipt,
    granada_letter,
    granada_agreement,
    granada_report,
    award_report_of,
):
    """Each kind of document in turn, as (how to print, its data, its title)."""
    return {
        "proposal": (proposal.render, granada_proposal),
        "receipt": (receipt.render, granada_receipt),
        "letter": (letter.render, granada_letter),
        "agreement": (agreement.render, granada_agreement),
        "deliverables": (deliverables.render, granada_report),
        "award report": (award_report.render, award_report_of(8, 3)),
    }[request.param]


def test_the_same_document_gives_the_same_bytes(rendered):
    render, document = rendered

    assert render(document) == render(document)


def test_every_face_is_embedded_as_a_subset(printed, rendered):
    render, document = rendered

    with printed(render(document)).open() as pdf:
        faces = [o for o in pdf.objects if hasattr(o, "keys") and o.get("/Type") == "/Font"]
        assert faces
        for face in faces:
            assert face.Subtype == "/TrueType"
            assert "/FontFile2" in face.FontDescriptor
            assert str(face.BaseFont)[1:8].endswith("+")
            assert "/ToUnicode" in face


def test_it_has_title_language_and_author_and_says_that_it_is_tagged(printed, rendered):
    render, document = rendered
    german = replace(document, imprint=replace(document.imprint, language="de"))

    with printed(render(german)).open() as pdf:
        assert document.title in str(pdf.docinfo.Title)
        assert pdf.docinfo.Author == "IUC Asia Competitive Fund"
        assert pdf.docinfo.Subject == document.reference
        assert pdf.Root.Lang == "de"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert "/CreationDate" not in pdf.docinfo
        assert {str(page.Tabs) for page in pdf.pages} == {"/S"}


def test_qpdf_finds_nothing_wrong(rendered, tmp_path):
    render, document = rendered
    path = tmp_path / "document.pdf"
    path.write_bytes(render(document))

    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_every_page_has_number_fund_reference_and_version(printed, rendered):
    render, document = rendered

    pages = printed(render(document)).pages

    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "IUC Asia Competitive Fund" in page
        assert document.imprint.version in page
        assert document.reference in page


def test_structure_begins_with_the_title_and_only_then_comes_the_rest(printed, rendered):
    render, document = rendered

    kinds = printed(render(document)).kinds()

    assert kinds[0] == "Document"
    assert kinds.count("H1") == 1
    assert kinds.index("H1") < kinds.index("Table")
    for kind in ("H2", "P", "TR", "TH", "TD"):
        assert kind in kinds


def test_all_that_is_drawn_is_tagged_or_decoration(printed, rendered):
    render, document = rendered

    with printed(render(document)).open() as pdf:
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        for index, page in enumerate(pdf.pages):
            assert page.StructParents == index
            depth, marked = 0, 0
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) in ("BMC", "BDC"):
                    depth += 1
                    assert depth == 1
                    marked += len(operands) == 2 and "/MCID" in operands[1]
                elif str(operator) == "EMC":
                    depth -= 1
                elif str(operator) in ("Tj", "TJ", "re", "l", "Do"):
                    assert depth == 1
            assert (depth, len(numbers[2 * index + 1])) == (0, marked)


def test_headings_are_bookmarks(printed, granada_proposal):
    outline = printed(proposal.render(granada_proposal)).outline

    assert outline == [
        granada_proposal.title,
        ["The project", "Budget", "Partners", "Planned deliverables", "Files"],
    ]


def test_a_bookmark_never_skips_a_level(printed, imprint):
    pages = Pages(imprint, kind="Note", title="Note", reference="N-1")
    pages.heading("Deep", 3)
    pages.heading("Deeper", 3)

    assert printed(pages.pdf()).outline == ["Deep", ["Deeper"]]


def test_what_people_type_is_shown_literally(printed, granada_proposal, hostile):
    section = proposal.SectionEntry(
        title=hostile,
        answers=[
            proposal.TextAnswer(label=hostile, text=hostile),
            proposal.TableAnswer(label="Rows", columns=[hostile, "B"], rows=[(hostile, "<para>")]),
        ],
    )
    document = replace(granada_proposal, title=hostile, organisation=hostile, sections=[section])

    words = printed(proposal.render(document)).words

    assert words.count("<img src='file:///etc/passwd'>") >= 5
    assert words.count("<b>Bold</b> &") >= 5
    assert "<para>" in words
    assert "".join(words.split()).count("x" * 300) >= 4


def test_nothing_reaches_beyond_the_margins(printed, imprint):
    pages = Pages(imprint, kind="Note", title="Note", reference="R" * 300)
    pages.title("x" * 300, "y" * 300)
    pages.facts([("label" * 30, "v" * 300)])
    pages.table([Column("h" * 99), Column("n" * 99, 1, "right")], [("a" * 300, "b" * 300)])
    pages.bullets(["z" * 300])

    edges: list[float] = []

    def note(text: str, shown: list[float], line: list[float], *_: object) -> None:
        if text.strip():
            edges.append(line[4] * shown[0] + shown[4])

    for page in printed(pages.pdf()).reader.pages:
        page.extract_text(visitor_text=note)

    assert min(edges) >= 62
    assert max(edges) <= 533


def test_a_long_table_breaks_over_pages_with_its_heading_read_once(printed, imprint):
    pages = Pages(imprint, kind="Note", title="Note", reference="N-1")
    pages.table(
        [Column("Number"), Column("Name")],
        [(str(number), f"Row {number}") for number in range(150)],
        [("150", "rows")],
    )

    note = printed(pages.pdf())

    texts, kinds = note.pages, note.kinds()
    assert len(texts) > 2
    assert all("Number" in page for page in texts)
    assert [kinds.count(kind) for kind in ("Table", "TR", "TH")] == [1, 152, 2]
    rows = re.findall(r"Row (\d+)", " ".join(texts))
    assert rows == [str(number) for number in range(150)]


@pytest.mark.parametrize("rows", range(28, 38))
def test_a_total_is_never_alone_on_a_page(printed, imprint, rows):
    pages = Pages(imprint, kind="Note", title="Note", reference="N-1")
    pages.table([Column("Name")], [(f"Row {n}.",) for n in range(rows)], [("Total.",)])

    for page in printed(pages.pdf()).pages:
        assert ("Total." in page) <= ("Row" in page)


@pytest.mark.parametrize("gap", range(480, 684, 12))
def test_a_heading_is_never_parted_from_the_one_below(printed, imprint, gap):
    pages = Pages(imprint, kind="Note", title="Note", reference="N-1")
    pages.gap(gap)
    pages.heading("Above")
    pages.heading("Below", 3)
    pages.text("What is said.")

    for page in printed(pages.pdf()).pages:
        assert ("Above" in page) == ("Below" in page) == ("What is said." in page)


def test_a_row_taller_than_a_page_goes_on_over_the_next(printed, imprint):
    pages = Pages(imprint, kind="Note", title="Note", reference="N-1")
    tall = "\n".join(f"line {number}." for number in range(120)) + " many words" * 900
    pages.table([Column("A"), Column("B")], [("short", "first"), (tall, "b"), ("last", "row")])

    words = printed(pages.pdf()).words

    places = [words.index(f"line {number}.") for number in range(120)]
    assert places == sorted(places)
    assert words.count("many") == words.count("words") == 900
    assert words.index("line 119.") < words.index("last row")


def test_a_tall_row_that_finds_no_room_begins_on_the_next_page(printed, imprint):
    pages = Pages(imprint, kind="Note", title="Note", reference="N-1")
    pages.gap(640)
    pages.table([Column("A")], [("tall " * 2000,)])

    first, second = printed(pages.pdf()).pages[:2]

    assert "tall" not in first
    assert "tall" in second


@pytest.mark.parametrize("gap", range(560, 660, 5))
def test_a_panel_longer_than_its_room_loses_nothing(printed, imprint, gap):
    pages = Pages(imprint, kind="Note", title="Note", reference="N-1")
    pages.gap(gap)
    pages.panel("title " * 30, ["said " * 500])

    words = printed(pages.pdf()).words

    assert (words.count("title"), words.count("said")) == (30, 500)


def test_a_band_spans_the_table(printed, imprint):
    pages = Pages(imprint, kind="Note", title="Note", reference="N-1")
    pages.table([Column("A"), Column("B"), Column("C")], [("1", "2", "3"), Band("Budget line")])

    with printed(pages.pdf()).open() as pdf:
        spans = [
            int(o.A.ColSpan)
            for o in pdf.objects
            if hasattr(o, "keys") and "/A" in o and "/ColSpan" in o.A
        ]

    assert spans == [3]


def test_facts_without_values_leave_no_table(printed, imprint):
    pages = Pages(imprint, kind="Note", title="Note", reference="N-1")
    pages.text("Only this.")
    pages.facts([("Rank", "")])

    assert printed(pages.pdf()).kinds() == ["Document", "P"]


def test_words_stay_apart_at_line_ends_and_whole_where_a_line_cut_them(printed, imprint):
    pages = Pages(imprint, kind="Note", title="Note", reference="N-1")
    pages.text("pilot cities " * 30 + "\nnext line\n\nhttps://example.org/" + "path" * 60)
    pages.text("In 广州 pilot cities " * 20)

    streams = printed(pages.pdf())

    assert "citiespilot" not in streams.joined
    assert "citiesnext" not in streams.joined
    assert "path" * 60 in streams.joined


def test_a_small_table_stays_with_its_heading(printed, imprint):
    pages = Pages(imprint, kind="Note", title="Note", reference="N-1")
    pages.gap(540)
    pages.heading("Partners")
    pages.table([Column("Name")], [(f"Partner {n}",) for n in range(6)])

    first, second = printed(pages.pdf()).pages

    assert "Partners" not in first
    assert "Partners" in second


def test_a_second_process_gives_the_same_bytes(granada_receipt):
    script = (
        "import hashlib, sys\n"
        "from datetime import UTC, datetime\n"
        "from grants.proposals.documents import receipt\n"
        "from grants.kit.pdf.parts import FileEntry\n"
        "from grants.kit.pdf.wording import Imprint\n"
        "import datetime as dt\n"
        f"document = {_source(granada_receipt)}\n"
        "print(hashlib.sha256(receipt.render(document)).hexdigest())\n"
    )
    there = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )

    here = hashlib.sha256(receipt.render(granada_receipt)).hexdigest()
    assert there.stdout.strip() == here


def _source(document: receipt.Receipt) -> str:
    """Write the receipt as Python, its translator being the default."""
    it = document.imprint
    written = repr(replace(document, imprint=None, submitted_at=None))
    imprint = f"Imprint(fund={it.fund!r}, version={it.version!r})"
    moment = f"datetime({', '.join(map(str, document.submitted_at.timetuple()[:6]))}, tzinfo=UTC)"
    return (
        written.replace("Receipt(", "receipt.Receipt(", 1)
        .replace("imprint=None", f"imprint={imprint}")
        .replace("submitted_at=None", f"submitted_at={moment}")
    )


def test_two_threads_do_not_disturb_each_other(granada_receipt, granada_proposal):
    alone = [receipt.render(granada_receipt), proposal.render(granada_proposal)]

    with ThreadPoolExecutor(4) as threads:
        receipts = [threads.submit(receipt.render, granada_receipt) for _ in range(6)]
        proposals = [threads.submit(proposal.render, granada_proposal) for _ in range(6)]

    assert {done.result() for done in receipts} == {alone[0]}
    assert {done.result() for done in proposals} == {alone[1]}


def test_a_small_table_is_never_broken(printed, imprint):
    pages = Pages(imprint, kind="Note", title="Note", reference="N-1")
    pages.gap(600)
    pages.text("Before.")
    pages.table([Column("Name")], [(f"Partner {n}",) for n in range(6)])

    first, second = printed(pages.pdf()).pages

    assert "Partner" not in first
    assert "Partner 5" in second


def test_another_accent_changes_the_page_and_not_the_words(printed, granada_receipt):
    other = replace(granada_receipt, imprint=replace(granada_receipt.imprint, accent="#ffcc00"))

    assert receipt.render(other) != receipt.render(granada_receipt)
    assert printed(receipt.render(other)).text == printed(receipt.render(granada_receipt)).text


def test_an_imprint_is_plain_data():
    assert Imprint(fund="Fund", version="a").language == "en"


def test_empty_words_leave_room_and_break_nothing(printed, granada_proposal):
    nameless = proposal.SectionEntry(
        title="", answers=[proposal.TextAnswer(label="", text="Said.")]
    )
    document = replace(granada_proposal, title="", organisation="", sections=[nameless])

    assert "Said." in printed(proposal.render(document)).words
