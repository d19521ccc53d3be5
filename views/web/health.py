"""Whether the portal is well: for those who watch over it."""

from typing import Any

from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from views.web.request import Request


@view_config(
    route_name="healthz", request_method="GET", renderer="json", permission=NO_PERMISSION_REQUIRED
)
def healthz(request: Request) -> dict[str, Any]:
    """Check database, storage and queue; 503 if one of them is not well.

    Letters or jobs that need somebody make it "degraded": the portal goes on serving.
    """
    found = request.services.health.check()
    request.response.status = 200 if found.well else 503
    request.response.cache_control.no_store = True
    return {
        "status": found.status,
        "database": found.database,
        "storage": found.storage,
        "queue": found.queue,
        "waiting": found.waiting,
        "failed": found.failed,
        "oldest_seconds": found.oldest_seconds,
        "letters": found.letters,
        "letters_failed": found.letters_failed,
        "letters_late": found.letters_late,
    }
