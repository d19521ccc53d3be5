"""Keep since when an entry of the calendar says what it says, and how often it changed."""

import sqlalchemy as sa
from alembic import op

revision = "0c4de7719ab2"
down_revision = "e5a90d714c3b"


def upgrade() -> None:
    """Go forward."""
    op.add_column("event", sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("event", sa.Column("revision", sa.Integer(), nullable=True))
    op.execute("UPDATE event SET revision = 0")
    op.execute(
        "UPDATE event SET entered_at = (SELECT min(d.accepted_at) FROM deliverable d"
        " WHERE d.project_id = event.project_id AND d.title = event.title"
        " AND d.held_on = event.starts_on)"
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.alter_column("revision", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_column("revision")
        batch_op.drop_column("entered_at")
