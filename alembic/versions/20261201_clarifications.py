"""Keep the questions that are asked of applicants during the check."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c1a7e0d35b92"
down_revision = "c3a81f6de207"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_PEOPLE = ("asked_by_id", "ended_by_id")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "clarification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("fields", _JSON, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("before_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status = 'answered') = (version_id IS NOT NULL)",
            name=op.f("ck_clarification_answered"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_clarification_proposal_id_proposal")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["person.id"], name=op.f(f"fk_clarification_{column}_person")
            )
            for column in _PEOPLE
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["proposal_version.id"],
                name=op.f(f"fk_clarification_{column}_proposal_version"),
            )
            for column in ("before_id", "version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification")),
    )
    op.create_index(
        "uq_clarification_proposal_number", "clarification", ["proposal_id", "number"], unique=True
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("clarification")
