"""A criterion as a manager writes it, of a call or of one of its earlier stages."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CriterionFacts:
    """One criterion as a manager writes it."""

    code: str
    name: str
    guidance: str
    weight: str
    threshold_halves: int | None
