"""Applicants accept or decline their awards."""

import sqlalchemy as sa
from alembic import op

revision = "c3a81f6de207"
down_revision = "c3f19a7d5e02"


def upgrade() -> None:
    """Go forward; of awards from before no answer is asked."""
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answer_by", sa.Date(), nullable=True))
    op.create_table(
        "award_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("accepted OR reason <> ''", name=op.f("ck_award_answer_reason")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_award_answer_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_award_answer_answered_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_answer")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_award_answer_decision_id")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("award_answer")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_column("answer_by")
