"""Where the layers meet: the WSGI application."""

import gc
from typing import Any

import pyramid_retry
from pyramid.config import Configurator
from pyramid.router import Router
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from grants.kit import logs
from grants.kit.clock import Clock, clock_of
from grants.kit.database import db
from grants.kit.settings import parse, resolved
from grants.portal import Portal
from grants.services import Services
from grants.startup_checks import require_safe
from views.web.request import Request
from views.web.responses.access_log import logged

DEFAULTS = {
    "retry.attempts": 3,
    "tm.manager_hook": "pyramid_tm.explicit_manager",
    # A page that reports an error leaves no trace in the database.
    "tm.commit_veto": "pyramid_tm.default_commit_veto",
    # Else who is there would be looked up where no page can tell that the database is gone.
    "tm.annotate_user": "false",
}
READING = ("GET", "HEAD", "OPTIONS")


def main(
    global_config: dict[str, str] | None = None,
    *,
    clock: Clock | None = None,
    **settings: Any,
) -> Router:
    """Build the application that gunicorn and `pserve` run. Tests bring their own clock."""
    settings = resolved(settings)
    read = parse(settings)
    if global_config:  # from an ini file, so this process is the portal's
        logs.configure(read.logs)
    portal = Portal(read, clock or clock_of(read))
    with portal.sessions() as session:
        require_safe(portal.settings, session)
    with Configurator(settings=DEFAULTS | settings, request_factory=Request) as config:
        config.registry["portal"] = portal
        config.registry["clock"] = portal.clock
        config.include("pyramid_tm")
        config.include("pyramid_retry")
        config.add_request_method(_db, "db", reify=True)
        config.add_request_method(_services, "services", reify=True)
        config.include("views")
    pyramid_retry.mark_error_retryable(IntegrityError)
    pyramid_retry.mark_error_retryable(OperationalError)
    pyramid_retry.mark_error_retryable(StaleDataError)
    router = config.make_wsgi_app()
    router.execution_policy = logged(router.execution_policy)
    _settle()
    return router


def _settle() -> None:
    """Take what lives as long as the process out of the garbage collector's rounds.

    A full round over it doubled the slowest answers of large pages.
    """
    gc.collect()
    gc.freeze()


def _db(request: Any) -> Session:
    writes = request.method not in READING
    return db.open_session(request.registry["portal"].sessions, request.tm, writes=writes)


def _services(request: Any) -> Services:
    portal: Portal = request.registry["portal"]
    return portal.services(request.db, lambda: request.arrived_at)
