"""Keep the seeds of draws, and which draws follow from one."""

import sqlalchemy as sa
from alembic import op

revision = "c3f19a7d5e02"
down_revision = "7d20b9f4c6e8"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward: what was drawn before followed from no seed."""
    op.create_table(
        "draw_seed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("committed_at", _MOMENT, nullable=False),
        sa.Column("revealed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_draw_seed_call_id_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_seed")),
        sa.UniqueConstraint("call_id", name=op.f("uq_draw_seed_call_id")),
    )
    with op.batch_alter_table("reserve_draw") as table:
        table.add_column(sa.Column("seed", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("reserve_draw") as table:
        table.alter_column("seed", server_default=None)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("reserve_draw") as table:
        table.drop_column("seed")
    op.drop_table("draw_seed")
