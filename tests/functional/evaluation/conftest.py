"""Browsers of the people of the evaluation, and what counts queries."""

from contextlib import contextmanager

import pytest
import sqlalchemy as sa


class Visitor:
    """Somebody who signs in whenever time has passed: sessions are shorter than evaluations."""

    def __init__(self, person, sign_in, clock):
        self._person, self._sign_in, self._clock = person, sign_in, clock
        self._at = self._browser = None

    def __getattr__(self, name):
        if self._at != self._clock():
            self._at, self._browser = self._clock(), self._sign_in(self._person)
        return getattr(self._browser, name)


@pytest.fixture
def visitor(sign_in, clock):
    """Make somebody's browser."""
    return lambda person: Visitor(person, sign_in, clock)


@pytest.fixture
def helena(evaluating, visitor):
    """Helena, who manages the fund."""
    return visitor(evaluating.world.helena)


@pytest.fixture
def wei(evaluating, visitor):
    """Wei, a reviewer."""
    return visitor(evaluating.world.wei)


@pytest.fixture
def queries(portal):
    """Count what a page asks the database, in a `with` block."""

    @contextmanager
    def counting():
        asked = []

        def note(_connection, _cursor, statement, *_rest):
            if statement != "BEGIN":  # which SQLite is told by a statement of its own
                asked.append(statement)

        sa.event.listen(portal.engine, "before_cursor_execute", note)
        try:
            yield asked
        finally:
            sa.event.remove(portal.engine, "before_cursor_execute", note)

    return counting
