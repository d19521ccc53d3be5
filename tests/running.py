"""Running the jobs that wait, within the test's own process."""

import sqlalchemy as sa

from grants import db
from grants.core import Core
from grants.jobs.tasks import Context, registry, request_and_rest
from grants.mail import Mailer, Outbox
from grants.models.job import Job


def run_waiting(core: Core, mailer: Mailer | None = None) -> Mailer:
    """Run jobs until none waits; give the mailer with what it sent.

    Not by the worker, which asks the world's clock when a job is due: tests have one of their own.
    """
    registry.load(core.settings.jobs.modules)
    context = context_of(core, mailer)
    while jobs := _taken(core):
        for job in jobs:
            registry.tasks[job.task].run(context, **request_and_rest(job.payload)[1])
    return context.mailer


def context_of(core: Core, mailer: Mailer | None = None) -> Context:
    """Give what a task works with, to run it by itself."""
    return Context(
        sessions=core.sessions,
        storage=core.storage,
        mailer=mailer or Outbox(),
        settings=core.settings,
        clock=core.clock,
    )


def _taken(core: Core) -> list[Job]:
    with db.writing(core.sessions) as session:
        # Asked for at once, or for a moment that has come by the test's clock.
        due = (Job.run_at == Job.created_at) | (Job.run_at <= core.clock())
        jobs = list(session.scalars(sa.select(Job).where(due).order_by(Job.id)))
        for job in jobs:
            session.delete(job)
    return jobs
