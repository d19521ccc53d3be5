"""The look of a document: ink, accent, sizes, spaces.

A fund chooses one accent colour. Where it is too pale to be read on white, a
darker shade of it is used for words and rules (contrast of at least 4.5 to 1).
"""

from dataclasses import dataclass
from functools import cache

from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from grants.kit.pdf import fonts

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 22 * mm
MARGIN_TOP = 27 * mm
MARGIN_BOTTOM = 25 * mm
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN

INK = HexColor("#18222d")
MUTED = HexColor("#566270")
HAIRLINE = HexColor("#d3dae1")
READABLE = 4.5


def _luminance(colour: Color) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
        for c in (colour.red, colour.green, colour.blue)
    )
    red, green, blue = channels
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_on_white(colour: Color) -> float:
    """Contrast of a colour with white paper, from 1 to 21."""
    return 1.05 / (_luminance(colour) + 0.05)


def mix(colour: Color, other: Color, share: float) -> Color:
    """Blend so much of the first colour into the other."""
    pairs = zip(colour.rgb(), other.rgb(), strict=True)
    return Color(*(share * one + (1 - share) * two for one, two in pairs))


def readable(accent: str) -> Color:
    """Darken an accent until words in it can be read on white."""
    colour = HexColor(accent)
    while contrast_on_white(colour) < READABLE:
        colour = mix(colour, INK, 0.9)
    return colour


@dataclass(frozen=True)
class Look:
    """The colours and paragraph styles of one accent."""

    accent: Color
    tint: Color
    styles: dict[str, ParagraphStyle]

    def __getitem__(self, name: str) -> ParagraphStyle:
        return self.styles[name]


@cache
def look(accent: str) -> Look:
    """Return the look for a fund's accent colour (#rrggbb)."""
    fonts.load_latin()
    colour = readable(accent)
    return Look(accent=colour, tint=mix(colour, white, 0.07), styles=_styles(colour))


def _styles(accent: Color) -> dict[str, ParagraphStyle]:
    styles: dict[str, ParagraphStyle] = {}

    def add(name: str, size: float, leading: float, **rest: object) -> None:
        settings = {"fontName": fonts.REGULAR, "textColor": INK, "alignment": TA_LEFT, **rest}
        settings |= {"allowWidows": 0, "allowOrphans": 0, "bulletFontName": fonts.REGULAR}
        styles[name] = ParagraphStyle(name, fontSize=size, leading=leading, **settings)

    bold = {"fontName": fonts.BOLD}
    add("H1", 22, 27, spaceAfter=5, **bold)
    add("H1 long", 15, 19.5, spaceAfter=5, **bold)
    add("award", 20, 25.5, spaceAfter=4, **bold)
    white_bold = {"textColor": white, **bold}
    add("cover fund", 10, 14, spaceAfter=78, **white_bold)
    add("cover kind", 11, 15, spaceAfter=8, textColor=white)
    add("cover title", 30, 36, spaceAfter=10, **white_bold)
    add("cover title long", 15, 19.5, spaceAfter=10, **white_bold)
    add("cover lead", 12, 17, textColor=white)
    add("H2", 13.5, 18, spaceBefore=20, spaceAfter=7, textColor=accent, **bold)
    add("H3", 10.5, 14.5, spaceBefore=13, spaceAfter=3, **bold)
    add("kind", 9.5, 13, spaceAfter=5, textColor=accent, **bold)
    add("lead", 11, 16, spaceAfter=12, textColor=MUTED)
    add("body", 9.8, 14.8, spaceAfter=7)
    add("small", 8.2, 11.8, spaceAfter=5, textColor=MUTED)
    add("label", 8.8, 12.4, spaceBefore=5, spaceAfter=1.5, textColor=MUTED, **bold)
    add("bullet", 9.8, 14.8, spaceAfter=4, leftIndent=13, bulletIndent=1)
    add("fact label", 8.8, 13.2, textColor=MUTED)
    add("fact", 9.6, 13.8)
    add("fingerprint", 8, 13.8)
    add("tiny", 6.6, 12.2, textColor=MUTED)
    add("head", 8, 10.6, textColor=MUTED, **bold)
    add("head right", 8, 10.6, textColor=MUTED, alignment=TA_RIGHT, **bold)
    add("cell", 8.8, 12.2)
    add("cell right", 8.8, 12.2, alignment=TA_RIGHT)
    add("cell note", 8, 11.4, textColor=MUTED)
    add("cell note right", 8, 11.4, textColor=MUTED, alignment=TA_RIGHT)
    add("total", 8.8, 12.2, **bold)
    add("total right", 8.8, 12.2, alignment=TA_RIGHT, **bold)
    add("band", 8.8, 12.2, textColor=accent, **bold)
    add("group", 8.8, 12.2, textColor=MUTED, **bold)
    add("panel title", 13, 20, textColor=accent, **bold)
    add("panel", 9.8, 14.8)
    return styles
