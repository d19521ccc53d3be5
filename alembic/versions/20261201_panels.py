"""Keep meetings of panels: who sat there, who left the room, what was voted and concluded."""

import sqlalchemy as sa
from alembic import op

revision = "f4b8c2d16e90"
down_revision = "e5d2a90c71f8"

_MOMENT = sa.DateTime(timezone=True)


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "panel_meeting",
        _id(),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=False),
        sa.Column("chair_id", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("planned_at", _MOMENT, nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=True),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_panel_meeting_closed")
        ),
        sa.CheckConstraint(
            "status <> 'cancelled' OR reason <> ''", name=op.f("ck_panel_meeting_cancelled")
        ),
        sa.CheckConstraint("quorum > 0", name=op.f("ck_panel_meeting_quorum")),
        _foreign("panel_meeting", "stage_id", "stage"),
        _foreign("panel_meeting", "chair_id", "person"),
        _foreign("panel_meeting", "planned_by_id", "person"),
        _key("panel_meeting"),
    )
    op.create_index(
        "uq_panel_meeting_stage_number", "panel_meeting", ["stage_id", "number"], unique=True
    )
    op.create_table(
        "panel_member",
        _id(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("arrived_at", _MOMENT, nullable=True),
        sa.Column("left_at", _MOMENT, nullable=True),
        _foreign("panel_member", "meeting_id", "panel_meeting"),
        _foreign("panel_member", "person_id", "person"),
        _key("panel_member"),
    )
    op.create_index(
        "uq_panel_member_meeting_person", "panel_member", ["meeting_id", "person_id"], unique=True
    )
    op.create_index(op.f("ix_panel_member_person_id"), "panel_member", ["person_id"])
    op.create_table(
        "panel_item",
        _id(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("stands_on", sa.Text(), nullable=False),
        sa.Column("began_at", _MOMENT, nullable=True),
        sa.Column("concluded_at", _MOMENT, nullable=True),
        sa.Column("concluded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(concluded_at IS NULL) = (conclusion = '')", name=op.f("ck_panel_item_concluded")
        ),
        _foreign("panel_item", "meeting_id", "panel_meeting"),
        _foreign("panel_item", "proposal_id", "proposal"),
        _foreign("panel_item", "concluded_by_id", "person"),
        _key("panel_item"),
    )
    op.create_index(
        "uq_panel_item_meeting_proposal", "panel_item", ["meeting_id", "proposal_id"], unique=True
    )
    op.create_index(op.f("ix_panel_item_proposal_id"), "panel_item", ["proposal_id"])
    op.create_table(
        "panel_vote",
        _id(),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("vote", sa.String(40), nullable=False),
        _foreign("panel_vote", "item_id", "panel_item"),
        _foreign("panel_vote", "person_id", "person"),
        _key("panel_vote"),
    )
    op.create_index(
        "uq_panel_vote_item_person", "panel_vote", ["item_id", "person_id"], unique=True
    )
    op.create_table(
        "panel_recusal",
        _id(),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("left_at", _MOMENT, nullable=True),
        sa.Column("returned_at", _MOMENT, nullable=True),
        _foreign("panel_recusal", "item_id", "panel_item"),
        _foreign("panel_recusal", "person_id", "person"),
        _key("panel_recusal"),
    )
    op.create_index(
        "uq_panel_recusal_item_person", "panel_recusal", ["item_id", "person_id"], unique=True
    )
    op.create_index(op.f("ix_panel_recusal_person_id"), "panel_recusal", ["person_id"])
    op.create_table(
        "panel_score",
        _id(),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("halves", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_panel_score_reason")),
        _foreign("panel_score", "item_id", "panel_item"),
        _key("panel_score"),
    )
    op.create_index("uq_panel_score_item_code", "panel_score", ["item_id", "code"], unique=True)


def downgrade() -> None:
    """Go back: what was concluded stays in the ledger."""
    for name in (
        "panel_score",
        "panel_recusal",
        "panel_vote",
        "panel_item",
        "panel_member",
        "panel_meeting",
    ):
        op.drop_table(name)
