"""Moments of the story, reached once by the services and copied for each test that begins there.

Most of a test's time went into replaying what came before it. What is replayed from the empty
portal in the same steps, with the same arguments and at the same time leads to the same database:
the second time that a test asks for such a moment it is kept, and from then on it is copied. A
test that writes anything itself in between is no longer at a known moment, and goes on for real.
"""

import functools
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.kit.database.tables import Base
from tests.support import engines
from tests.support.clock import Clock
from tests.support.rows import Rows

_QUIET = ("SELECT", "PRAGMA", "BEGIN", "WITH", "SAVEPOINT", "RELEASE", "ROLLBACK")
"""What statements begin with that change nothing."""


@dataclass(frozen=True)
class Kept:
    """A moment: its database, its files, when it is, and what the step gave to the test."""

    state: str | Rows
    files: Path | None
    clock: datetime
    given: Any


@dataclass
class Shelf:
    """The moments of one kind of database, for all tests of this process."""

    make: Callable[..., str]
    folder: Path
    seen: set[Any] = field(default_factory=set)
    kept: dict[Any, Kept] = field(default_factory=dict)


@dataclass
class Moments:
    """Where a test is in the story."""

    shelf: Shelf
    session: Session
    clock: Clock
    files: Path
    known: Any
    """The steps from an empty database under these settings; None once it went its own way."""
    depth: int = 0
    writes: int = 0
    _at: int = 0

    def __post_init__(self) -> None:
        sa.event.listen(self.session.get_bind(), "before_cursor_execute", self._note)

    def step(self, name: str, given: Any, do: Callable[[], Any]) -> Any:
        """Go a step on: for real, or by taking the moment that it led to before."""
        if self.depth or not self._where_it_was():
            return self._inside(do)
        key = (self.known, name, _named(given), self.clock())
        self.known = None  # also if the step fails
        if key in self.shelf.kept:
            result = self._take(self.shelf.kept[key])
        else:
            result = self._inside(do)
            self._settled()
            if key in self.shelf.seen:
                self._keep(key, result)
            self.shelf.seen.add(key)
        self.known, self._at = key, self.writes
        return result

    def _inside(self, do: Callable[[], Any]) -> Any:
        self.depth += 1
        try:
            return do()
        finally:
            self.depth -= 1

    def _where_it_was(self) -> bool:
        session = self.session
        pending = session.new or session.deleted or any(map(session.is_modified, session.dirty))
        return self.known is not None and self.writes == self._at and not pending

    def _settled(self) -> None:
        """Have what follows ask the database, whichever way this moment was reached."""
        self.session.commit()
        self.session.expire_all()

    def _keep(self, key: Any, result: Any) -> None:
        self._engine.dispose()
        state = engines.keep(self.shelf.make, self._url)
        files = None
        if self.files.is_dir():
            files = self.shelf.folder / str(len(self.shelf.kept))
            shutil.copytree(self.files, files)
        self.shelf.kept[key] = Kept(state, files, self.clock(), _noted(result))

    def _take(self, kept: Kept) -> Any:
        self.session.rollback()
        self._engine.dispose()
        engines.replace(self._url, kept.state)
        if kept.files:
            shutil.copytree(kept.files, self.files, dirs_exist_ok=True)
        self.clock.move_to(kept.clock)
        self.session.expire_all()
        return _found(kept.given, self.session)

    @property
    def _engine(self) -> sa.Engine:
        bound = self.session.get_bind()
        assert isinstance(bound, sa.Engine)
        return bound

    @property
    def _url(self) -> str:
        return self._engine.url.render_as_string(hide_password=False)

    def _note(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.lstrip().upper().startswith(_QUIET):
            self.writes += 1


class Traveller(Protocol):
    """Whoever takes a test through the story."""

    @property
    def moments(self) -> Moments | None:
        """Where the test is; None where nobody keeps moments."""


_T = TypeVar("_T", bound=Traveller)
_P = ParamSpec("_P")
_R = TypeVar("_R")


def moment(act: Callable[Concatenate[_T, _P], _R]) -> Callable[Concatenate[_T, _P], _R]:
    """Make a method of a traveller a step whose moment can be kept."""

    @functools.wraps(act)
    def wrapped(self: _T, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        if self.moments is None:
            return act(self, *args, **kwargs)
        told: _R = self.moments.step(
            act.__qualname__, (args, kwargs), lambda: act(self, *args, **kwargs)
        )
        return told

    return wrapped


@dataclass(frozen=True)
class Row:
    """A row that a step gave to the test."""

    model: type[Base]
    key: tuple[Any, ...]


@dataclass(frozen=True)
class Parts:
    """A dataclass that a step gave to the test."""

    kind: type
    values: dict[str, Any]


def _noted(result: Any) -> Any:
    if isinstance(result, Base):
        return Row(type(result), sa.inspect(result).identity)
    if isinstance(result, (tuple, list)):
        return type(result)(map(_noted, result))
    if is_dataclass(result) and not isinstance(result, type):
        values = {it.name: _noted(getattr(result, it.name)) for it in fields(result)}
        return Parts(type(result), values)
    return result


def _found(noted: Any, session: Session) -> Any:
    if isinstance(noted, Row):
        return session.get_one(noted.model, noted.key)
    if isinstance(noted, (tuple, list)):
        return type(noted)(_found(it, session) for it in noted)
    if isinstance(noted, Parts):
        return noted.kind(**{name: _found(it, session) for name, it in noted.values.items()})
    return noted


def _named(given: Any) -> Any:
    """Name what a step was given, so that the same can be recognised in another test."""
    if isinstance(given, Base):
        return (type(given).__name__, sa.inspect(given).identity)
    if isinstance(given, dict):
        return tuple((_named(key), _named(value)) for key, value in given.items())
    if isinstance(given, (tuple, list)):
        return tuple(map(_named, given))
    return repr(given)
