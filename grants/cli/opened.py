"""A portal opened for one command, and closed again whatever happens."""

from collections.abc import Iterator
from contextlib import contextmanager

from grants import clocks
from grants.core import Core
from grants.settings import load


@contextmanager
def opened(ini: str) -> Iterator[Core]:
    """Open the portal that a configuration names."""
    settings = load(ini)
    core = Core(settings, clocks.of(settings))
    try:
        yield core
    finally:
        core.engine.dispose()
