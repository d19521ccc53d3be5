"""What is in a file: its head, its brand, what an archive says it contains."""

import struct
import zipfile
from functools import cached_property
from typing import BinaryIO

from grants.kit.uploads import opening

_HEAD = 1024
_ENTRIES = 10_000
_DIRECTORY = 2 * 1024 * 1024
"""Bytes of an archive's directory: its size bounds the entries also where their number lies."""
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = 20
_LONGEST_COMMENT = 0xFFFF


class Content:
    """What is in a file; what several kinds ask of it is looked up once."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        file.seek(0)
        self.head = file.read(_HEAD)

    @cached_property
    def _inside(self) -> tuple[frozenset[str], str | None]:
        """Name what a ZIP archive says it contains, and its main part; it is opened once."""
        if not self.head.startswith(b"PK\x03\x04") or not _is_short(self.file):
            return frozenset(), None
        self.file.seek(0)
        try:
            with zipfile.ZipFile(self.file) as archive:
                names = archive.namelist()
                if len(names) > _ENTRIES:
                    return frozenset(), None
                office = "[Content_Types].xml" in names
                main = opening.main_part(archive) if office else None
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return frozenset(), None
        return frozenset(names), main

    @property
    def entries(self) -> frozenset[str]:
        """What a ZIP archive says it contains; nothing for other files."""
        return self._inside[0]

    @property
    def main_part(self) -> str | None:
        """The main part of an Office document, wherever its package puts it."""
        return self._inside[1]

    @property
    def is_whole_archive(self) -> bool:
        """Whether a ZIP archive has its end, which lists what is in it."""
        self.file.seek(0)
        return zipfile.is_zipfile(self.file)

    @property
    def brand(self) -> bytes:
        """The brand of an ISO base media file: b"qt  ", b"mp42", b"heic"; empty for others."""
        return self.head[8:12] if self.head[4:8] == b"ftyp" else b""


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
