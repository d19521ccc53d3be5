"""Keep what was promised apart from what was delivered.

What is to be delivered, and by when, is agreed and may be amended; what a team writes of it is
not. A deliverable keeps its number, by which it is addressed, and refers to what the agreement
that counts says of that number: a composite foreign key holds the two numbers the same.
"""

import sqlalchemy as sa
from alembic import op

revision = "d16e3b90f7a4"
down_revision = "c85f02a6d3b1"

_PLANNED = """
INSERT INTO planned_deliverable (
    agreement_id, number, type, title, description, due_on, proposed_due_on
)
SELECT
    project.agreement_id, deliverable.number, deliverable.type, deliverable.title,
    deliverable.planned, deliverable.due_on, deliverable.proposed_due_on
FROM deliverable JOIN project ON project.id = deliverable.project_id
ORDER BY deliverable.id
"""
_NAMED = """
UPDATE deliverable SET planned_id = (
    SELECT planned_deliverable.id
    FROM planned_deliverable JOIN project ON project.agreement_id = planned_deliverable.agreement_id
    WHERE project.id = deliverable.project_id AND planned_deliverable.number = deliverable.number
)
"""
_BACK = """
UPDATE deliverable SET (type, title, planned, due_on, proposed_due_on) = (
    SELECT type, title, description, due_on, proposed_due_on
    FROM planned_deliverable WHERE planned_deliverable.id = deliverable.planned_id
)
"""
_MOVED = ("type", "title", "planned", "due_on", "proposed_due_on")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "planned_deliverable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("proposed_due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_planned_deliverable_agreement_id_agreement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_deliverable")),
        sa.UniqueConstraint("id", "number", name=op.f("uq_planned_deliverable_id_number")),
    )
    op.create_index(
        "uq_planned_deliverable_number",
        "planned_deliverable",
        ["agreement_id", "number"],
        unique=True,
    )
    op.execute(_PLANNED)
    op.add_column("deliverable", sa.Column("planned_id", sa.Integer(), nullable=True))
    op.execute(_NAMED)
    with op.batch_alter_table("deliverable", schema=None) as batch_op:
        for name in _MOVED:
            batch_op.drop_column(name)
        batch_op.alter_column("planned_id", nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_deliverable_planned_id"), ["planned_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_deliverable_planned_deliverable"),
            "planned_deliverable",
            ["planned_id", "number"],
            ["id", "number"],
        )


def downgrade() -> None:
    """Go back; what earlier versions of an agreement promised is forgotten."""
    with op.batch_alter_table("deliverable", schema=None) as batch_op:
        batch_op.add_column(sa.Column("type", sa.String(40), nullable=True))
        for name in ("title", "planned"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=True))
        for name in ("due_on", "proposed_due_on"):
            batch_op.add_column(sa.Column(name, sa.Date(), nullable=True))
    op.execute(_BACK)
    with op.batch_alter_table("deliverable", schema=None) as batch_op:
        for name in ("type", "title", "planned", "due_on"):
            batch_op.alter_column(name, nullable=False)
        batch_op.drop_constraint(
            batch_op.f("fk_deliverable_planned_deliverable"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("uq_deliverable_planned_id"), type_="unique")
        batch_op.drop_column("planned_id")
    op.drop_table("planned_deliverable")
