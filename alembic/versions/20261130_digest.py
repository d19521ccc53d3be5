"""Whether people want the daily mail of what waits for them: they do until they say otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "5d90a7e3c1b8"
down_revision = "0c4de7719ab2"


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "person", sa.Column("digest", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column("person", "digest")
