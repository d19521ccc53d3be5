"""Files are taken for what is in them."""

import hashlib
import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from grants.kit.uploads import content as filecontent
from grants.kit.uploads import filetypes
from grants.kit.uploads.filetypes import KINDS, inspect
from grants.projects.service.deliverables import EVIDENCE
from grants.rules.errors import WrongFile
from grants.rules.forms.kinds.files import TYPES as TYPES_ASKED_FOR
from tests.support import samples
from tests.support.samples import ODT, TYPES, archive

SENT = Path(__file__).parent / "sent"


GOOD = {
    "pdf": samples.PDF,
    "docx": samples.office("word/document.xml"),
    "xlsx": samples.office("xl/workbook.xml"),
    "pptx": samples.office("ppt/presentation.xml"),
    "odt": archive("content.xml", mimetype=ODT),
    "ods": archive("content.xml", mimetype=samples.ODS),
    "jpg": samples.picture("JPEG"),
    "png": samples.picture("PNG"),
    "mp4": samples.film(),
    "mov": samples.film(b"qt  "),
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
        samples.film(b"heic"),
        archive("word/document.xml"),
        archive(TYPES, "other.xml"),
        archive(TYPES, "word/document.xml", "word/vbaProject.bin"),
        archive("content.xml", mimetype=ODT + "-template"),
        archive("other.xml", mimetype=ODT),
        archive("content.xml"),
        samples.office("word/document.xml")[:-10],
    ],
)
@pytest.mark.parametrize("ending", ["docx", "pdf", "odt", "mp4"])
def test_what_is_something_else_is_refused_by_name(content, ending):
    with pytest.raises(WrongFile, match=r"plan\." + ending):
        inspect(io.BytesIO(content), name=f"plan.{ending}")


def test_what_this_field_does_not_take_is_refused_and_what_it_takes_is_said():
    with pytest.raises(WrongFile) as refused:
        inspect(io.BytesIO(GOOD["mp4"]), name="film.mp4", accepted=("jpg", "pdf"))

    assert str(refused.value) == "film.mp4 is not an accepted type of file. Accepted: PDF, JPG."


def test_a_name_that_says_something_else_is_refused():
    with pytest.raises(WrongFile, match=r"letter\.docx is named like another kind of file"):
        inspect(io.BytesIO(GOOD["pdf"]), name="letter.docx")


def test_an_empty_file_is_refused():
    with pytest.raises(WrongFile, match=r"plan\.pdf is empty"):
        inspect(io.BytesIO(b""), name="plan.pdf")


def test_the_largest_file_is_taken_and_a_larger_one_is_not():
    limit = filetypes.LARGEST
    inspect(io.BytesIO(GOOD["txt"].ljust(limit)), name="plan.txt")

    with pytest.raises(WrongFile, match=r"plan\.txt is too large\. The limit is 25 MB\."):
        inspect(io.BytesIO(GOOD["txt"].ljust(limit + 1)), name="plan.txt")


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
        inspect(io.BytesIO(samples.PDF), name=f"people.{ending}")


def test_text_that_is_not_asked_for_is_refused():
    with pytest.raises(WrongFile, match=r"Accepted: PDF\."):
        inspect(io.BytesIO(GOOD["csv"]), name="people.csv", accepted=("pdf",))
    with pytest.raises(WrongFile, match=r"Accepted: TXT\."):
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


ZIP64 = samples.office("word/document.xml", *(f"{number}" for number in range(66_000)))


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

    monkeypatch.setattr(filecontent.zipfile, "ZipFile", opened)

    with pytest.raises(WrongFile):
        inspect(io.BytesIO(content), name="plan.docx")


def test_an_archive_that_lies_about_its_number_is_no_document(monkeypatch):
    monkeypatch.setattr(filecontent, "_ENTRIES", 2)
    content = saying(samples.office("word/document.xml", "third"), entries=2)

    with pytest.raises(WrongFile):
        inspect(io.BytesIO(content), name="plan.docx")


def test_a_document_with_a_comment_is_one_all_the_same():
    made = io.BytesIO(GOOD["docx"])
    with zipfile.ZipFile(made, "a") as files:
        files.comment = b"written by a program that signs its work" * 1000

    assert inspect(made, name="plan.docx").kind is KINDS["docx"]


