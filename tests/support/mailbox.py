"""Everybody's mail, for tests that follow a link in it."""

import re
from dataclasses import dataclass

import sqlalchemy as sa

from grants.kit.database import db
from grants.kit.jobs.models import Job
from grants.kit.jobs.tasks import request_and_rest
from grants.portal import Portal
from tests.support.running import with_mailer


@dataclass
class Mailbox:
    """Opening it first runs what is due, and so sends what waits."""

    context: Portal

    def open(self):
        while self._send_waiting():
            pass
        return self.context.mailer.messages

    def letters(self, to: str):
        return [letter for letter in self.open() if to in letter["To"]]

    def link(self, to: str) -> str:
        """The path of the link in the newest letter to somebody."""
        text = self.letters(to)[-1].get_body(("plain",)).get_content()
        return re.search(r"http://localhost(/(?:confirm|reset|invitations)/\S+)", text)[1]

    def _send_waiting(self):
        # Not by the worker: its clock is the world's, and these tests move theirs.
        with db.writing(self.context.sessions) as session:
            # What is asked for without a moment is asked for by the world's clock.
            due = (Job.run_at == Job.created_at) | (Job.run_at <= self.context.clock())
            jobs = list(session.scalars(sa.select(Job).where(due).order_by(Job.id)))
            for job in jobs:
                session.delete(job)
        for job in jobs:
            self.context.tasks.tasks[job.task].run(self.context, **request_and_rest(job.payload)[1])
        return bool(jobs)


def of(portal: Portal) -> Mailbox:
    """The mail that a portal sends."""
    return Mailbox(with_mailer(portal))
