"""What a consequence works with."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from grants.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The session in which something happened, and the portal's settings."""

    db: Session
    settings: Settings
