"""A portal opened for one command, and closed again whatever happens."""

from collections.abc import Iterator
from contextlib import contextmanager

from grants.core import Core
from grants.settings import load


@contextmanager
def opened(ini: str) -> Iterator[Core]:
    """Open the portal that a configuration names."""
    core = Core(load(ini))
    try:
        yield core
    finally:
        core.engine.dispose()
