"""What people see when something cannot be."""

from typing import Any
from urllib.parse import urlsplit

from pyramid.csrf import BadCSRFOrigin, BadCSRFToken
from pyramid.httpexceptions import HTTPForbidden
from pyramid.view import exception_view_config, forbidden_view_config, notfound_view_config
from pyramid_retry import is_error_retryable

from grants.kit import logs
from grants.rules.errors import Refused, TooManyTries
from views.accounts.signing_in import ask_again, ask_to_sign_in
from views.web import former_addresses
from views.web.forms import changed_meanwhile, resume_after_sign_in
from views.web.request import Request
from views.web.safe_redirect import local_path

GONE = "templates:web/errors/409.jinja2"

log = logs.get(__name__)


@exception_view_config(Refused, renderer=GONE)
def refused(refusal: Refused, request: Request) -> dict[str, Any]:
    """Tell which rule forbids it; pyramid_tm has undone the rest."""
    request.response.status = 429 if isinstance(refusal, TooManyTries) else 409
    return {"sentence": request.said(refusal), **_kept(request)}


def _kept(request: Request) -> dict[str, Any]:
    """Return what was typed back to whoever typed it, and the page to go back to."""
    words = resume_after_sign_in.typed(request) if request.identity else None
    return {
        "typed": resume_after_sign_in.named(request, words) if words else (),
        "back_url": local_path(urlsplit(request.referer or "").path),
    }


@notfound_view_config(renderer="templates:web/errors/404.jinja2", append_slash=True)
def not_found(request: Request) -> Any:
    """Send former addresses on; tell that there is nothing here, or nothing for whoever asks."""
    if moved := former_addresses.redirect(request):
        return moved
    request.response.status = 404
    return _kept(request) if request.method == "POST" else {}


@forbidden_view_config(renderer="templates:web/errors/403.jinja2")
def forbidden(forbidden: HTTPForbidden, request: Request) -> Any:
    """Send strangers to the door; tell others no, or what happened to a step that is gone."""
    if request.identity is None:
        return ask_to_sign_in(request)
    if said := changed_meanwhile.gone(request, forbidden):
        request.response.status = 409
        request.override_renderer = GONE
        return {"sentence": " ".join(said), **_kept(request)}
    log.warning(
        "access refused", path=request.path, method=request.method, person=request.identity.id
    )
    request.response.status = 403
    return _kept(request)


@exception_view_config(
    BadCSRFToken,
    renderer="templates:web/errors/session_expired.jinja2",
)
@exception_view_config(
    BadCSRFOrigin,
    renderer="templates:web/errors/session_expired.jinja2",
)
def not_from_here(_bad: Exception, request: Request) -> Any:
    """Keep what was typed on a page that has grown old; refuse what is from elsewhere."""
    answer = ask_again(request)
    if answer is None:
        request.response.status = 400
        return {}
    return answer


@exception_view_config(Exception, renderer="templates:web/errors/500.jinja2")
def broken(failure: Exception, request: Request) -> dict[str, Any]:
    """Say sorry, and log the rest: nobody is shown a stack trace."""
    if is_error_retryable(request, failure):
        # It is run once more and tells then how it ended.
        log.info("run again", because=type(failure).__name__)
    else:
        log.error("failed", exc_info=failure, path=request.path, method=request.method)
    request.response.status = 500
    request.response.headers["Cache-Control"] = "no-store"
    language = _language(request)
    # From here on nothing asks the database who is there: it may be what broke.
    request.web_session = None
    return {"language": language}


def _language(request: Request) -> str:
    """Name the reader's language; where their account cannot be asked, their browser's."""
    try:
        return request.language
    except Exception:
        request.web_session = None
        return request.language
