"""Days and times of the clock, as people type them."""

from datetime import date, datetime
from typing import Any

import colander

from schemas.forms.base import _

YEARS = range(1900, 2200)
"""What a fund writes about; beyond lie slips of the hand, and moments that no clock can compute."""

OTHER_TIMES = _("Give a year between 1900 and 2199.")


def is_of_our_time(day: date) -> bool:
    """Return whether a day is one that anybody could mean."""
    return day.year in YEARS


class Day(colander.Date):
    """A day."""

    def deserialize(self, node: colander.SchemaNode, typed: Any) -> Any:
        """Read what the browser's date field sends, or people type."""
        day = super().deserialize(node, typed)
        if day is not colander.null and not is_of_our_time(day):
            raise colander.Invalid(node, OTHER_TIMES)
        return day


class LocalTime(colander.SchemaType):
    """What a clock shows, without a zone: the form asks for the zone beside it."""

    def serialize(self, node: colander.SchemaNode, at: Any) -> Any:
        """Show it as the browser's date and time field wants it."""
        if at is colander.null or at is None:
            return colander.null
        return f"{at:%Y-%m-%dT%H:%M}"

    def deserialize(self, node: colander.SchemaNode, typed: Any) -> Any:
        """Read what the browser's date and time field sends, or people type."""
        text = str(typed or "").strip().replace(" ", "T")
        if not text:
            return colander.null
        try:
            there = datetime.strptime(text[:16], "%Y-%m-%dT%H:%M")  # noqa: DTZ007  -- zone beside
        except ValueError:
            message = _("Give a date and a time, such as 2020-03-31 17:00.")
            raise colander.Invalid(node, message) from None
        if not is_of_our_time(there):
            raise colander.Invalid(node, OTHER_TIMES)
        return there
