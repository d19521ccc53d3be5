"""Who of an organisation's members binds it: authorised officers, and who named them."""

import sqlalchemy as sa
from alembic import op

revision = "a6e41c07b9d2"
down_revision = "5c90e2d7b41f"

_CHECKS = {
    "authorised": "(authorised_at IS NULL) = (authorised_by_id IS NULL)",
    "authorised_by_another": "authorised_by_id <> person_id",
}


def upgrade() -> None:
    """Go forward; nobody is an authorised officer before somebody names them."""
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("authorised_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("authorised_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_membership_authorised_by_id_person"),
            "person",
            ["authorised_by_id"],
            ["id"],
        )
        for name, condition in _CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_membership_{name}"), condition)


def downgrade() -> None:
    """Go back; the members stay, and the ledger keeps who was named."""
    with op.batch_alter_table("membership", schema=None) as batch_op:
        for name in _CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_membership_{name}"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("fk_membership_authorised_by_id_person"), type_="foreignkey"
        )
        for name in ("authorised_by_id", "authorised_at"):
            batch_op.drop_column(name)
