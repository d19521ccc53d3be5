"""Whether a file can be opened, found out by opening it.

A signature at a file's head says what it is meant to be. Whoever reads it in five years needs
more: that nothing is missing of it, and that no password stands before it.
"""

import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.etree import ElementTree

import pikepdf
from PIL import Image

from grants.rules.errors import WrongFile
from grants.rules.words import N_

NEEDS_PASSWORD = N_(
    "{name} needs a password to be opened. Save it without a password, and send it again."
)
CUT_SHORT = N_("{name} cannot be opened: it seems to be cut short. Please send it again.")
DAMAGED = N_(
    "{name} cannot be opened: it seems to be damaged. Open it on your computer, save it"
    " anew, and send it again."
)
TOO_MANY_PIXELS = N_("{name} has too many pixels. Send it in a smaller size.")

MOST_PIXELS = 200_000_000
"""Pixels of the largest picture that is opened; phones take some fifty million."""

_END_OF_PDF = 2048
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAIN_PART = "/officeDocument"
_LARGEST_UNPACKED = 64 * 1024 * 1024
_LARGEST_PART = 4 * 1024 * 1024
"""Bytes that are unpacked of a part of an archive which is read as XML."""

Opened = Callable[[BinaryIO, str], None]
"""Opens a file by its name for people. Raises WrongFile if it cannot be opened."""


def pdf(file: BinaryIO, name: str) -> None:
    """Open a PDF: no password, at least one page, and an end."""
    file.seek(0)
    try:
        with pikepdf.open(file) as opened:
            pages, repaired = len(opened.pages), bool(opened.get_warnings())
    except pikepdf.PasswordError:
        raise WrongFile(NEEDS_PASSWORD, name=name) from None
    except (pikepdf.PdfError, ValueError, RuntimeError):
        raise WrongFile(DAMAGED if _has_end(file) else CUT_SHORT, name=name) from None
    if not pages:
        raise WrongFile(DAMAGED, name=name)
    # What had to be repaired and has no end has lost its last pages.
    if repaired and not _has_end(file):
        raise WrongFile(CUT_SHORT, name=name)


def _has_end(file: BinaryIO) -> bool:
    file.seek(0, 2)
    file.seek(max(0, file.tell() - _END_OF_PDF))
    return b"%%EOF" in file.read()


def picture(file: BinaryIO, name: str) -> None:
    """Decode a picture to its last line, at the smallest size its format allows."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; what is too large is said below, in our words.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=("JPEG", "PNG")) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise WrongFile(TOO_MANY_PIXELS, name=name)
                opened.draft("L", (64, 64))
                opened.load()
    except Image.DecompressionBombError:
        raise WrongFile(TOO_MANY_PIXELS, name=name) from None
    except OSError as problem:
        short = "truncated" in str(problem) or not _ends_as_picture(file)
        raise WrongFile(CUT_SHORT if short else DAMAGED, name=name) from None
    except (ValueError, SyntaxError, EOFError, struct.error):
        raise WrongFile(DAMAGED, name=name) from None


def _ends_as_picture(file: BinaryIO) -> bool:
    file.seek(0, 2)
    file.seek(max(0, file.tell() - 64))
    tail = file.read()
    return b"\xff\xd9" in tail or b"IEND" in tail


def office(file: BinaryIO, name: str) -> None:
    """Read an Office document's main part whole."""
    with _archive(file, name) as opened:
        part = main_part(opened)
        if part is None:
            raise WrongFile(DAMAGED, name=name)
        _read_whole(opened, part, name)


def opendocument(file: BinaryIO, name: str) -> None:
    """Read an OpenDocument's content whole; its manifest tells whether it is encrypted."""
    with _archive(file, name) as opened:
        if b"encryption-data" in _beginning(opened, "META-INF/manifest.xml"):
            raise WrongFile(NEEDS_PASSWORD, name=name)
        _read_whole(opened, "content.xml", name)


def main_part(archive: zipfile.ZipFile) -> str | None:
    """Name the main part of an Office document, which its package's relationships point at.

    ECMA-376 part 2: programs call it what they like (Word Online writes word/document2.xml).
    """
    written = _beginning(archive, "_rels/.rels")
    if b"<!DOCTYPE" in written:
        return None
    try:
        root = ElementTree.fromstring(written)  # noqa: S314 -- short, and without a DTD
    except (ElementTree.ParseError, ValueError):
        return None
    for each in root.iter(_RELATIONSHIPS):
        if each.get("Type", "").endswith(_MAIN_PART):
            return each.get("Target", "").lstrip("/")
    return None


def _beginning(archive: zipfile.ZipFile, part: str) -> bytes:
    try:
        with archive.open(part) as opened:
            return opened.read(_LARGEST_PART)
    except (KeyError, zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return b""


def _archive(file: BinaryIO, name: str) -> zipfile.ZipFile:
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise WrongFile(CUT_SHORT, name=name) from None


def _read_whole(archive: zipfile.ZipFile, part: str, name: str) -> None:
    """Unpack a part a piece at a time, which compares its checksum at the end."""
    try:
        if archive.getinfo(part).flag_bits & 0x1:
            raise WrongFile(NEEDS_PASSWORD, name=name)
        with archive.open(part) as opened:
            read = 0
            while piece := opened.read(256 * 1024):
                read += len(piece)
                if read > _LARGEST_UNPACKED:
                    return  # long enough: nobody waits for more
    except (KeyError, zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError):
        raise WrongFile(DAMAGED, name=name) from None
    except Exception as problem:  # zlib.error and its kind have no common class
        raise WrongFile(DAMAGED, name=name) from problem


def film(file: BinaryIO, name: str) -> None:
    """Walk the boxes of an MP4 or QuickTime film to its end; ISO/IEC 14496-12."""
    for ends, size in _boxes(file):
        if ends > size:
            raise WrongFile(CUT_SHORT, name=name)


def _boxes(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Yield where each box ends, and the file's size; a box of size 0 goes to the end."""
    file.seek(0, 2)
    size, at = file.tell(), 0
    while at < size:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 0:
            return
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        # A box holds at least its own head: anything less is the end of what can be read.
        at = at + length if length >= 8 and len(head) >= 8 else size + 1
        yield at, size
