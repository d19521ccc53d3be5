"""Who is asking, and what they may do."""

from typing import Any

import structlog
from pyramid.authorization import ACLHelper, Authenticated, Everyone
from pyramid.config import Configurator
from pyramid.response import Response
from sqlalchemy.exc import DBAPIError

from grants.accounts.models import Person, WebSession
from grants.accounts.service.sessions import Lifetime
from views.web.request import Request
from views.web.session import cookies
from views.web.session.csrf import SessionBoundCSRF

log = structlog.get_logger()


def includeme(config: Configurator) -> None:
    """Sign people in by a token whose hash is in the database, and guard every form."""
    config.registry["session.lifetime"] = Lifetime.of(config.get_settings())
    config.add_request_method(web_session, reify=True)
    config.set_csrf_storage_policy(SessionBoundCSRF())
    config.set_default_csrf_options(require_csrf=True)
    config.set_security_policy(SecurityPolicy())
    # Deny by default: a view without a permission of its own asks for one nobody has.
    config.set_default_permission("denied")


class SecurityPolicy:
    """The session's token tells who it is; the resource's ACL tells what they may."""

    def __init__(self) -> None:
        self._acl = ACLHelper()

    def identity(self, request: Request) -> Person | None:
        """Name the person who is asking."""
        return request.web_session.person if request.web_session else None

    def authenticated_userid(self, request: Request) -> str | None:
        """Return their number, once they proved to be themselves."""
        person = self.identity(request)
        return str(person.id) if person else None

    def permits(self, request: Request, context: Any, permission: str) -> Any:
        """Ask the resource's access control list, in the roles held towards it."""
        principals = [Everyone, *getattr(context, "roles", ())]
        if self.identity(request):
            principals.append(Authenticated)
        return self._acl.permits(context, principals, permission)


def web_session(request: Request) -> WebSession | None:
    """Find the session that this browser is signed in with; one query, or none for strangers."""
    token = cookies.read(request, cookies.SESSION)
    if token is None:
        return None
    found = request.services.sessions.find(token, lifetime=lifetime(request))
    if found and found.is_stale(request.arrived_at):
        request.add_finished_callback(_touch)
    return found


def lifetime(request: Request) -> Lifetime:
    """Return how long sessions last here."""
    found: Lifetime = request.registry["session.lifetime"]
    return found


def sign_in(request: Request, response: Response, token: str) -> None:
    """Give the browser its session's token: a new one each time, so that none can be planted."""
    cookies.write(request, response, cookies.SESSION, token)


def sign_out(request: Request, response: Response) -> None:
    """Have the browser forget its session."""
    cookies.remove(request, response, cookies.SESSION)


def _touch(request: Request) -> None:
    # After the request's own transaction: reading a page must not queue as a writer,
    # and a refused form still shows that somebody is there.
    held = request.web_session
    if held is None:
        return
    try:
        with request.registry["portal"].writing(lambda: request.arrived_at) as services:
            services.sessions.touch(held.id)
    except DBAPIError:
        # The next request notes it. Raised here, it would have this one run again.
        log.warning("a sign of life was not noted", exc_info=True)
