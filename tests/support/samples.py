"""Small files that can be opened, as people send them."""

import io
import struct
import zipfile
from functools import cache

import pikepdf
from PIL import Image

TYPES = "[Content_Types].xml"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def _pdf(**saved: object) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(made, deterministic_id=not saved, **saved)
    return made.getvalue()


PDF = _pdf()
"""One empty page."""


@cache
def locked_pdf() -> bytes:
    """Make a PDF that asks for a password."""
    return _pdf(encryption=pikepdf.Encryption(user="secret", owner="secret"))


@cache
def restricted_pdf() -> bytes:
    """Make a PDF that anybody opens, and only its author may change."""
    return _pdf(encryption=pikepdf.Encryption(user="", owner="secret"))


def archive(*names: str, mimetype: str = "", main: str = "") -> bytes:
    """Make a ZIP archive; `main` is the part its package's relationships point at."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as files:
        if mimetype:
            files.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        if main:
            files.writestr("_rels/.rels", relationships(main))
        for name in names:
            files.writestr(name, "<x/>")
    return made.getvalue()


def relationships(main: str) -> str:
    """Write what says where an Office document's main part is."""
    one = f'<Relationship Id="rId1" Type="{_OFFICE}" Target="{main}"/>'
    return f'<Relationships xmlns="{_RELATIONSHIPS}">{one}</Relationships>'


def office(main: str, *more: str) -> bytes:
    """Make an Office document."""
    return archive(TYPES, main, *more, main=main)


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    """Make a picture that is "JPEG" or "PNG"."""
    made = io.BytesIO()
    Image.linear_gradient("L").resize(size).save(made, kind)
    return made.getvalue()


def film(brand: bytes = b"mp42") -> bytes:
    """Make the boxes of a film with nothing to be seen in it."""
    return struct.pack(">I4s4sI4s", 20, b"ftyp", brand, 0, brand) + struct.pack(
        ">I4sQ", 16, b"mdat", 0
    )
