"""Databases that stand at the newest revision, without replaying all of them for each test."""

from collections.abc import Callable

import pytest

from tests.support.migrating import migrated


@pytest.fixture
def newest(database_kind: str, make_database: Callable[..., str]) -> str:
    """A database of the test's own that was migrated to the newest revision, with no rows."""
    return make_database(database_kind, template=migrated(database_kind, make_database))
