"""A portal opened for one command, and closed again whatever happens."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from grants import clocks, logs
from grants.portal import Portal
from grants.settings import load


@contextmanager
def opened(ini: str) -> Iterator[Portal]:
    """Open the portal that a configuration names."""
    settings = load(ini)
    if not logging.getLogger().handlers:
        logs.configure(settings.logs)  # apart from what the command prints
    portal = Portal(settings, clocks.of(settings))
    try:
        yield portal
    finally:
        portal.engine.dispose()
