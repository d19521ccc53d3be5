"""Files are taken for what is in them."""

import hashlib
import io
import struct
import zipfile

import pytest

from grants import filetypes
from grants.errors import WrongFile
from grants.filetypes import KINDS, inspect
from grants.forms.kinds.files import TYPES as TYPES_ASKED_FOR
from grants.services.deliverables import EVIDENCE


def archive(*names: str, mimetype: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as files:
        if mimetype:
            files.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name in names:
            files.writestr(name, "<x/>")
    return made.getvalue()


TYPES = "[Content_Types].xml"
ODT = "application/vnd.oasis.opendocument.text"
GOOD = {
    "pdf": b"%PDF-1.7\n...",
    "docx": archive(TYPES, "word/document.xml"),
    "xlsx": archive(TYPES, "xl/workbook.xml"),
    "pptx": archive(TYPES, "ppt/presentation.xml"),
    "odt": archive("content.xml", mimetype=ODT),
    "ods": archive("content.xml", mimetype=ODT.replace("text", "spreadsheet")),
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "png": b"\x89PNG\r\n\x1a\n....",
    "mp4": b"\x00\x00\x00\x18ftypmp42....",
    "csv": "City;People\r\nŁódź;670000\r\n".encode(),
    "txt": "Łódź, 11 May 2020\n\tDear all".encode(),
}


def test_whatever_may_be_asked_for_can_be_taken():
    assert set(TYPES_ASKED_FOR) == set(KINDS) == set(GOOD)
    assert all(kind.type in TYPES_ASKED_FOR[code] for code, kind in KINDS.items())
    assert set(EVIDENCE.types) <= set(KINDS)


@pytest.mark.parametrize("code", KINDS)
def test_each_kind_is_known_by_its_content(code):
    file = io.BytesIO(GOOD[code])

    found = inspect(file, name=f"Łódź.{code.upper()}")

    assert found.kind is KINDS[code]
    assert (found.size, found.sha256) == (
        len(GOOD[code]),
        hashlib.sha256(GOOD[code]).hexdigest(),
    )
    assert file.tell() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"plain text",
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00 a program",
        b"PK\x03\x04 a broken archive",
        b"GIF89a",
        b"\x00\x00\x00\x14ftypqt  ",
        archive("word/document.xml"),
        archive(TYPES, "other.xml"),
        archive(TYPES, "word/document.xml", "word/vbaProject.bin"),
        archive("content.xml", mimetype=ODT + "-template"),
        archive("other.xml", mimetype=ODT),
        archive("content.xml"),
        archive(TYPES, "word/document.xml")[:-10],
    ],
)
@pytest.mark.parametrize("ending", ["docx", "pdf", "odt", "mp4"])
def test_what_is_something_else_is_refused_by_name(content, ending):
    with pytest.raises(WrongFile, match=r"plan\." + ending):
        inspect(io.BytesIO(content), name=f"plan.{ending}")


def test_what_this_field_does_not_take_is_refused_and_what_it_takes_is_said():
    with pytest.raises(WrongFile) as refused:
        inspect(io.BytesIO(GOOD["mp4"]), name="film.mp4", accepted=("jpg", "pdf"))

    assert str(refused.value) == "film.mp4 is not a file that we take here. These are: PDF, JPG."


def test_a_name_that_says_something_else_is_refused():
    with pytest.raises(WrongFile, match=r"letter\.docx is named like another kind of file"):
        inspect(io.BytesIO(GOOD["pdf"]), name="letter.docx")


def test_an_empty_file_is_refused():
    with pytest.raises(WrongFile, match=r"plan\.pdf is empty"):
        inspect(io.BytesIO(b""), name="plan.pdf")


def test_the_largest_file_is_taken_and_a_larger_one_is_not():
    limit = filetypes.LARGEST
    inspect(io.BytesIO(GOOD["pdf"].ljust(limit)), name="plan.pdf")

    with pytest.raises(WrongFile, match=r"plan\.pdf is too large\. The limit is 25 MB\."):
        inspect(io.BytesIO(GOOD["pdf"].ljust(limit + 1)), name="plan.pdf")


