"""Browsers in which somebody was signed in before: wrong passwords elsewhere do not close them."""

import secrets
from datetime import timedelta
from typing import Any

from pyramid.config import Configurator
from pyramid.response import Response
from webob.cookies import JSONSerializer, SignedSerializer

from grants.accounts.models import Person
from views.web.request import Request
from views.web.session import cookies

COOKIE = "device"
KEPT_FOR = timedelta(days=365)
_FEW = 5
"""People who share a browser, at most; the last ones are remembered."""


def includeme(config: Configurator) -> None:
    """Sign what the cookie says, so that nobody makes one up."""
    config.registry["device.seal"] = SignedSerializer(
        config.get_settings()["session.secret"], "device", "sha256", JSONSerializer()
    )


def known(request: Request, email: str) -> str:
    """Name this browser if the account of an address was signed in here before; else nothing."""
    held = _read(request)
    person = request.services.people.by_email(email)
    # Asked for unknown addresses as well, so that the answer takes as long.
    return held["device"] if person is not None and person.id in held["people"] else ""


def remember(request: Request, response: Response, person: Person) -> None:
    """Have the browser show next time that somebody proved here to be themselves."""
    held = _read(request)
    people = [*(it for it in held["people"] if it != person.id), person.id][-_FEW:]
    sealed = request.registry["device.seal"].dumps({"device": held["device"], "people": people})
    cookies.write(request, response, COOKIE, sealed.decode(), max_age=int(KEPT_FOR.total_seconds()))


def _read(request: Request) -> dict[str, Any]:
    fresh = {"device": secrets.token_urlsafe(12), "people": []}
    held = cookies.read(request, COOKIE)
    if not held:
        return fresh
    try:
        found: dict[str, Any] = request.registry["device.seal"].loads(held.encode())
    except ValueError:
        return fresh  # not from us, or from before the secret was changed
    return found
