"""Which files are taken: told by what is in them, never by what their sender says.

Each kind has a signature at the file's head. The office formats are all ZIP
archives, so these are opened and must contain what makes them a document. Text has
no signature: it is read through, and only its name tells a table from other text.
"""

import codecs
import hashlib
import re
import struct
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import BinaryIO

from grants.errors import WrongFile
from grants.i18n import N_

LARGEST = 25 * 1024 * 1024
"""Bytes of the largest file that is taken: 25 MB."""

_HEAD = 1024
_PART = 256 * 1024
_ENTRIES = 10_000
_DIRECTORY = 2 * 1024 * 1024
"""Bytes of an archive's directory: its size bounds the entries also where their number lies."""
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = 20
_LONGEST_COMMENT = 0xFFFF
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Signs that no text has; tabs and line ends are not among them."""
_OOXML = "application/vnd.openxmlformats-officedocument."


class Content:
    """What is in a file; what several kinds ask of it is looked up once."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        file.seek(0)
        self.head = file.read(_HEAD)

    @cached_property
    def entries(self) -> frozenset[str]:
        """Name what a ZIP archive says it contains; nothing is unpacked."""
        if not self.head.startswith(b"PK\x03\x04") or not _is_short(self.file):
            return frozenset()
        self.file.seek(0)
        try:
            with zipfile.ZipFile(self.file) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return frozenset()
        return frozenset(names if len(names) <= _ENTRIES else ())


def _is_short(archive: BinaryIO) -> bool:
    """Tell from an archive's last bytes whether its directory is short enough to be read.

    They are read as `zipfile` does, which makes an object of each entry before one can ask.
    """
    archive.seek(0, 2)
    archive.seek(max(0, archive.tell() - _LONGEST_COMMENT - _END.size - _LOCATOR64 - _END64.size))
    tail = archive.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return False
    *_rest, entries, size, _offset, _comment = _END.unpack_from(tail, at)
    end64 = at - _LOCATOR64 - _END64.size
    if end64 >= 0 and tail[at - _LOCATOR64 : at].startswith(b"PK\x06\x07"):
        signature, *_rest, entries64, size64, _offset = _END64.unpack_from(tail, end64)
        if signature == b"PK\x06\x06":
            entries, size = entries64, size64
    return bool(entries <= _ENTRIES and size <= _DIRECTORY)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of file: its name for people, its media type, the endings of its names."""

    code: str
    name: str
    type: str
    endings: tuple[str, ...]
    recognised: Callable[[Content], bool]
    is_text: bool = False
    """Whether any text may be of this kind: then the name's ending decides."""


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """What a file turned out to be."""

    kind: Kind
    size: int
    sha256: str


def _begins(*signatures: bytes) -> Callable[[Content], bool]:
    return lambda content: content.head.startswith(signatures)


def _is_pdf(content: Content) -> bool:
    # Some programs put a few bytes before it, and readers allow that.
    return b"%PDF-" in content.head


def _is_mp4(content: Content) -> bool:
    return content.head[4:8] == b"ftyp" and content.head[8:12] != b"qt  "


