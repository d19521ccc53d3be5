"""A clock for a story."""

from datetime import datetime


class Hands:
    """A clock whose hands are set by the story."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """Tell the time in the story."""
        return self.moment
