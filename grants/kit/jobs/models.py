"""The embedded queue's jobs."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grants.kit.database.tables import Base, Id, Json


class JobStatus(StrEnum):
    """Where a job stands."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class Job(Base):
    """Something to be done after the transaction that asked for it.

    A worker that runs it holds a lease, which it renews; the job of a worker
    that died is taken up by another when the lease has run out.
    """

    __tablename__ = "job"
    __table_args__ = (
        sa.Index("ix_job_status_run_at", "status", "run_at", "id"),
        # While one with a key waits, the same need not be asked for again.
        sa.Index(
            "uq_job_key_waiting",
            "key",
            unique=True,
            sqlite_where=sa.text("status = 'WAITING'"),
            postgresql_where=sa.text("status = 'WAITING'"),
        ),
        sa.CheckConstraint("(status = 'RUNNING') = (lease IS NOT NULL)", name="running_is_leased"),
        sa.CheckConstraint("(lease IS NULL) = (leased_until IS NULL)", name="lease_has_an_end"),
        sa.CheckConstraint(
            "(status IN ('DONE', 'FAILED')) = (finished_at IS NOT NULL)", name="end_has_a_moment"
        ),
    )

    id: Mapped[Id]
    task: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    key: Mapped[str | None]
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(sa.String(32))
    """Random, and new with each attempt: a worker that lost its lease can no longer finish."""
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
