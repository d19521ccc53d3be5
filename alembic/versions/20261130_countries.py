"""Mend countries of organisations that are none: regions, currency areas, made-up locales."""

import sqlalchemy as sa
from alembic import op

revision = "7be20c94d1a3"
down_revision = "7b90d1c4e2aa"

_PARTS = {"IC": "ES", "EA": "ES", "AC": "SH", "TA": "SH", "DG": "IO", "CP": "FR", "CQ": "GG"}
"""What belongs to a country of ISO 3166-1, which then is the right answer."""
_NONE = ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")
"""What is no country: nobody but the organisation knows which one was meant."""


def upgrade() -> None:
    """Go forward: what cannot be known is empty, and shown as a dash until somebody says it."""
    organisation = sa.table("organisation", sa.column("country", sa.String))
    for part, country in _PARTS.items():
        op.execute(
            sa.update(organisation).where(organisation.c.country == part).values(country=country)
        )
    op.execute(sa.update(organisation).where(organisation.c.country.in_(_NONE)).values(country=""))


def downgrade() -> None:
    """Go back: what was mended stays so."""
