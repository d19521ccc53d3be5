"""What a portal in production must not have: development's secret, demonstration accounts."""

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grants.models import Person
from grants.settings import BadSettings, Settings

_SHORTEST = 32


def require_safe(settings: Settings, session: Session) -> None:
    """Refuse to start in production with what belongs to development. Raises BadSettings."""
    if settings.development:
        return
    secret = settings.raw.get("session.secret", "")
    if len(secret) < _SHORTEST or "development" in secret or "change" in secret.lower():
        raise BadSettings(
            "session.secret is development's or too short: set one of at least 32 random signs."
        )
    try:
        found = session.scalar(select(Person.id).where(Person.is_demonstration).limit(1))
    except SQLAlchemyError as problem:
        raise BadSettings(f"The database cannot be read: {problem.args[0]}") from problem
    if found is not None:
        raise BadSettings("The database holds demonstration accounts, whose password is known.")
