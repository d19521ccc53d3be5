"""The mailbox, and the door."""

import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from webtest import TestApp

from grants import db, links  # noqa: F401  -- links registers its task
from grants.jobs.tasks import Context, registry
from grants.mail import Outbox
from grants.models.job import Job
from tests import world


@dataclass
class Mailbox:
    """Everybody's mail: opening it first sends what waits."""

    context: Context

    def open(self):
        while self._send_waiting():
            pass
        return self.context.mailer.messages

    def _send_waiting(self):
        # Not by the worker: its clock is the world's, and these tests move theirs.
        with db.writing(self.context.sessions) as session:
            jobs = list(session.scalars(sa.select(Job).order_by(Job.id)))
            for job in jobs:
                session.delete(job)
        for job in jobs:
            registry.tasks[job.task].run(self.context, **job.payload)
        return bool(jobs)

    def link(self, to: str) -> str:
        """The path of the link in the newest letter to somebody."""
        mine = [letter for letter in self.open() if to in letter["To"]]
        text = mine[-1].get_body(("plain",)).get_content()
        return re.search(r"http://localhost(/(?:confirm|reset|invitations)/\S+)", text)[1]


@pytest.fixture
def mailbox(core):
    context = Context(
        sessions=core.sessions,
        storage=core.storage,
        mailer=Outbox(),
        settings=core.settings,
        clock=core.clock,
    )
    return Mailbox(context)


@pytest.fixture
def at_the_door(app):
    """Somebody tries to sign in: `at_the_door("lucia@example.org", "secret", next="/calls")`."""

    def knock(email, password=world.PASSWORD, *, browser=None, next="", **options):  # noqa: A002
        browser = browser or TestApp(app)
        form = browser.get("/sign-in", {"next": next}).forms["sign_in"]
        form["email"], form["password"] = email, password
        return form.submit("sign_in", **options)

    return knock
