"""Keep what ended; let accounts be blocked, by administrators of the portal."""

import sqlalchemy as sa
from alembic import op

revision = "c2f7a4d8e611"
down_revision = "5d90a7e3c1b8"

PLACES = ("organisation", "fund", "call", "proposal")


def upgrade() -> None:
    """Go forward."""
    # Not in a batch: SQLite would make the table anew, to which all others point.
    op.add_column("person", sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "person", sa.Column("blocked_reason", sa.Text(), server_default="", nullable=False)
    )
    op.add_column(
        "person", sa.Column("administers_since", sa.DateTime(timezone=True), nullable=True)
    )
    one = " + ".join(f"(CASE WHEN {it}_id IS NULL THEN 0 ELSE 1 END)" for it in PLACES) + " = 1"
    op.create_table(
        "ended_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        *(sa.Column(f"{it}_id", sa.Integer(), nullable=True) for it in PLACES),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(one, name=op.f("ck_ended_place_one_place")),
        *(
            sa.ForeignKeyConstraint(
                [f"{it}_id"], [f"{it}.id"], name=op.f(f"fk_ended_place_{it}_id_{it}")
            )
            for it in PLACES
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ended_place_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_ended_place_ended_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_place")),
    )
    with op.batch_alter_table("ended_place", schema=None) as batch_op:
        for it in ("person", *PLACES):
            batch_op.create_index(batch_op.f(f"ix_ended_place_{it}_id"), [f"{it}_id"], unique=False)


def downgrade() -> None:
    """Go back: what ended is forgotten; what is open stays open."""
    op.drop_table("ended_place")
    for column in ("administers_since", "blocked_reason", "blocked_at"):
        op.drop_column("person", column)
