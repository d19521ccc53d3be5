"""Keep what an applicant was told apart from a decision that is made anew."""

import sqlalchemy as sa
from alembic import op

revision = "4c1f0e7a92d6"
down_revision = "d801c52b9cd8"


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_kind", sa.String(40), nullable=True))
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE decision SET told_kind = kind, told_at = letter_sent_at"
        " WHERE letter_sent_at IS NOT NULL"
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_decision_told"),
            "(told_at IS NULL) = (told_kind IS NULL)"
            " AND (letter_sent_at IS NULL OR letter_sent_at = told_at)",
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_decision_told"), type_="check")
        batch_op.drop_column("told_at")
        batch_op.drop_column("told_kind")
