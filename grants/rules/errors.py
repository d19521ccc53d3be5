"""What the portal refuses to do, in words for people.

A `Refused` carries a translatable sentence and the values that go into it, so
that whoever shows it can say it in the reader's language.
"""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):  # noqa: N818
    """A rule of the fund forbids this. The message tells people which."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values: Mapping[str, Any] = values

    def __str__(self) -> str:
        return self.message.format(**self.values) if self.values else self.message


class CallClosed(Refused):
    """The call takes no proposals now."""


class NotAllowedNow(Refused):
    """The workflow has no such step from the present status."""


class Incomplete(Refused):
    """Something that must be there is missing."""


class OutOfDate(Refused):
    """Somebody else changed the same thing in the meantime."""


class TooManyTries(Refused):
    """Too many attempts in too short a time."""


class WrongFile(Refused):
    """A file of a kind or size that is not taken here."""
