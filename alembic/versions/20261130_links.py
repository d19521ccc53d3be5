"""Bind links to the address they were sent to; an account nobody confirmed has no password."""

import sqlalchemy as sa
from alembic import op

revision = "7b3e90c1d5a2"
down_revision = "c3f81d6b2e05"


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.Text(), nullable=True))
    op.execute(
        "UPDATE one_time_link SET email ="
        " (SELECT person.email FROM person WHERE person.id = one_time_link.person_id)"
    )
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.alter_column("email", existing_type=sa.Text(), nullable=False)
    # Whoever registered may not be whoever confirms: no password of theirs is kept.
    op.execute("UPDATE person SET password = '' WHERE confirmed_at IS NULL")


def downgrade() -> None:
    """Go back; passwords that were dropped are set anew by mail."""
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.drop_column("email")
