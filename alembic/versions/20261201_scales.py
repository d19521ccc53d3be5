"""Keep what is said of a criterion beyond its weight, and that a reviewer could not assess one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "6c1f0e7ab3d5"
down_revision = "5b7e21d09c44"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("criterion") as batch:
        batch.add_column(sa.Column("options", _JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("mark") as batch:
        batch.add_column(
            sa.Column("not_assessed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("criterion") as batch:
        batch.alter_column("options", server_default=None)
    with op.batch_alter_table("mark") as batch:
        batch.alter_column("not_assessed", server_default=None)


def downgrade() -> None:
    """Go back: each criterion is scored from 0 to 5 again, and what was not assessed has none."""
    with op.batch_alter_table("mark") as batch:
        batch.drop_column("not_assessed")
    with op.batch_alter_table("criterion") as batch:
        batch.drop_column("options")
