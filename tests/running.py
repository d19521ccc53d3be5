"""Running the jobs that wait, within the test's own process."""

import threading

from grants.core import Core
from grants.jobs.embedded import Worker
from grants.jobs.tasks import Context, registry
from grants.mail import Mailer, Outbox


def run_waiting(core: Core, mailer: Mailer | None = None) -> Mailer:
    """Run jobs until none is due; give the mailer with what it sent."""
    registry.load(core.settings.jobs.modules)
    mailer = mailer or Outbox()
    context = Context(
        sessions=core.sessions,
        storage=core.storage,
        mailer=mailer,
        settings=core.settings,
        clock=core.clock,
    )
    worker = Worker(
        context=context, registry=registry, stopping=threading.Event(), woken=threading.Event()
    )
    while worker.run_one():
        pass
    return mailer
