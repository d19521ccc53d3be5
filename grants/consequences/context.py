"""What a consequence works with."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from grants.kit.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The session in which something happened, the portal's settings, and whom to tell more."""

    db: Session
    settings: Settings
    publish: Callable[[object], None]
