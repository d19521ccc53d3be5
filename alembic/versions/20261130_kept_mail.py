"""Letters that have not left survive the way back to a version that knows no such table."""

import sqlalchemy as sa
from alembic import op

revision = "5c90e2d7b41f"
down_revision = "d81f5c0b7e34"

_ASIDE = "kept_mail"
_COLUMNS = (
    'id, name, "to", to_name, subject, body, attachments, fund_id, call_id, proposal_id,'
    " useful_until, attempts, since, tried_at, failed_at, trouble, last_error"
)


def upgrade() -> None:
    """Go forward; letters that were put aside wait again, and so do the jobs that send them."""
    connection = op.get_bind()
    if not sa.inspect(connection).has_table(_ASIDE):
        return
    op.execute(
        f"INSERT INTO waiting_mail ({_COLUMNS}) SELECT {_COLUMNS} FROM {_ASIDE}"  # noqa: S608 -- ours
        " WHERE name NOT IN (SELECT name FROM waiting_mail)"
    )
    op.drop_table(_ASIDE)
    if connection.dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('waiting_mail', 'id'),"
            " (SELECT MAX(id) FROM waiting_mail))"
        )
        op.execute(
            "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0"
            " WHERE task_name = 'post_letter' AND status = 'failed'"
        )
    # An older worker knows no such job, and gave it up.
    op.execute(
        "UPDATE job SET status = 'WAITING', attempts = 0, finished_at = NULL, key = NULL"
        " WHERE task = 'post_letter' AND status = 'FAILED'"
    )


def downgrade() -> None:
    """Go back; what is sealed cannot be read by what is older, and is put aside as it is."""
    waiting = op.get_bind().scalar(sa.text("SELECT COUNT(*) FROM waiting_mail"))
    if waiting:
        op.execute(f"CREATE TABLE {_ASIDE} AS SELECT {_COLUMNS} FROM waiting_mail")  # noqa: S608 -- ours
