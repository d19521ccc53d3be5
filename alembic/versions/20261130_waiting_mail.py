"""Letters that have not left wait in a table of their own, sealed."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "7b2e61d0c9a4"
down_revision = "e5a90c37d812"


def upgrade() -> None:
    """Go forward; letters that were given up are shown, and tried when somebody says so."""
    op.create_table(
        "waiting_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attachments", _json(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("useful_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(40), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(since IS NULL) = (trouble IS NULL)",
            name=op.f("ck_waiting_mail_trouble_has_a_beginning"),
        ),
        sa.CheckConstraint(
            "failed_at IS NULL OR since IS NOT NULL",
            name=op.f("ck_waiting_mail_failed_after_a_beginning"),
        ),
        sa.ForeignKeyConstraint(
            ["fund_id"], ["fund.id"], name=op.f("fk_waiting_mail_fund_id_fund")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_waiting_mail_call_id_call")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_waiting_mail_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_mail")),
        sa.UniqueConstraint("name", name=op.f("uq_waiting_mail_name")),
    )
    op.create_index("ix_waiting_mail_fund_id_since", "waiting_mail", ["fund_id", "since"])
    _hand_over_failed_jobs()


def downgrade() -> None:
    """Go back. What waits sealed cannot be read here: letters that have not left are lost."""
    op.drop_index("ix_waiting_mail_fund_id_since", table_name="waiting_mail")
    op.drop_table("waiting_mail")


def _json() -> sa.JSON:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _hand_over_failed_jobs() -> None:
    """Have the worker take over what earlier versions gave up, whose words lie there in clear."""
    connection = op.get_bind()
    failed = connection.execute(
        sa.text("SELECT id, payload FROM job WHERE task = 'send_mail' AND status = 'FAILED'")
    ).all()
    for number, payload in failed:
        said = json.loads(payload) if isinstance(payload, str) else dict(payload)
        if not said:
            continue
        connection.execute(
            sa.text(
                "UPDATE job SET status = 'WAITING', attempts = 0, finished_at = NULL,"
                " key = NULL, payload = :payload WHERE id = :number"
            ).bindparams(sa.bindparam("payload", type_=_json())),
            {"payload": {**said, "given_up": True}, "number": number},
        )
    if connection.dialect.name == "postgresql" and sa.inspect(connection).has_table(
        "procrastinate_jobs"
    ):
        connection.execute(
            sa.text(
                "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0,"
                " args = args || '{\"given_up\": true}'::jsonb"
                " WHERE task_name = 'send_mail' AND status = 'failed'"
            )
        )
