"""Which files are taken: told by what is in them, never by what their sender says.

Each kind has a signature at the file's head. The office formats are all ZIP
archives, so these are opened and must contain what makes them a document. Text has
no signature: it is read through, and only its name tells a table from other text.
"""

import codecs
import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from grants.kit.uploads import opening
from grants.kit.uploads.content import Content
from grants.rules.errors import WrongFile
from grants.rules.words import N_

LARGEST = 25 * 1024 * 1024
"""Bytes of the largest file that is taken: 25 MB."""

_PART = 256 * 1024
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Signs that no text has; tabs and line ends are not among them."""
_OOXML = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, kw_only=True)
class FileType:
    """A kind of file: its name for people, its media type, the endings of its names."""

    code: str
    name: str
    type: str
    endings: tuple[str, ...]
    recognised: Callable[[Content], bool]
    opened: opening.Opened | None = None
    """Opens a file of this kind, and refuses what cannot be opened."""
    is_text: bool = False
    """Whether any text may be of this kind: then the name's ending decides."""


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """What a file turned out to be."""

    kind: FileType
    size: int
    sha256: str


def _begins(*signatures: bytes) -> Callable[[Content], bool]:
    return lambda content: content.head.startswith(signatures)


def _is_pdf(content: Content) -> bool:
    # Some programs put a few bytes before it, and readers allow that.
    return b"%PDF-" in content.head


_PICTURES: tuple[bytes, ...] = (
    *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"),
    *(b"mif1", b"msf1", b"avif", b"avis"),
)
"""Brands of pictures: HEIC and AVIF are written in the boxes of films."""


def _is_mp4(content: Content) -> bool:
    return content.brand not in (b"", b"qt  ", *_PICTURES)


def _is_quicktime(content: Content) -> bool:
    # Films of before 2001 have no ftyp.
    old = content.head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
    return content.brand == b"qt  " or old


def _is_text(content: Content) -> bool:
    """Return whether all of a file is text in UTF-8, or in UTF-16 that says so at its beginning."""
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


