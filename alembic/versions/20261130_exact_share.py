"""Keep exactly which share of the costs a call pays: two thirds are no number of basis points."""

from fractions import Fraction

import sqlalchemy as sa
from alembic import op

revision = "b61d90e4f7a3"
down_revision = "7b2e61d0c9a4"

CALL = sa.table(
    "call",
    sa.column("id", sa.Integer),
    sa.column("cofinancing", sa.Text),
    sa.column("cofinancing_bp", sa.Integer),
)


def upgrade() -> None:
    """Go forward. The table is not made anew: on SQLite too much points at its rows."""
    op.add_column("call", sa.Column("cofinancing", sa.Text(), nullable=False, server_default="1"))
    calls = op.get_bind().execute(sa.select(CALL.c.id, CALL.c.cofinancing_bp)).all()
    for number, points in calls:
        share = str(Fraction(points, 10_000))
        op.execute(sa.update(CALL).where(CALL.c.id == number).values(cofinancing=share))


def downgrade() -> None:
    """Go back: basis points, rounded down, were kept all the time."""
    op.execute("ALTER TABLE call DROP COLUMN cofinancing")
