"""Where in a fund something belongs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A fund, a call of it, a proposal in that: each by its number, as narrow as is known."""

    fund_id: int | None = None
    call_id: int | None = None
    proposal_id: int | None = None


NOWHERE = Scope()
"""Of the portal as a whole, or of nobody but its reader."""
