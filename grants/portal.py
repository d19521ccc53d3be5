"""The core put together, without the web: for commands, tasks, and `grants.app`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from grants.accounts import subscribers as accounts
from grants.calls import subscribers as calls
from grants.decisions import subscribers as decisions
from grants.directory import subscribers as directory
from grants.evaluation import subscribers as evaluation
from grants.kit.clock import Clock, now
from grants.kit.database import db
from grants.kit.jobs.queue import BACKEND
from grants.kit.jobs.tasks import Registry, registry
from grants.kit.mail import Mailer, make_mailer
from grants.kit.secrets.sealing import SECRET
from grants.kit.settings import Settings
from grants.kit.storage import Storage, make_storage
from grants.kit.subscribing import publisher
from grants.oversight import subscribers as oversight
from grants.projects import subscribers as projects
from grants.proposals import subscribers as proposals
from grants.proposals.queries import search
from grants.roles import subscribers as roles
from grants.services import Services

SUBSCRIBERS = (
    oversight.HANDLERS,
    accounts.HANDLERS,
    directory.HANDLERS,
    calls.HANDLERS,
    proposals.HANDLERS,
    evaluation.HANDLERS,
    roles.HANDLERS,
    decisions.HANDLERS,
    projects.HANDLERS,
)
"""What follows from what happened: the ledger keeps it first, then area by area."""

TASKS = (
    "grants.kit.mail.sending",
    "grants.accounts.tasks",
    "grants.proposals.tasks",
    "grants.decisions.tasks",
    "grants.projects.tasks",
    "grants.oversight.tasks.digest",
    "grants.oversight.tasks.tidying",
)
"""Where the tasks are that jobs run; a name that jobs were asked for by stays."""


@dataclass(frozen=True)
class Portal:
    """One portal: its database, its files, its rules, and what follows from what happens."""

    settings: Settings
    clock: Clock = now

    @cached_property
    def engine(self) -> Engine:
        """The database."""
        return db.make_engine(self.settings.database_url)

    @cached_property
    def sessions(self) -> sessionmaker[Session]:
        """What opens sessions."""
        known = {BACKEND: self.settings.jobs.backend, SECRET: self.settings.secret}
        made = db.make_sessions(self.engine, **known)
        search.follow(made)
        return made

    @cached_property
    def storage(self) -> Storage:
        """Where files are kept."""
        return make_storage(self.settings.storage_url)

    @cached_property
    def mailer(self) -> Mailer:
        """What carries letters away."""
        return make_mailer(self.settings.mail_url)

    @property
    def tasks(self) -> Registry:
        """What its worker does."""
        return registry.of(TASKS)

    def publisher(self, session: Session) -> Callable[[object], None]:
        """Make what services tell what happened: what follows is in the session."""
        return publisher(session, self.settings, SUBSCRIBERS)

    def services(self, session: Session, clock: Clock | None = None) -> Services:
        """Put the services over a session; what follows from what they publish is in it."""
        return Services(
            session,
            self.publisher(session),
            clock or self.clock,
            self.storage,
            self.settings.clamd,
            self.settings.branding,
            self.settings.invitations,
        )

    @contextmanager
    def writing(self, clock: Clock | None = None) -> Iterator[Services]:
        """Do something in a transaction of its own, committed at the end."""
        with db.writing(self.sessions) as session:
            yield self.services(session, clock)
