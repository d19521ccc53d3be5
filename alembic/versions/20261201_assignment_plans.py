"""Keep what reviewers know and want to do, and plans of who reviews what."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5b7e21d09c44"
down_revision = "4b7d1f90c2ae"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "reviewer_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("topics", _JSON, nullable=False),
        sa.Column("languages", _JSON, nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "least >= 0 AND (most IS NULL OR most >= least)", name=op.f("ck_reviewer_profile_load")
        ),
        _foreign("reviewer_profile", "person_id", "person"),
        _foreign("reviewer_profile", "fund_id", "fund"),
        _foreign("reviewer_profile", "saved_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer_profile")),
    )
    op.create_index(op.f("ix_reviewer_profile_fund_id"), "reviewer_profile", ["fund_id"])
    op.create_index(
        "uq_reviewer_profile_person_fund", "reviewer_profile", ["person_id", "fund_id"], unique=True
    )
    op.create_table(
        "assignment_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("settings", _JSON, nullable=False),
        sa.Column("inputs_sha256", sa.Text(), nullable=False),
        sa.Column("solver", sa.Text(), nullable=False),
        sa.Column("pairs", _JSON, nullable=False),
        sa.Column("unmet", _JSON, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(status = 'proposed') = (settled_at IS NULL)"
            " AND (settled_at IS NULL) = (settled_by_id IS NULL)",
            name=op.f("ck_assignment_plan_settled"),
        ),
        _foreign("assignment_plan", "stage_id", "stage"),
        _foreign("assignment_plan", "made_by_id", "person"),
        _foreign("assignment_plan", "settled_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_plan")),
    )
    op.create_index(
        "uq_assignment_plan_stage_number", "assignment_plan", ["stage_id", "number"], unique=True
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("assignment_plan")
    op.drop_table("reviewer_profile")
