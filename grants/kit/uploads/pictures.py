"""Pictures that stand on every page: read, made small, and written anew as PNG.

What is kept is drawn from the picture's points alone: whatever else was in the file (scripts,
places, names of cameras) is gone, and a file that only looks like a picture is refused.
"""

import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from grants.rules.errors import WrongFile
from grants.rules.words import N_

LARGEST = 2 * 1024 * 1024
"""Bytes of the largest file that is read."""
MOST_POINTS = 25_000_000
"""Width times height: a small file may say that it is as large as a hall."""
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture in PNG; its size in pixels."""

    content: bytes
    width: int
    height: int


def small(file: BinaryIO, *, width: int, height: int) -> Picture:
    """Read a picture and fit it into a size in pixels. Raises WrongFile."""
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise WrongFile(N_("The picture is larger than 2 MB. Please choose a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                if picture.width * picture.height > MOST_POINTS:
                    raise WrongFile(N_("The picture has too many points. Please make it smaller."))
                drawn = picture.convert("RGBA")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
    ):
        raise WrongFile(
            N_("This is no picture that can be read. Please choose a PNG, JPEG, WebP or GIF file.")
        ) from None
    drawn.thumbnail((width, height))
    written = io.BytesIO()
    drawn.save(written, "PNG", optimize=True)
    return Picture(content=written.getvalue(), width=drawn.width, height=drawn.height)