def test_a_small_limit_is_told_in_small_units():
    with pytest.raises(WrongFile, match=r"The limit is 500 kB\."):
        inspect(io.BytesIO(GOOD["pdf"].ljust(512_001)), name="plan.pdf", largest=512_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_taken_in_the_ways_in_which_spreadsheets_write_it(encoding):
    table = ("Łódź;格拉纳达\r\n" * 100_000).encode(encoding)

    assert inspect(io.BytesIO(table), name="people.csv").kind is KINDS["csv"]


@pytest.mark.parametrize(
    "content",
    [
        "Łódź".encode("iso-8859-2"),
        b"MZ\x90\x00 a program",
        b"text\x00with what no text has",
        b"\x1b]0;a terminal's title\x07",
        b"a" * 300_000 + b"\x00",
        b"cut in the middle of a sign: \xc5",
        b"\xff\xfe\x00",
        archive("people.csv"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "txt"])
def test_what_is_no_text_is_not_taken_for_it(content, ending):
    with pytest.raises(WrongFile, match=rf"people\.{ending} is not text that we can read"):
        inspect(io.BytesIO(content), name=f"people.{ending}")


@pytest.mark.parametrize("ending", ["csv", "txt"])
def test_what_is_another_kind_of_file_is_not_taken_for_text(ending):
    with pytest.raises(WrongFile, match="contains a PDF"):
        inspect(io.BytesIO(b"%PDF-1.4 and nothing else"), name=f"people.{ending}")


def test_text_that_is_not_asked_for_is_refused():
    with pytest.raises(WrongFile, match=r"These are: PDF\."):
        inspect(io.BytesIO(GOOD["csv"]), name="people.csv", accepted=("pdf",))
    with pytest.raises(WrongFile, match=r"These are: TXT\."):
        inspect(io.BytesIO(GOOD["csv"]), name="people.csv", accepted=("txt",))


END = struct.Struct("<4s4H2LH")


def saying(document: bytes, *, entries: int | None = None, directory: int | None = None) -> bytes:
    """Change what an archive's end says of its directory: its entries, and its bytes."""
    signature, one, two, here, all_of_them, size, offset, rest = END.unpack(document[-END.size :])
    here, all_of_them = (here, all_of_them) if entries is None else (entries, entries)
    size = size if directory is None else directory
    return document[: -END.size] + END.pack(
        signature, one, two, here, all_of_them, size, offset, rest
    )


ZIP64 = archive(TYPES, "word/document.xml", *(f"{number}" for number in range(66_000)))


@pytest.mark.parametrize(
    "content",
    [
        saying(GOOD["docx"], entries=10_001),
        saying(GOOD["docx"], directory=3_000_000),
        saying(ZIP64, entries=2, directory=100),  # what it says before is what counts
    ],
    ids=["many", "long", "countless"],
)
def test_an_archive_of_countless_files_is_not_a_document_and_is_not_opened(content, monkeypatch):
    def opened(*_args) -> None:
        raise AssertionError("it was opened")

    monkeypatch.setattr(filetypes.zipfile, "ZipFile", opened)

    with pytest.raises(WrongFile):
        inspect(io.BytesIO(content), name="plan.docx")


def test_an_archive_that_lies_about_its_number_is_no_document(monkeypatch):
    monkeypatch.setattr(filetypes, "_ENTRIES", 2)
    content = saying(archive(TYPES, "word/document.xml", "third"), entries=2)

    with pytest.raises(WrongFile):
        inspect(io.BytesIO(content), name="plan.docx")


def test_a_document_with_a_comment_is_one_all_the_same():
    made = io.BytesIO(GOOD["docx"])
    with zipfile.ZipFile(made, "a") as files:
        files.comment = b"written by a program that signs its work" * 1000

    assert inspect(made, name="plan.docx").kind is KINDS["docx"]


def test_an_archive_is_opened_once(monkeypatch):
    opened = []

    class Counted(zipfile.ZipFile):
        def __init__(self, *args) -> None:
            opened.append(args)
            super().__init__(*args)

    monkeypatch.setattr(filetypes.zipfile, "ZipFile", Counted)

    inspect(io.BytesIO(GOOD["pptx"]), name="plan.pptx")

    assert len(opened) == 1
