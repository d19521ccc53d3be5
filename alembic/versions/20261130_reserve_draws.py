"""Keep draws among the reserve list, which an adopted ranking does not hold."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "e5a90c37d812"
down_revision = "7b3e90c1d5a2"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "reserve_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ranking_id", sa.Integer(), nullable=False),
        sa.Column(
            "order", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_reserve_draw_reason")),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["ranking.id"], name=op.f("fk_reserve_draw_ranking_id_ranking")
        ),
        sa.ForeignKeyConstraint(
            ["held_by_id"], ["person.id"], name=op.f("fk_reserve_draw_held_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserve_draw")),
    )
    with op.batch_alter_table("reserve_draw", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reserve_draw_ranking_id"), ["ranking_id"], unique=False
        )


def downgrade() -> None:
    """Go back."""
    op.drop_table("reserve_draw")
