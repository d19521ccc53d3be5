"""Of the versions of a form, the one that counts: the newest."""

from sqlalchemy import Select, select

from grants.calls.models import FormVersion


def form(code: str) -> Select[FormVersion]:
    """Select the newest version of a form."""
    kept = select(FormVersion).where(FormVersion.code == code)
    return kept.order_by(FormVersion.number.desc()).limit(1)
