"""Keep who signed second where a call was corrected after it had closed."""

import sqlalchemy as sa
from alembic import op

revision = "c3f81d6b2e05"
down_revision = "7be20c94d1a3"


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("call_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signed_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_call_version_signed_by_id_person"), "person", ["signed_by_id"], ["id"]
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("call_version", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_call_version_signed_by_id_person"), type_="foreignkey"
        )
        batch_op.drop_column("signed_by_id")
