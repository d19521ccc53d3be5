"""Running the jobs that wait, within the test's own process."""

import sqlalchemy as sa

from grants import db
from grants.core import Core
from grants.jobs.tasks import Context, registry
from grants.mail import Mailer, Outbox
from grants.models.job import Job


def run_waiting(core: Core, mailer: Mailer | None = None) -> Mailer:
    """Run jobs until none waits; give the mailer with what it sent.

    Not by the worker, which asks the world's clock when a job is due: tests have one of their own.
    """
    registry.load(core.settings.jobs.modules)
    context = Context(
        sessions=core.sessions,
        storage=core.storage,
        mailer=mailer or Outbox(),
        settings=core.settings,
        clock=core.clock,
    )
    while jobs := _taken(core):
        for job in jobs:
            registry.tasks[job.task].run(context, **job.payload)
    return context.mailer


def _taken(core: Core) -> list[Job]:
    with db.writing(core.sessions) as session:
        jobs = list(session.scalars(sa.select(Job).order_by(Job.id)))
        for job in jobs:
            session.delete(job)
    return jobs
