"""The tasks that jobs are made of, and what a running one is given."""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session, sessionmaker

from grants.kit.clock import Clock
from grants.kit.settings import Settings
from grants.kit.storage import Storage


class Context(Protocol):
    """What a running task is given: the portal, as far as jobs know it.

    Open sessions with `grants.kit.database.db.writing(context.sessions)`.
    """

    @property
    def settings(self) -> Settings:
        """What differs between one installation and another."""
        ...

    @property
    def clock(self) -> Clock:
        """What time it is."""
        ...

    @property
    def sessions(self) -> sessionmaker[Session]:
        """What opens sessions."""
        ...

    @property
    def storage(self) -> Storage:
        """Where files are kept."""
        ...

    def publisher(self, session: Session) -> Callable[[object], None]:
        """Make what services tell what happened, for what follows from it in a session."""
        ...


Run = Callable[..., None]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A function that runs as a job, and how often it is tried."""

    name: str
    run: Run
    attempts: int = 8
    at_start: bool = False
    """Whether it is asked for each time a worker starts."""

    def pause(self, attempts: int) -> timedelta:
        """How long to wait after so many failed attempts: 1, 4, 16 seconds, up to an hour."""
        return timedelta(seconds=min(4 ** (attempts - 1), 3600))


@dataclass(frozen=True, slots=True)
class Registry:
    """All tasks by their names."""

    tasks: dict[str, Task] = field(default_factory=dict)

    def add(self, added: Task) -> None:
        """Register a task. Raises ValueError if another has its name."""
        known = self.tasks.setdefault(added.name, added)
        if (known.run.__module__, known.run.__qualname__) != (
            added.run.__module__,
            added.run.__qualname__,
        ):
            raise ValueError(f"two tasks are named {added.name!r}")

    def of(self, modules: Iterable[str]) -> "Registry":
        """Import modules in which tasks are defined, and give these tasks alone."""
        names = {importlib.import_module(module).__name__ for module in modules}
        return Registry({it.name: it for it in self.tasks.values() if it.run.__module__ in names})


registry = Registry()


def task(name: str, *, attempts: int = 8, at_start: bool = False) -> Callable[[Run], Run]:
    """Register a function `(context, **payload)` as the task of that name."""

    def register(run: Run) -> Run:
        registry.add(Task(name=name, run=run, attempts=attempts, at_start=at_start))
        return run

    return register


_REQUEST = "_request"


def asked_by(request_id: str | None) -> dict[str, Any]:
    """Note in a job's payload which request asked for it."""
    return {_REQUEST: request_id} if request_id else {}


def request_and_rest(payload: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """Return which request asked for a job, and what its task is called with."""
    return payload.get(_REQUEST), {k: v for k, v in payload.items() if k != _REQUEST}


def payload_of(values: dict[str, Any]) -> dict[str, Any]:
    """Pass on what a task is called with; moments are said in ISO 8601."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
