"""When a request reached us, whoever made it wait afterwards.

A deadline asks for the moment at which the whole request was with us. It is stamped by the
proxy, in a header that is believed only together with a secret which the proxy alone knows; else
by the server that received it, before it waits for a free thread. Only where neither did so is
it the moment at which a thread took it up.
"""

import hmac
import re
import time
from collections.abc import Mapping
from typing import Any

STAMP = "grants.received"
"""Where a server says in the environment when it had received the request (seconds since 1970)."""
HEADER = "HTTP_X_REQUEST_START"
KEY_HEADER = "HTTP_X_PROXY_KEY"
LONGEST_WAIT = 900.0
"""Seconds. A proxy that says a request waited for longer has a clock that is wrong."""

_MSEC = re.compile(r"t=(\d{9,11}(?:\.\d{1,6})?)", re.ASCII)


def waited(environ: Mapping[str, Any], *, key: str, now: float | None = None) -> float:
    """Tell for how many seconds a request has been with us; `key` is what our proxy knows."""
    now = time.time() if now is None else now
    seen = min(float(environ.get(STAMP, now)), now)
    stamped = _by_proxy(environ, key)
    # A stamp from after the server's own is a clock that runs ahead: the server knows better.
    if stamped is not None and now - LONGEST_WAIT <= stamped < seen:
        seen = stamped
    return now - seen


def _by_proxy(environ: Mapping[str, Any], key: str) -> float | None:
    """Read the proxy's stamp; None where the proxy has no key, or somebody else wrote it."""
    said = str(environ.get(KEY_HEADER, ""))
    if not key or not hmac.compare_digest(said.encode(), key.encode()):
        return None
    found = _MSEC.fullmatch(str(environ.get(HEADER, "")))
    return float(found.group(1)) if found else None
