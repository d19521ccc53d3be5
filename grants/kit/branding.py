"""How the portal and each of its funds show themselves: name, colour, logo, languages, clock."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from grants.rules.timezones import zones
from grants.rules.words import LANGUAGES

_HEX = frozenset("0123456789abcdefABCDEF")
WHITE, BLACK = "#fff", "#000"
ACCENT = "#1d4f73"
"""The colour of a portal that names none."""


def is_colour(text: str) -> bool:
    """Return whether a text is a colour as #rrggbb."""
    return len(text) == 7 and text[0] == "#" and _HEX.issuperset(text[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A picture in PNG: its SHA-256, width and height in pixels."""

    sha256: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding:
    """How the portal, or one of its funds, shows itself. `accent` is a colour as #rrggbb."""

    name: str = "Grants portal"
    """What heads its pages, papers and mail."""
    accent: str = ACCENT
    zone: str = "UTC"
    """Whose clock tells the moments that no call's zone does."""
    languages: tuple[str, ...] = tuple(LANGUAGES)
    """In which its pages, mail and papers are; the first where a reader's own is not among them."""
    run_by: str = ""
    """Who stands behind it, for the foot of its pages."""
    reply_to: str = ""
    """Where answers to its mail go; empty: to the sender's own address."""
    logo: Logo | None = None

    def __post_init__(self) -> None:
        if self.zone not in zones():
            raise ValueError(f"zone: {self.zone!r} is not a time zone such as Europe/Brussels")
        if not is_colour(self.accent):
            raise ValueError(f"accent: {self.accent!r} is not a colour as #rrggbb")
        if not self.languages or not set(self.languages) <= LANGUAGES.keys():
            raise ValueError(f"languages: some of {', '.join(LANGUAGES)}")

    @property
    def ink(self) -> str:
        """Return the ink that stands out on the accent: black or white."""
        return ink_on(self.accent)

    def language(self, wanted: str) -> str:
        """Return a reader's language where it is one of its own, else the first of these."""
        return wanted if wanted in self.languages else self.languages[0]


class Branded(Protocol):
    """Something that shows itself in its own way: a fund."""

    def branded(self, portal: Branding) -> Branding:
        """Return how it shows itself in a portal."""
        ...


def in_order(languages: Collection[str]) -> list[str]:
    """List languages in the order in which the portal names them all."""
    return [it for it in LANGUAGES if it in languages]


def ink_on(colour: str) -> str:
    """Return the ink that stands out on a colour: black or white."""
    # Of WCAG 2's relative luminance, 0.179 is where both stand out as much.
    return WHITE if _luminance(colour) < 0.179 else BLACK


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
