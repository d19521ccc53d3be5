"""Answers sent small: pages as they are made, scripts and styles ahead, by whichever server.

A page that holds a secret and repeats what an address says can leak the secret by its
length (BREACH). So the token in forms is masked anew for each page (`views.web.session.csrf`), and
pages of people who are signed in are lengthened at random; see docs/decisions/0011.
"""

import gzip
import io
import secrets
import zlib
from collections.abc import Callable
from pathlib import Path

from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.tweens import INGRESS

from views.web.request import Request
from views.web.session import cookies

TYPES = {
    "text/html",
    "text/css",
    "text/csv",
    "text/plain",
    "text/calendar",
    "text/javascript",
    "application/javascript",
    "application/json",
    "image/svg+xml",
}
SMALLEST = 1024
"""What is shorter fits one packet either way."""
_QUICK, _SMALL = 4, 9
_LENGTHENED = 64

Handler = Callable[[Request], Response]


def includeme(config: Configurator) -> None:
    """Put compression around everything that answers."""
    config.add_tween("views.web.responses.compression.tween", under=INGRESS)


def tween(handler: Handler, _registry: object) -> Handler:
    """Compress what the browser takes compressed."""

    def answer(request: Request) -> Response:
        response = handler(request)
        if response.content_type in TYPES and "Content-Encoding" not in response.headers:
            response.vary = (*(response.vary or ()), "Accept-Encoding")
            if _is_worth_it(request, response):
                _compress(request, response)
        return response

    return answer


def _is_worth_it(request: Request, response: Response) -> bool:
    return (
        request.method != "HEAD"
        and response.status_int in (200, 404, 409, 422)
        # Without the header nothing is refused, but nothing asked for either.
        and "Accept-Encoding" in request.headers
        and bool(request.accept_encoding.acceptable_offers(["gzip"]))
        and (response.content_length or 0) >= SMALLEST
    )


def _compress(request: Request, response: Response) -> None:
    body = response.body
    if request.path.startswith("/static/"):
        written = _ahead(request.path, body)
    else:
        written = _written(body, _QUICK, lengthened=cookies.read(request, cookies.SESSION))
    response.app_iter = [written]
    response.content_length = len(written)
    response.headers["Content-Encoding"] = "gzip"


_AHEAD: dict[tuple[str, int], bytes] = {}


def _ahead(path: str, body: bytes) -> bytes:
    key = path, zlib.crc32(body)
    if key not in _AHEAD:
        _AHEAD[key] = _written(body, _SMALL, lengthened=None)
    return _AHEAD[key]


def _written(body: bytes, level: int, *, lengthened: object) -> bytes:
    """Write gzip; its header may name a file, which browsers skip: a name of any length."""
    name = "x" * secrets.randbelow(_LENGTHENED) if lengthened else ""
    kept = io.BytesIO()
    with gzip.GzipFile(name, "wb", level, kept, mtime=0) as file:
        file.write(body)
    return kept.getvalue()


def prepare(folder: Path, prefix: str = "/static/") -> None:
    """Compress all scripts and styles of a folder, so that nobody waits for it."""
    for path in folder.rglob("*"):
        if path.suffix in (".css", ".js", ".svg") and path.stat().st_size >= SMALLEST:
            _ahead(f"{prefix}{path.relative_to(folder).as_posix()}", path.read_bytes())
