"""The production queue: procrastinate, in the same PostgreSQL as everything else.

Jobs are deferred by its own SQL function on SQLAlchemy's own connection, so they
are committed or undone with the caller's transaction.
"""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.kit.database import db

QUEUE = "default"

_DEFER = sa.text(
    """SELECT procrastinate_defer_jobs_v1(ARRAY[
        ROW(:queue, :task, 0, NULL, :key, CAST(:payload AS jsonb), :at)
    ]::procrastinate_job_to_defer_v1[])"""
).bindparams(sa.bindparam("at", type_=sa.DateTime(timezone=True)))

_WAITS = sa.text(
    "SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = :key AND status = 'todo' LIMIT 1"
)

Counts = tuple[int, int, int, int, datetime | None]
"""Jobs that are due, come later, run and have failed; and since when the oldest is due."""

_COUNTS = sa.text(
    """SELECT count(*) FILTER (WHERE status = 'todo' AND coalesce(jobs.scheduled_at, :at) <= :at),
        count(*) FILTER (WHERE status = 'todo' AND jobs.scheduled_at > :at),
        count(*) FILTER (WHERE status = 'doing'),
        count(*) FILTER (WHERE status = 'failed'),
        min(coalesce(jobs.scheduled_at, deferred.at)) FILTER (
            WHERE status = 'todo' AND coalesce(jobs.scheduled_at, deferred.at) <= :at)
    FROM procrastinate_jobs AS jobs
    LEFT JOIN procrastinate_events AS deferred
        ON deferred.job_id = jobs.id AND deferred.type = 'deferred'
    WHERE status IN ('todo', 'doing', 'failed') AND task_name NOT LIKE 'queue.%'"""
)

_FAILED = sa.text(
    "SELECT id, task_name FROM procrastinate_jobs WHERE status = 'failed' ORDER BY id"
)
_TAKE_FAILED = sa.text(
    "DELETE FROM procrastinate_jobs WHERE id = :number AND status = 'failed'"
    " RETURNING task_name, args"
)


def defer(
    session: Session, task: str, *, key: str | None, at: datetime | None, payload: dict[str, Any]
) -> None:
    """Defer a job in the session's transaction, unless one with its key waits."""
    if key is not None and session.scalar(_WAITS, {"key": key}) is not None:
        return
    said = json.dumps(payload, ensure_ascii=False)
    session.execute(_DEFER, {"queue": QUEUE, "task": task, "key": key, "payload": said, "at": at})
    db.has_written(session)


def counts(session: Session, at: datetime) -> Counts:
    """Count what is due, comes later, runs and has failed; tell since when the oldest is due."""
    row = session.execute(_COUNTS, {"at": at}).one()
    return row[0], row[1], row[2], row[3], row[4]


def failed(session: Session) -> list[tuple[int, str]]:
    """List the jobs that were given up: their numbers and tasks."""
    return [(number, task) for number, task in session.execute(_FAILED)]


def try_again(session: Session, number: int) -> bool:
    """Defer a job that was given up anew, in place of the old one; False if it has not failed."""
    row = session.execute(_TAKE_FAILED, {"number": number}).first()
    if row is None:
        return False
    said = json.dumps(row[1], ensure_ascii=False)
    asked = {"queue": QUEUE, "task": row[0], "key": None, "payload": said, "at": None}
    session.execute(_DEFER, asked)
    db.has_written(session)
    return True


def install(connection: sa.Connection) -> None:
    """Create the queue's own tables and functions: for a migration, on PostgreSQL only."""
    from procrastinate.schema import SchemaManager  # a third of a second that few need

    # Past SQLAlchemy, since only a statement without parameters may be several.
    connection.connection.cursor().execute(SchemaManager.get_schema())


def uninstall(connection: sa.Connection) -> None:
    """Remove all that `install` made."""
    connection.execute(sa.text(_UNINSTALL))


def is_of_the_queue(name: str | None) -> bool:
    """Tell the queue's own tables from ours, which migrations compare with the models."""
    return name is not None and name.startswith("procrastinate_")


_UNINSTALL = """DO $$ DECLARE thing record; BEGIN
    FOR thing IN SELECT relname FROM pg_class WHERE relkind = 'r'
        AND relname LIKE 'procrastinate%' AND relnamespace = current_schema()::regnamespace LOOP
        EXECUTE format('DROP TABLE %I CASCADE', thing.relname);
    END LOOP;
    FOR thing IN SELECT p.oid::regprocedure AS sign FROM pg_proc p
        WHERE proname LIKE 'procrastinate%' AND pronamespace = current_schema()::regnamespace LOOP
        EXECUTE 'DROP FUNCTION ' || thing.sign || ' CASCADE';
    END LOOP;
    FOR thing IN SELECT typname FROM pg_type WHERE typname LIKE 'procrastinate%'
        AND typnamespace = current_schema()::regnamespace LOOP
        EXECUTE format('DROP TYPE %I CASCADE', thing.typname);
    END LOOP;
END $$"""
