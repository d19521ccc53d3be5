"""Keep what reviewers agree on a proposal, and what one of them does not."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "7d20b9f4c6e8"
down_revision = "6c1f0e7ab3d5"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "consensus_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rapporteur_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("seeds", _JSON, nullable=False),
        sa.Column("reviews", _JSON, nullable=False),
        sa.Column("overall_comment", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=True),
        sa.Column("circulated_at", _MOMENT, nullable=True),
        sa.Column("finalised_at", _MOMENT, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tab", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status <> 'final' OR finalised_at IS NOT NULL",
            name=op.f("ck_consensus_report_finalised"),
        ),
        _foreign("consensus_report", "stage_id", "stage"),
        _foreign("consensus_report", "proposal_id", "proposal"),
        _foreign("consensus_report", "rapporteur_id", "person"),
        _foreign("consensus_report", "begun_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consensus_report")),
    )
    op.create_index(
        "uq_consensus_report_stage_proposal_number",
        "consensus_report",
        ["stage_id", "proposal_id", "number"],
        unique=True,
    )
    op.create_index(op.f("ix_consensus_report_proposal_id"), "consensus_report", ["proposal_id"])
    op.create_table(
        "consensus_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("halves", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("departure", sa.Text(), nullable=False),
        _foreign("consensus_score", "report_id", "consensus_report"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consensus_score")),
    )
    op.create_index(
        "uq_consensus_score_report_code", "consensus_score", ["report_id", "code"], unique=True
    )
    op.create_table(
        "consensus_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("minority_view", sa.Text(), nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "(answer = 'dissent') = (minority_view <> '')", name=op.f("ck_consensus_view_view")
        ),
        _foreign("consensus_view", "report_id", "consensus_report"),
        _foreign("consensus_view", "reviewer_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consensus_view")),
    )
    op.create_index(
        "uq_consensus_view_report_round_reviewer",
        "consensus_view",
        ["report_id", "round", "reviewer_id"],
        unique=True,
    )


def downgrade() -> None:
    """Go back: what was agreed stays in the ledger, by hash, and in letters that were sent."""
    op.drop_table("consensus_view")
    op.drop_table("consensus_score")
    op.drop_table("consensus_report")
