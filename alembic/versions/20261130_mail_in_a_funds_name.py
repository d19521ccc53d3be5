"""In whose name mail leaves that waits, and where answers go."""

import sqlalchemy as sa
from alembic import op

revision = "e4a97c1d5b02"
down_revision = "b61e0f9d2a47"


def upgrade() -> None:
    """Go forward: what waits already leaves in the portal's name."""
    for column in ("sender_name", "reply_to"):
        op.add_column(
            "waiting_mail", sa.Column(column, sa.Text(), server_default="", nullable=False)
        )


def downgrade() -> None:
    """Go back."""
    for column in ("reply_to", "sender_name"):
        op.drop_column("waiting_mail", column)
