"""Keep acts that wait for a second signature, who let managers in, when reviews first came in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "7a2e5c90b1f4"
down_revision = "4c1f0e7a92d6"

_APPOINTED = """
UPDATE appointment SET appointed_by_id = (
    SELECT invitation.invited_by_id
    FROM invitation JOIN person ON person.email = invitation.email
    WHERE person.id = appointment.person_id
      AND invitation.accepted_at IS NOT NULL
      AND invitation.role = appointment.role
      AND (invitation.fund_id = appointment.fund_id OR invitation.call_id = appointment.call_id)
      AND invitation.invited_by_id <> appointment.person_id
    ORDER BY invitation.accepted_at, invitation.id
    LIMIT 1
)
"""
"""Accepted invitations say who let whom in; who was there before has nobody there."""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "proposed_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column(
            "payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stands_on", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_proposed_act_reason")),
        sa.CheckConstraint(
            "(status = 'waiting') = (settled_at IS NULL)"
            " AND (settled_at IS NULL) = (settled_by_id IS NULL)",
            name=op.f("ck_proposed_act_settled"),
        ),
        sa.CheckConstraint(
            "status <> 'signed' OR settled_by_id <> proposed_by_id",
            name=op.f("ck_proposed_act_two_signatures"),
        ),
        sa.CheckConstraint(
            "status <> 'refused' OR settled_reason <> ''", name=op.f("ck_proposed_act_refused")
        ),
        sa.CheckConstraint(
            "status <> 'revoked' OR settled_by_id = proposed_by_id",
            name=op.f("ck_proposed_act_revoked"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_proposed_act_call_id_call")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposed_act_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_proposed_act_proposed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_proposed_act_settled_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_act")),
    )
    with op.batch_alter_table("proposed_act", schema=None) as batch_op:
        for column in ("call_id", "proposal_id", "proposed_by_id"):
            batch_op.create_index(batch_op.f(f"ix_proposed_act_{column}"), [column], unique=False)
        batch_op.create_index(
            "uq_proposed_act_waiting",
            ["kind", "subject"],
            unique=True,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )

    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("appointed_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("confirmed_by_id", sa.Integer(), nullable=True))
        for column in ("appointed_by_id", "confirmed_by_id"):
            name = batch_op.f(f"fk_appointment_{column}_person")
            batch_op.create_foreign_key(name, "person", [column], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_appointment_confirmed"),
            "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_appointment_confirmed_by_another"),
            "confirmed_by_id IS NULL"
            " OR (confirmed_by_id <> person_id AND confirmed_by_id <> appointed_by_id)",
        )
    op.execute(_APPOINTED)

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("first_submitted_at", sa.DateTime(timezone=True), nullable=True)
        )
    op.execute("UPDATE assignment SET first_submitted_at = submitted_at")


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_column("first_submitted_at")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        for check in ("confirmed_by_another", "confirmed"):
            batch_op.drop_constraint(batch_op.f(f"ck_appointment_{check}"), type_="check")
        for column in ("confirmed_by_id", "appointed_by_id"):
            batch_op.drop_constraint(
                batch_op.f(f"fk_appointment_{column}_person"), type_="foreignkey"
            )
        for column in ("confirmed_by_id", "confirmed_at", "appointed_by_id"):
            batch_op.drop_column(column)
    op.drop_table("proposed_act")
