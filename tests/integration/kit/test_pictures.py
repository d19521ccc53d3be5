"""Pictures that stand on every page are drawn anew: nothing else of a file is kept."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from grants.kit.uploads import pictures
from grants.rules.errors import WrongFile


def picture(form="PNG", size=(1200, 300), **more) -> io.BytesIO:
    drawn = io.BytesIO()
    Image.new("RGB", size, "#7a1f3d").save(drawn, form, **more)
    drawn.seek(0)
    return drawn


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_is_fitted_and_written_as_png(form):
    kept = pictures.small(picture(form), width=480, height=160)

    assert (kept.width, kept.height) == (480, 120)
    with Image.open(io.BytesIO(kept.content)) as read:
        assert (read.format, read.size) == ("PNG", (480, 120))


def test_a_small_picture_is_not_made_larger():
    kept = pictures.small(picture(size=(40, 20)), width=480, height=160)

    assert (kept.width, kept.height) == (40, 20)


def test_nothing_but_its_points_is_kept():
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "<script>alert(1)</script>")

    kept = pictures.small(picture(pnginfo=told), width=480, height=160)

    assert b"script" not in kept.content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        picture().getvalue()[:200],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(WrongFile, match="no picture that can be read"):
        pictures.small(io.BytesIO(content), width=480, height=160)


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(WrongFile, match="larger than 2 MB"):
        pictures.small(io.BytesIO(b"x" * (pictures.LARGEST + 1)), width=480, height=160)


@pytest.mark.parametrize("side", [6000, 30000])
def test_a_small_file_that_says_it_is_a_hall_is_refused(side):
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    bomb = b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")

    with pytest.raises(WrongFile):
        pictures.small(io.BytesIO(bomb), width=480, height=160)
