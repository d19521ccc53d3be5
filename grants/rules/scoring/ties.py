"""Facts of a proposal that separate those who are tied, and what of them is settled so far."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from grants.rules.scoring.results import Entry


class TieFact(StrEnum):
    """A tie rule that is no criterion; no criterion's code has a colon."""

    REQUEST = "fact:request"  # the smaller request ranks higher
    NEW_COUNTRY = "fact:new_country"  # a country that nobody above brings to the main list
    NEW_TOPIC = "fact:new_topic"  # a topic that nobody above brings to the main list


FIELDS: Final[Mapping[TieFact, str]] = {
    TieFact.NEW_COUNTRY: "country",
    TieFact.NEW_TOPIC: "topic",
}
"""What an entry is asked for by the facts that depend on who is above."""


def used_fields(tie_rules: Iterable[str]) -> tuple[str, ...]:
    """Name the fields of entries that a ranking depends on: what its inputs are hashed of."""
    return tuple(field for fact, field in FIELDS.items() if fact in set(tie_rules))


class MainList:
    """Countries and topics of the main list, as far as a walk down the ranking has come."""

    def __init__(self) -> None:
        self._there: set[tuple[str, str]] = set()
        self._perhaps: set[tuple[str, str]] = set()

    def note(self, entry: Entry, offers: frozenset[int]) -> None:
        """Take in what a proposal is offered: more than one figure depends on a draw."""
        for field in FIELDS.values():
            at = (field, getattr(entry, field))
            if min(offers):
                self._there.add(at)
            elif max(offers):
                self._perhaps.add(at)

    def is_new(self, field: str, value: str) -> bool | None:
        """Return whether nobody so far brings it to the main list; None if that hangs on a draw.

        What is not stated is never new.
        """
        at = (field, value)
        if not value or at in self._there:
            return False
        return None if at in self._perhaps else True
