"""Letters to be sent, money awarded, interests to rule on: found without reading the rest."""

import sqlalchemy as sa
from alembic import op

revision = "7c05e9d3b1f8"
down_revision = "2f8d6b1c94e7"

_WITH_MONEY = sa.text("awarded_cents IS NOT NULL")


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("decision") as batch:
        batch.add_column(sa.Column("call_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE decision SET call_id ="
        " (SELECT call_id FROM proposal WHERE proposal.id = decision.proposal_id)"
    )
    with op.batch_alter_table("decision") as batch:
        batch.alter_column("call_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key("fk_decision_call_id_call", "call", ["call_id"], ["id"])
    op.create_index("ix_decision_call_sent", "decision", ["call_id", "letter_sent_at"])
    op.create_index(
        "ix_decision_call_awarded",
        "decision",
        ["call_id"],
        sqlite_where=_WITH_MONEY,
        postgresql_where=_WITH_MONEY,
    )
    op.create_index("ix_declaration_ruling", "declaration", ["interest", "ruling", "proposal_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_declaration_ruling", table_name="declaration")
    op.drop_index("ix_decision_call_awarded", table_name="decision")
    op.drop_index("ix_decision_call_sent", table_name="decision")
    with op.batch_alter_table("decision") as batch:
        batch.drop_constraint("fk_decision_call_id_call", type_="foreignkey")
        batch.drop_column("call_id")
