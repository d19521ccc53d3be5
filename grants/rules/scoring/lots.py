r"""A draw that anybody can repeat: its order follows from a seed that was committed before.

The seed is a text that nobody knew when its SHA-256 was published. The lot of a proposal is the
SHA-256 of three lines without a line break at the end: the seed, the references of all that are
tied in the order of their characters with commas between them, and its own reference. The lowest
lot, as hexadecimal digits, is drawn first. By hand:

    printf '%s' "$seed" | sha256sum                                    what was published
    printf '%s\n%s\n%s' "$seed" "A-1,A-2,A-7" "A-2" | sha256sum      the lot of A-2
"""

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from grants.rules.scoring.errors import InvalidDraw
from grants.rules.words import N_


class DrawRule(StrEnum):
    """Where the order of those comes from whom no rule separates."""

    RECORDED = "RECORDED"  # people draw lots before witnesses and type the order in
    SEED = "SEED"  # it follows from the seed that was committed


def commitment(seed: str) -> str:
    """Return what is published of a seed that is still secret."""
    return hashlib.sha256(seed.encode()).hexdigest()


def lot(seed: str, tied: Iterable[str], reference: str) -> str:
    """Return the lot of one of the tied, in hexadecimal digits."""
    names = ",".join(sorted(tied))
    return hashlib.sha256(f"{seed}\n{names}\n{reference}".encode()).hexdigest()


def drawn_order(seed: str, tied: Iterable[str]) -> tuple[str, ...]:
    """Return the tied, first drawn first: the same in whatever order they are given."""
    names = sorted(tied)
    if not seed:
        raise InvalidDraw(N_("There is no seed to draw by."))
    if any("," in name or "\n" in name for name in names):
        raise InvalidDraw(N_("A reference in a draw has no commas and no line breaks."))
    return tuple(sorted(names, key=lambda name: (lot(seed, names, name), name)))