def _is_text(content: Content) -> bool:
    """Tell whether all of a file is text in UTF-8, or in UTF-16 that says so at its beginning."""
    wide = content.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")()
    content.file.seek(0)
    try:
        while part := content.file.read(_PART):
            if _CONTROL.search(decoder.decode(part)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _contains(*names: str) -> Callable[[Content], bool]:
    """Make a test for an Office document without macros that has these parts."""

    def recognised(content: Content) -> bool:
        inside = content.entries
        macros = any(name.lower().endswith("vbaproject.bin") for name in inside)
        return inside >= {"[Content_Types].xml", *names} and not macros

    return recognised


def _is_odf(media_type: str) -> Callable[[Content], bool]:
    """Make a test for an OpenDocument, whose first entry is its media type, uncompressed."""

    def recognised(content: Content) -> bool:
        declared = content.head[30:].startswith(b"mimetype" + media_type.encode())
        after = content.head[38 + len(media_type) :]
        return declared and after.startswith(b"PK") and "content.xml" in content.entries

    return recognised


KINDS = {
    kind.code: kind
    for kind in (
        Kind(code="pdf", name="PDF", type="application/pdf", endings=("pdf",), recognised=_is_pdf),
        Kind(
            code="docx",
            name=N_("Word document"),
            type=_OOXML + "wordprocessingml.document",
            endings=("docx",),
            recognised=_contains("word/document.xml"),
        ),
        Kind(
            code="xlsx",
            name=N_("Excel workbook"),
            type=_OOXML + "spreadsheetml.sheet",
            endings=("xlsx",),
            recognised=_contains("xl/workbook.xml"),
        ),
        Kind(
            code="pptx",
            name=N_("PowerPoint presentation"),
            type=_OOXML + "presentationml.presentation",
            endings=("pptx",),
            recognised=_contains("ppt/presentation.xml"),
        ),
        Kind(
            code="odt",
            name=N_("OpenDocument text"),
            type="application/vnd.oasis.opendocument.text",
            endings=("odt",),
            recognised=_is_odf("application/vnd.oasis.opendocument.text"),
        ),
        Kind(
            code="ods",
            name=N_("OpenDocument spreadsheet"),
            type="application/vnd.oasis.opendocument.spreadsheet",
            endings=("ods",),
            recognised=_is_odf("application/vnd.oasis.opendocument.spreadsheet"),
        ),
        Kind(
            code="jpg",
            name=N_("JPEG picture"),
            type="image/jpeg",
            endings=("jpg", "jpeg"),
            recognised=_begins(b"\xff\xd8\xff"),
        ),
        Kind(
            code="png",
            name=N_("PNG picture"),
            type="image/png",
            endings=("png",),
            recognised=_begins(b"\x89PNG\r\n\x1a\n"),
        ),
        Kind(
            code="mp4",
            name=N_("MP4 video"),
            type="video/mp4",
            endings=("mp4", "m4v"),
            recognised=_is_mp4,
        ),
        # After all others, so that what is one of them is never taken for text.
        Kind(
            code="csv",
            name=N_("CSV table"),
            type="text/csv",
            endings=("csv",),
            recognised=_is_text,
            is_text=True,
        ),
        Kind(
            code="txt",
            name=N_("Text file"),
            type="text/plain",
            endings=("txt",),
            recognised=_is_text,
            is_text=True,
        ),
    )
}
"""All kinds of files that the portal knows, by the codes that forms name them with."""


def inspect(
    file: BinaryIO, *, name: str, accepted: Collection[str] = tuple(KINDS), largest: int = LARGEST
) -> Inspected:
    """Find out what an uploaded file is, and leave it at its start.

    `accepted` are codes of KINDS, `largest` is in bytes. Raises WrongFile with the file's name.
    """
    size, sha256 = _measured(file, name, largest)
    ending = PurePath(name).suffix[1:].lower()
    kind = _kind_of(Content(file), ending)
    file.seek(0)
    if kind is None and any(KINDS[code].is_text and ending == code for code in accepted):
        message = N_("{name} is not text that we can read. Save it as UTF-8, and send it again.")
        raise WrongFile(message, name=name)
    if kind is None or kind.code not in accepted:
        raise _wrong_kind(name, accepted)
    if ending not in kind.endings:
        raise WrongFile(
            N_("{name} is named like another kind of file, but contains a {kind}."),
            name=name,
            kind=kind.name,
        )
    return Inspected(kind=kind, size=size, sha256=sha256)


def _kind_of(content: Content, ending: str) -> Kind | None:
    possible = (it for it in KINDS.values() if ending in it.endings or not it.is_text)
    return next((kind for kind in possible if kind.recognised(content)), None)


def _measured(file: BinaryIO, name: str, largest: int) -> tuple[int, str]:
    """Read the file through, up to its limit."""
    size, digest = 0, hashlib.sha256()
    file.seek(0)
    while part := file.read(_PART):
        size += len(part)
        digest.update(part)
        if size > largest:
            raise _too_large(name, largest)
    if not size:
        raise WrongFile(N_("{name} is empty."), name=name)
    return size, digest.hexdigest()


def _too_large(name: str, largest: int) -> WrongFile:
    if largest < 1024 * 1024:
        message = N_("{name} is too large. The limit is {kilobytes} kB.")
        return WrongFile(message, name=name, kilobytes=max(1, largest // 1024))
    message = N_("{name} is too large. The limit is {megabytes} MB.")
    return WrongFile(message, name=name, megabytes=largest // (1024 * 1024))


def _wrong_kind(name: str, accepted: Collection[str]) -> WrongFile:
    endings = ", ".join(KINDS[code].code.upper() for code in KINDS if code in accepted)
    return WrongFile(
        N_("{name} is not a file that we take here. These are: {kinds}."), name=name, kinds=endings
    )
