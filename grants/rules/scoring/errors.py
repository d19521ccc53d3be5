"""What the evaluation cannot work with, said in words for people."""

from grants.rules.errors import Refused


class Unusable(Refused, ValueError):  # noqa: N818  -- a refusal, named like the others
    """A value that nothing can be worked out from."""


class NotAScore(Unusable):
    """What was typed is no score on this scale."""


class InvalidRules(Unusable):
    """A rule set that contradicts itself or cannot be read."""


class InvalidEntry(Unusable):
    """A proposal whose reviews or request cannot be ranked under these rules."""


class InvalidDraw(Unusable):
    """A recorded draw that cannot separate a tie."""
