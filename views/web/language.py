"""Which language a reader gets: what they chose, else what their browser asks for."""

from datetime import timedelta

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from grants.rules.errors import Refused
from grants.rules.words import LANGUAGES
from views.web.request import Request
from views.web.safe_redirect import local_path

COOKIE = "language"
KEPT_FOR = timedelta(days=365)
"""How long a browser remembers which language somebody chose."""


def includeme(config: Configurator) -> None:
    """Offer `request.language`, `request.said(...)`, and have Pyramid's own words follow."""
    config.add_translation_dirs("colander:locale", "deform:locale", "grants:locale")
    config.set_locale_negotiator(negotiate)
    config.add_request_method(lambda request: request.locale_name, "language", reify=True)
    config.add_request_method(said)


def negotiate(request: Request) -> str:
    """Choose one of the page's languages: the reader's choice, the account's, the browser's.

    Where none of these is among them, it is the first.
    """
    among = request.branding.languages
    chosen = request.cookies.get(COOKIE)
    if chosen in among:
        return chosen
    if request.identity and request.identity.language in among:
        return request.identity.language
    wanted: str | None = request.accept_language.lookup(list(among), default=among[0])
    return wanted or among[0]


def said(request: Request, refusal: Refused) -> str:
    """Say a refusal in the reader's language."""
    return request.formats.said(refusal)


@view_config(route_name="language", request_method="GET", permission=NO_PERMISSION_REQUIRED)
def choose(request: Request) -> HTTPSeeOther:
    """Remember the reader's choice in their browser, and go back to where they were."""
    back = HTTPSeeOther(local_path(request.GET.get("next")) or request.route_path("home"))
    language = request.GET.get("language")
    if language in LANGUAGES:
        back.set_cookie(
            COOKIE,
            language,
            max_age=int(KEPT_FOR.total_seconds()),
            samesite="Lax",
            httponly=True,
            secure=request.scheme == "https",
        )
    return back
