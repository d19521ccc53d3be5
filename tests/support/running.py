"""Running the jobs that wait, within the test's own process."""

from typing import Any

import sqlalchemy as sa

from grants.kit.clock import Clock, now
from grants.kit.database import db
from grants.kit.jobs.models import Job
from grants.kit.jobs.tasks import request_and_rest
from grants.kit.mail import Mailer, Outbox
from grants.kit.settings import Settings
from grants.portal import Portal


def run_waiting(portal: Portal, mailer: Mailer | None = None) -> Mailer:
    """Run jobs until none waits; give the mailer with what it sent.

    Not by the worker, which asks the world's clock when a job is due: tests have one of their own.
    """
    sending, tasks = with_mailer(portal, mailer), portal.tasks.tasks
    while jobs := _taken(portal):
        for job in jobs:
            tasks[job.task].run(sending, **request_and_rest(job.payload)[1])
    return sending.mailer


def with_mailer(portal: Portal, mailer: Mailer | None = None) -> Portal:
    """Give the same portal with a mailer of the test's own, by default one that keeps all."""
    parts = {name: getattr(portal, name) for name in ("engine", "sessions", "storage")}
    return portal_of(portal.settings, portal.clock, mailer=mailer or Outbox(), **parts)


def portal_of(settings: Settings, clock: Clock = now, **parts: Any) -> Portal:
    """Put a portal together with parts of the test's own: `sessions`, `storage`, `mailer`."""
    made = Portal(settings, clock)
    vars(made).update(parts)
    return made


def _taken(portal: Portal) -> list[Job]:
    with db.writing(portal.sessions) as session:
        # Asked for at once, or for a moment that has come by the test's clock.
        due = (Job.run_at == Job.created_at) | (Job.run_at <= portal.clock())
        jobs = list(session.scalars(sa.select(Job).where(due).order_by(Job.id)))
        for job in jobs:
            session.delete(job)
    return jobs
