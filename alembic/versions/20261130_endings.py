"""Keep conditions of awards and how they were met, and how projects end before their time."""

import sqlalchemy as sa
from alembic import op

revision = "f1c7d3a95e24"
down_revision = "b61d90e4f7a3"

_CHECKS = {
    "conditions": "status <> 'running' OR conditions = '' OR conditions_met_at IS NOT NULL",
    "conditions_met": "(conditions_met_at IS NULL) = (conditions_met_by_id IS NULL)"
    " AND (conditions_met_at IS NULL) = (conditions_note = '')",
    "terminated": "(status = 'terminated') = (terminated_at IS NOT NULL)"
    " AND (terminated_at IS NULL) = (freed_cents IS NULL)"
    " AND (terminated_at IS NULL) = (termination_reason = '')",
    "freed": "freed_cents BETWEEN 0 AND awarded_cents",
}
_KEPT = """
UPDATE project SET conditions = COALESCE(
    (SELECT decision.conditions FROM decision WHERE decision.proposal_id = project.proposal_id), ''
) WHERE status = 'preparation'
"""
"""What is signed already was signed as it was; its conditions stay with the decision."""


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("project", schema=None) as batch_op:
        for name in ("conditions", "conditions_note", "termination_reason"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("signing_corrections", sa.Integer(), nullable=False, server_default="0")
        )
        for name in ("conditions_met_at", "terminated_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("conditions_met_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("freed_cents", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_project_conditions_met_by_id_person"),
            "person",
            ["conditions_met_by_id"],
            ["id"],
        )
    op.execute(_KEPT)
    with op.batch_alter_table("project", schema=None) as batch_op:
        for name in ("conditions", "conditions_note", "termination_reason", "signing_corrections"):
            batch_op.alter_column(name, server_default=None)
        for name, condition in _CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_project_{name}"), condition)
    with op.batch_alter_table("deliverable", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposed_due_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go back; a project that was terminated is closed then."""
    with op.batch_alter_table("deliverable", schema=None) as batch_op:
        batch_op.drop_column("proposed_due_on")
    with op.batch_alter_table("project", schema=None) as batch_op:
        for name in _CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_project_{name}"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("fk_project_conditions_met_by_id_person"), type_="foreignkey"
        )
    op.execute("UPDATE project SET status = 'closed' WHERE status = 'terminated'")
    with op.batch_alter_table("project", schema=None) as batch_op:
        for name in (
            "conditions",
            "conditions_note",
            "conditions_met_at",
            "conditions_met_by_id",
            "signing_corrections",
            "termination_reason",
            "terminated_at",
            "freed_cents",
        ):
            batch_op.drop_column(name)
