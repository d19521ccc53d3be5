"""One line for each request, with the number by which all that it led to can be found."""

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from pyramid.response import Response

from grants.kit import logs
from grants.serving import arrival
from views.web.responses.hosts import keep_to_ours

Policy = Callable[[dict[str, Any], Any], Response]

log = logs.get("grants.access")

REQUEST_ID = "grants.request_id"
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
_QUIET = ("/static/", "/healthz")
"""Addresses that are asked for so often that only their failures are worth a line."""


def logged(policy: Policy) -> Policy:
    """Have each request written down, once, however often it is run."""

    def answer(environ: dict[str, Any], router: Any) -> Response:
        settings = router.registry["portal"].settings
        number = _number(environ, trusted=settings.proxies > 0)
        environ[REQUEST_ID] = number
        keep_to_ours(environ, settings)
        with logs.about(request_id=number):
            waited = arrival.waited(environ, key=settings.proxy_key)
            begun = time.perf_counter()
            response = policy(environ, router)
            _write(environ, response, seconds=time.perf_counter() - begun, waited=waited)
        response.headers["X-Request-ID"] = number
        return response

    return answer


def _number(environ: dict[str, Any], *, trusted: bool) -> str:
    """Take the number that our proxy gave, so that its log and ours can be read together."""
    given = str(environ.get("HTTP_X_REQUEST_ID", ""))
    return given if trusted and _GIVEN.fullmatch(given) else secrets.token_hex(8)


def _write(environ: dict[str, Any], response: Response, *, seconds: float, waited: float) -> None:
    path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
    if path.startswith(_QUIET) and response.status_int < 400:
        return
    log.info(
        "answered",
        method=environ.get("REQUEST_METHOD"),
        path=path,  # without its query, in which people search
        status=response.status_int,
        ms=round(seconds * 1000, 1),
        waited_ms=round(waited * 1000, 1),
    )