def test_an_archive_is_opened_once_to_know_it_and_once_to_read_it(monkeypatch):
    opened = []

    class Counted(zipfile.ZipFile):
        def __init__(self, *args) -> None:
            opened.append(args)
            super().__init__(*args)

    monkeypatch.setattr(filecontent.zipfile, "ZipFile", Counted)

    inspect(io.BytesIO(GOOD["pptx"]), name="plan.pptx")

    assert len(opened) == 2


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("letter.pdf", "pdf"),
        ("word-desktop.docx", "docx"),
        ("word-online.docx", "docx"),
        ("mimetype-first.odt", "odt"),
        ("IMG_0002.MOV", "mov"),
        ("excel-utf8-bom.csv", "csv"),
    ],
)
def test_what_people_sent_is_taken_for_what_it_is(name, code):
    with (SENT / name).open("rb") as file:
        assert inspect(file, name=name).kind.code == code


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("letter-with-password.pdf", "needs a password to be opened"),
        ("cut-short.pdf", "it seems to be cut short"),
        ("IMG_0001.HEIC", "a photograph in the format HEIC"),
        ("excel-es-cp1252.csv", "Save it as UTF-8"),
    ],
)
def test_what_nobody_could_read_is_refused_by_name_and_reason(name, sentence):
    with (SENT / name).open("rb") as file, pytest.raises(WrongFile) as refused:
        inspect(file, name=name)

    assert str(refused.value).startswith(name)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("ending", ["mp4", "jpg", "mov"])
def test_a_renamed_photograph_of_apple_s_is_no_video_and_no_jpeg(ending):
    with pytest.raises(WrongFile, match="format HEIC"):
        inspect(io.BytesIO(samples.film(b"heic")), name=f"IMG_0001.{ending}")


@pytest.mark.parametrize("code", ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "jpg", "png"])
@pytest.mark.parametrize("kept", [0.5, 0.8, 0.97])
def test_a_file_whose_end_is_missing_is_refused_by_name(code, kept):
    content = samples.picture("PNG", (400, 300)) if code == "png" else GOOD[code]
    cut = content[: int(len(content) * kept)]

    with pytest.raises(WrongFile, match=rf"plan\.{code} cannot be opened"):
        inspect(io.BytesIO(cut), name=f"plan.{code}")


@pytest.mark.parametrize("code", ["mp4", "mov"])
def test_a_film_whose_end_is_missing_is_refused(code):
    with pytest.raises(WrongFile, match="cut short"):
        inspect(io.BytesIO(GOOD[code][:-1]), name=f"film.{code}")


def test_a_pdf_that_only_its_author_may_change_is_taken():
    assert inspect(io.BytesIO(samples.restricted_pdf()), name="plan.pdf").kind.code == "pdf"


def test_an_office_document_with_a_password_is_named_so():
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")

    with pytest.raises(WrongFile, match="needs a password"):
        inspect(io.BytesIO(locked), name="plan.docx")
    with pytest.raises(WrongFile, match="old Office format"):
        inspect(io.BytesIO(locked[:8].ljust(600)), name="plan.doc")


def test_an_opendocument_with_a_password_is_named_so():
    made = io.BytesIO(archive("content.xml", mimetype=ODT))
    with zipfile.ZipFile(made, "a") as files:
        files.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")

    with pytest.raises(WrongFile, match="needs a password"):
        inspect(made, name="plan.odt")


def test_a_document_whose_content_does_not_agree_with_its_checksum_is_refused():
    content = bytearray(GOOD["docx"])
    with zipfile.ZipFile(io.BytesIO(GOOD["docx"])) as files:
        part = files.getinfo("word/document.xml")
    content[part.header_offset + 30 + len(part.filename)] ^= 0xFF

    with pytest.raises(WrongFile, match=r"plan\.docx cannot be opened"):
        inspect(io.BytesIO(bytes(content)), name="plan.docx")


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded():
    head = bytearray(GOOD["png"])
    head[16:24] = struct.pack(">II", 60_000, 60_000)
    head[29:33] = struct.pack(">I", zlib.crc32(bytes(head[12:29])))

    with pytest.raises(WrongFile, match="too many pixels"):
        inspect(io.BytesIO(bytes(head)), name="map.png")
