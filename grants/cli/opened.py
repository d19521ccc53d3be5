"""A portal opened for one command, and closed again whatever happens."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from grants.kit import logs
from grants.kit.clock import clock_of
from grants.kit.settings import load
from grants.portal import Portal


@contextmanager
def opened(ini: str) -> Iterator[Portal]:
    """Open the portal that a configuration names."""
    settings = load(ini)
    if not logging.getLogger().handlers:
        logs.configure(settings.logs)  # apart from what the command prints
    portal = Portal(settings, clock_of(settings))
    try:
        yield portal
    finally:
        portal.engine.dispose()