def _is_office(folder: str, names: str) -> Callable[[Content], bool]:
    """Make a test for an Office document without macros whose main part lies in a folder.

    `names` begins what programs call that part: word/document.xml, word/document2.xml.
    """
    wanted = re.compile(rf"{folder}/{names}[0-9]*\.xml", re.IGNORECASE)

    def recognised(content: Content) -> bool:
        inside = content.entries
        macros = any(name.lower().endswith("vbaproject.bin") for name in inside)
        part = content.main_part
        return part is not None and part in inside and bool(wanted.fullmatch(part)) and not macros

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
        FileType(
            code="pdf",
            name="PDF",
            type="application/pdf",
            endings=("pdf",),
            recognised=_is_pdf,
            opened=opening.pdf,
        ),
        FileType(
            code="docx",
            name=N_("Word document"),
            type=_OOXML + "wordprocessingml.document",
            endings=("docx",),
            recognised=_is_office("word", "document"),
            opened=opening.office,
        ),
        FileType(
            code="xlsx",
            name=N_("Excel workbook"),
            type=_OOXML + "spreadsheetml.sheet",
            endings=("xlsx",),
            recognised=_is_office("xl", "workbook"),
            opened=opening.office,
        ),
        FileType(
            code="pptx",
            name=N_("PowerPoint presentation"),
            type=_OOXML + "presentationml.presentation",
            endings=("pptx",),
            recognised=_is_office("ppt", "presentation"),
            opened=opening.office,
        ),
        FileType(
            code="odt",
            name=N_("OpenDocument text"),
            type="application/vnd.oasis.opendocument.text",
            endings=("odt",),
            recognised=_is_odf("application/vnd.oasis.opendocument.text"),
            opened=opening.opendocument,
        ),
        FileType(
            code="ods",
            name=N_("OpenDocument spreadsheet"),
            type="application/vnd.oasis.opendocument.spreadsheet",
            endings=("ods",),
            recognised=_is_odf("application/vnd.oasis.opendocument.spreadsheet"),
            opened=opening.opendocument,
        ),
        FileType(
            code="jpg",
            name=N_("JPEG picture"),
            type="image/jpeg",
            endings=("jpg", "jpeg"),
            recognised=_begins(b"\xff\xd8\xff"),
            opened=opening.picture,
        ),
        FileType(
            code="png",
            name=N_("PNG picture"),
            type="image/png",
            endings=("png",),
            recognised=_begins(b"\x89PNG\r\n\x1a\n"),
            opened=opening.picture,
        ),
        FileType(
            code="mp4",
            name=N_("MP4 video"),
            type="video/mp4",
            endings=("mp4", "m4v"),
            recognised=_is_mp4,
            opened=opening.film,
        ),
        FileType(
            code="mov",
            name=N_("QuickTime video"),
            type="video/quicktime",
            endings=("mov", "qt"),
            recognised=_is_quicktime,
            opened=opening.film,
        ),
        # After all others, so that what is one of them is never taken for text.
        FileType(
            code="csv",
            name=N_("CSV table"),
            type="text/csv",
            endings=("csv",),
            recognised=_is_text,
            is_text=True,
        ),
        FileType(
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

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_OFFICE = N_(
    "{name} is in an old Office format. Save it as DOCX, XLSX, PPTX or PDF, and send it again."
)
_HEIC = N_(
    "{name} is a photograph in the format HEIC, which many computers cannot show."
    " Save it as JPEG, and send it again."
)


def inspect(
    file: BinaryIO, *, name: str, accepted: Collection[str] = tuple(KINDS), largest: int = LARGEST
) -> Inspected:
    """Find out what an uploaded file is, and leave it at its start.

    `accepted` are codes of KINDS, `largest` is in bytes. Raises WrongFile with the file's name.
    """
    size, sha256 = _measured(file, name, largest)
    ending = PurePath(name).suffix[1:].lower()
    content = Content(file)
    kind = _kind_of(content, ending)
    file.seek(0)
    if kind is None and any(KINDS[code].is_text and ending == code for code in accepted):
        message = N_("{name} is not text that we can read. Save it as UTF-8, and send it again.")
        raise WrongFile(message, name=name)
    if kind is None:
        raise _unknown(content, name, ending, accepted)
    if kind.code not in accepted:
        raise _wrong_kind(name, accepted)
    if ending not in kind.endings:
        raise WrongFile(
            N_("{name} is named like another kind of file, but contains a {kind}."),
            name=name,
            kind=kind.name,
        )
    if kind.opened:
        kind.opened(file, name)
        file.seek(0)
    return Inspected(kind=kind, size=size, sha256=sha256)


def chooser(accepted: Collection[str]) -> str:
    """Write what a browser's file chooser offers: the endings and media types that are taken."""
    kinds = [KINDS[code] for code in KINDS if code in accepted]
    offered = [part for kind in kinds for part in (*(f".{it}" for it in kind.endings), kind.type)]
    return ",".join(offered)


def _unknown(content: Content, name: str, ending: str, accepted: Collection[str]) -> WrongFile:
    """Say of a file that is none of ours what it is, where its sender can do something about it."""
    if content.brand in _PICTURES:
        return WrongFile(_HEIC, name=name)
    if content.head.startswith(_OLE):
        content.file.seek(0)
        found = _ENCRYPTED in content.file.read()
        content.file.seek(0)
        return WrongFile(opening.NEEDS_PASSWORD if found else _OLD_OFFICE, name=name)
    is_archive = content.head.startswith(b"PK\x03\x04") and not content.is_whole_archive
    if is_archive and ending in _ARCHIVES.intersection(accepted):
        return WrongFile(opening.CUT_SHORT, name=name)
    return _wrong_kind(name, accepted)


_ARCHIVES = frozenset({"docx", "xlsx", "pptx", "odt", "ods"})


def _kind_of(content: Content, ending: str) -> FileType | None:
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
        N_("{name} is not an accepted type of file. Accepted: {kinds}."), name=name, kinds=endings
    )
