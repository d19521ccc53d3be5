"""Keep requests for redress, and what came of them."""

import sqlalchemy as sa
from alembic import op

revision = "e5d2a90c71f8"
down_revision = "c1a7e0d35b92"

_MOMENT = sa.DateTime(timezone=True)


def _foreign(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_redress_request_{column}_{other}")
    )


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "redress_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(status = 'asked') = (settled_at IS NULL)", name=op.f("ck_redress_request_settled")
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL)",
            name=op.f("ck_redress_request_settled_by"),
        ),
        _foreign("decision_id", "decision"),
        _foreign("asked_by_id", "person"),
        _foreign("settled_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redress_request")),
    )
    op.create_index("uq_redress_request_decision", "redress_request", ["decision_id"], unique=True)


def downgrade() -> None:
    """Go back: what was asked and found stays in the ledger."""
    op.drop_table("redress_request")
