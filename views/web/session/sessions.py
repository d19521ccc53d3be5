"""What a signed-in browser is told: how long it stays so, and what has just been done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyramid.config import Configurator
from pyramid.csrf import get_csrf_token
from pyramid.response import Response
from pyramid.view import view_config
from webob.cookies import JSONSerializer, SignedSerializer

from grants.accounts.models import WebSession
from views.web.request import Request
from views.web.session import cookies
from views.web.session.security import lifetime

COOKIE = "flash"
WARN_MINUTES = 5
_FEW = 5
_LONGEST = 500


def includeme(config: Configurator) -> None:
    """Offer `request.flash(text, kind)`, `request.flashes()` and `request.time_out`."""
    config.registry["flash.seal"] = SignedSerializer(
        config.get_settings()["session.secret"], "flash", "sha256", JSONSerializer()
    )
    config.add_request_method(flash)
    config.add_request_method(flashes)
    config.add_request_method(_new_flashes, "new_flashes", reify=True)
    config.add_request_method(time_out, reify=True)


@dataclass(frozen=True)
class TimeOut:
    """What a page needs to warn in time; moments as ISO 8601."""

    now: str
    idle_until: str
    absolute_until: str
    warn_minutes: int
    go_on_url: str
    state_url: str
    sign_in_url: str


def time_out(request: Request) -> TimeOut | None:
    """Return when this browser is signed out; nothing for strangers."""
    held = request.web_session
    if held is None:
        return None
    go_on = request.route_path("session.extend")
    return TimeOut(
        now=request.arrived_at.isoformat(),
        idle_until=idle_until(request, held).isoformat(),
        absolute_until=held.ends_at.isoformat(),
        warn_minutes=WARN_MINUTES,
        go_on_url=go_on,
        state_url=go_on,
        sign_in_url=request.route_path("sign_in"),
    )


def idle_until(request: Request, held: WebSession) -> datetime:
    """Return when the session ends if this request is the last."""
    seen = request.arrived_at if held.is_stale(request.arrived_at) else held.seen_at
    return min(seen + lifetime(request).idle, held.ends_at)


@view_config(
    route_name="session.extend", request_method="GET", permission="account", renderer="json"
)
def state(request: Request) -> dict[str, Any]:
    """Tell a waiting tab how the session stands, and the token its forms need by now."""
    told = time_out(request)
    times = ("now", "idle_until", "absolute_until")
    return {
        **{name: getattr(told, name) for name in times},
        "csrf_token": get_csrf_token(request),
    }


@view_config(
    route_name="session.extend", request_method="POST", permission="account", renderer="json"
)
def go_on(request: Request) -> dict[str, Any]:
    """Note that somebody is still there."""
    if request.web_session:
        request.services.sessions.touch(request.web_session.id)
    return state(request)


def flash(request: Request, text: str, kind: str = "good") -> None:
    """Say something on the next page that this browser is shown."""
    if not request.new_flashes:
        request.add_response_callback(_keep)
    said = request.localizer.translate(text)
    request.new_flashes.append([kind, said[:_LONGEST]])


def flashes(request: Request) -> Iterator[tuple[str, str]]:
    """Return what is to be said on this page, each once: (kind, text); taken when it is shown."""
    waiting = [(kind, text) for kind, text in (*_sealed(request), *request.new_flashes)]
    request.new_flashes.clear()
    if cookies.read(request, COOKIE):
        request.add_response_callback(_drop)
    yield from waiting


def _new_flashes(_request: Request) -> list[list[str]]:
    return []


def _sealed(request: Request) -> list[list[str]]:
    held = cookies.read(request, COOKIE)
    if not held:
        return []
    try:
        found: list[list[str]] = request.registry["flash.seal"].loads(held.encode())
    except ValueError:
        return []  # not from us, or from before the secret was changed
    return found


def _keep(request: Request, response: Response) -> None:
    if request.new_flashes:
        kept = [*_sealed(request), *request.new_flashes][-_FEW:]
        sealed = request.registry["flash.seal"].dumps(kept).decode()
        cookies.write(request, response, COOKIE, sealed, max_age=300)


def _drop(request: Request, response: Response) -> None:
    if not request.new_flashes:
        cookies.remove(request, response, COOKIE)
