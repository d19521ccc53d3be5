"""The fund's own branding: the name and the colour that its pages and papers carry."""

from dataclasses import dataclass

from grants.rules.timezones import zones

_HEX = frozenset("0123456789abcdefABCDEF")
WHITE, BLACK = "#fff", "#000"
ACCENT = "#1d4f73"
"""The colour of a portal whose fund names none."""


def is_colour(text: str) -> bool:
    """Return whether a text is a colour as #rrggbb."""
    return len(text) == 7 and text[0] == "#" and _HEX.issuperset(text[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding:
    """How a fund shows itself. `accent` is a colour as #rrggbb."""

    name: str = ""
    """What heads its pages and papers; empty: papers carry the name of the call's fund."""
    accent: str = ACCENT
    zone: str = "UTC"
    """Whose clock tells the moments that no call's zone does."""

    def __post_init__(self) -> None:
        if self.zone not in zones():
            raise ValueError(f"zone: {self.zone!r} is not a time zone such as Europe/Brussels")
        if not is_colour(self.accent):
            raise ValueError(f"accent: {self.accent!r} is not a colour as #rrggbb")

    @property
    def ink(self) -> str:
        """Return the ink that stands out on the accent: black or white."""
        # Of WCAG 2's relative luminance, 0.179 is where both stand out as much.
        return WHITE if _luminance(self.accent) < 0.179 else BLACK


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
