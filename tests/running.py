"""Running the jobs that wait, within the test's own process."""

import sqlalchemy as sa

from grants import db
from grants.jobs.tasks import Context, registry, request_and_rest
from grants.mail import Mailer, Outbox
from grants.models.job import Job
from grants.portal import Portal


def run_waiting(portal: Portal, mailer: Mailer | None = None) -> Mailer:
    """Run jobs until none waits; give the mailer with what it sent.

    Not by the worker, which asks the world's clock when a job is due: tests have one of their own.
    """
    registry.load(portal.settings.jobs.modules)
    context = context_of(portal, mailer)
    while jobs := _taken(portal):
        for job in jobs:
            registry.tasks[job.task].run(context, **request_and_rest(job.payload)[1])
    return context.mailer


def context_of(portal: Portal, mailer: Mailer | None = None) -> Context:
    """Give what a task works with, to run it by itself."""
    return Context(
        sessions=portal.sessions,
        storage=portal.storage,
        mailer=mailer or Outbox(),
        settings=portal.settings,
        clock=portal.clock,
    )


def _taken(portal: Portal) -> list[Job]:
    with db.writing(portal.sessions) as session:
        # Asked for at once, or for a moment that has come by the test's clock.
        due = (Job.run_at == Job.created_at) | (Job.run_at <= portal.clock())
        jobs = list(session.scalars(sa.select(Job).where(due).order_by(Job.id)))
        for job in jobs:
            session.delete(job)
    return jobs
