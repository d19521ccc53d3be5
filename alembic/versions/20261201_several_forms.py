"""Stages of reviews may come one after the other, each with a form of its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "4b7d1f90c2ae"
down_revision = "c70e3ad5918b"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phase", sa.Integer(), server_default="1", nullable=False))
        for name in ("plan", "entry"):
            batch_op.add_column(sa.Column(name, _JSON, server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("form_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("writing_closes_at", _MOMENT, nullable=True))
        batch_op.add_column(sa.Column("entered_at", _MOMENT, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_stage_form_id_form_version"), "form_version", ["form_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_stage_writing"), "(form_id IS NULL) = (writing_closes_at IS NULL)"
        )
    with op.batch_alter_table("stage", schema=None) as batch_op:
        for name, kind in (("phase", sa.Integer()), ("plan", _JSON), ("entry", _JSON)):
            batch_op.alter_column(name, existing_type=kind, server_default=None)
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("invited_to_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_proposal_invited_to_id_stage"), "stage", ["invited_to_id"], ["id"]
        )
    with op.batch_alter_table("proposal_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_proposal_version_form_id_form_version"),
            "form_version",
            ["form_id"],
            ["id"],
        )
    op.execute(
        "UPDATE proposal_version SET form_id = (SELECT proposal.form_id FROM proposal"
        " WHERE proposal.id = proposal_version.proposal_id)"
    )
    with op.batch_alter_table("proposal_version", schema=None) as batch_op:
        batch_op.alter_column("form_id", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("proposal_version", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_proposal_version_form_id_form_version"), type_="foreignkey"
        )
        batch_op.drop_column("form_id")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_proposal_invited_to_id_stage"), type_="foreignkey")
        batch_op.drop_column("invited_to_id")
    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_stage_writing"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_stage_form_id_form_version"), type_="foreignkey")
        for name in ("phase", "plan", "entry", "form_id", "writing_closes_at", "entered_at"):
            batch_op.drop_column(name)
