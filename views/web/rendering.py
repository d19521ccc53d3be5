"""What every page has: the frame's contents, and words for values."""

import hashlib
import importlib.metadata
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import pass_context
from jinja2.runtime import Context
from pyramid.config import Configurator
from pyramid.csrf import get_csrf_token
from pyramid.events import BeforeRender, NewResponse, subscriber
from pyramid.i18n import TranslationString

import templates
from grants.kit.branding import in_order
from grants.kit.language.formats import formats
from grants.projects.models import Event
from grants.rules.words import LANGUAGES
from grants.rules.workflow import Role
from schemas.forms.base import _
from views.web import branding
from views.web.request import Request
from views.web.responses import compression

VERSION = importlib.metadata.version("grants")
_A_YEAR = 31_536_000
_STATIC = Path(templates.__file__).parent / "static"


def includeme(config: Configurator) -> None:
    """Set Jinja2 up: everything that is typed in is text, and words are translated."""
    config.add_settings(
        {
            "jinja2.directories": "templates:",
            "jinja2.i18n.domain": "grants",
            "jinja2.extensions": "schemas.forms.table_roles.TableRoles",
            "jinja2.finalize": in_the_readers_words,
        }
    )
    config.include("pyramid_jinja2")
    config.add_request_method(lambda request: formats(request.language), "formats", reify=True)
    config.add_request_method(lambda request, value: request.formats.shown(value), "shown")
    config.add_static_view("static", "templates:static", cache_max_age=_A_YEAR)
    config.add_cache_buster("templates:static/", _Hashed())
    compression.prepare(_STATIC)
    config.add_subscriber(_keep_for_good, NewResponse)


@pass_context
def in_the_readers_words(context: Context, value: Any) -> Any:
    """Translate what a view hands to a page still untranslated: labels, titles, buttons."""
    request = context.get("request")
    if isinstance(value, TranslationString) and request is not None:
        return request.localizer.translate(value)
    return value


class _Hashed:
    """Puts a file's hash into its address, so that browsers keep it until it changes."""

    def __call__(
        self, request: object, subpath: str, kw: dict[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """Add the hash as a query."""
        return subpath, {**kw, "_query": {"v": _hash(subpath)}}


def _keep_for_good(event: NewResponse) -> None:
    """Have browsers keep a file for good under the hash of what it says, and no other for long."""
    request = event.request
    if not request.path.startswith("/static/") or event.response.status_int not in (200, 304):
        return
    subpath = request.path.removeprefix("/static/")
    # Who asks by the hash of another version gets this one, but must not keep it as that.
    stands = request.GET.get("v") == _hash(subpath) if "v" in request.GET else "/" in subpath
    told = f"public, max-age={_A_YEAR}, immutable" if stands else "public, max-age=300"
    event.response.headers["Cache-Control"] = told


@cache
def _hash(subpath: str) -> str:
    path = _STATIC / subpath
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else ""


def _moment(request: Request) -> Callable[..., str]:
    """Write moments by the clock that a page names, or by that of its fund or the portal."""
    own = request.branding.zone
    return lambda moment, zone=own: request.formats.moment(moment, zone)


@subscriber(BeforeRender)
def frame(event: BeforeRender) -> None:
    """Give every page what its frame shows, and the words for values."""
    request: Request | None = event.get("request")
    if request is None or not hasattr(request, "formats"):
        return
    said = request.formats
    event.update(
        {
            "account": _account(request),
            "country": said.country,
            "csrf_token": lambda: get_csrf_token(request),
            "day": said.day,
            "exact": said.exact,
            "event_time": lambda event: _event_time(request, event),
            "figure": said.figure,
            "filesize": said.size,
            "flashes": request.flashes(),
            "footer_links": _footer(request),
            "fund": _fund(request),
            "icons": request.static_path("templates:static/icons.svg"),
            "halves": said.halves,
            "language": request.language,
            "languages": list(_languages(request)),
            "moment": _moment(request),
            "money": said.money,
            "nav": list(_nav(request)),
            "number": said.number,
            "share": said.share,
            "person_key": f"p{request.identity.id}" if request.identity else "",
            "sign_in_url": request.route_path("sign_in"),
            "time_out": request.time_out,
            "portal_version": VERSION,
            "words": said.words,
        }
    )


def _event_time(request: Request, event: Event) -> str:
    """Return when an event takes place: days as days, hours with their zone, never a raw code."""
    said = request.formats
    if event.starts_at is not None and event.ends_at is not None:
        return said.hours(event.starts_at, event.ends_at, event.zone)
    return said.span(event.first_day, event.last_day)


def _fund(request: Request) -> dict[str, Any]:
    """Return how the fund shows itself that the page belongs to, or else the portal."""
    shown, fund = request.branding, request.fund
    portal = request.registry["portal"].settings.branding.name
    # A portal of one fund carries its name: then the two have one front page.
    apart = fund is not None and fund.name != portal
    home = request.route_path("home")
    return {
        "name": shown.name,
        "logo": branding.logo(request),
        "icon": request.registry.settings.get("portal.icon"),
        "run_by": shown.run_by,
        "stylesheet": branding.stylesheet(request),
        "home_url": request.route_path("fund", fund=fund.code) if fund and apart else home,
        "portal": portal if apart else "",
        "portal_url": home,
    }


def _languages(request: Request) -> Iterable[tuple[str, str, str]]:
    # After a POST there may be nothing to GET at this address.
    here = request.path_qs if request.method == "GET" else request.route_path("home")
    for code in in_order(request.branding.languages):
        query = urlencode({"language": code, "next": here})
        yield code, LANGUAGES[code], f"{request.route_path('language')}?{query}"


def _account(request: Request) -> dict[str, Any] | None:
    person = request.identity
    if person is None:
        return None
    organisations = [membership.organisation for membership in person.memberships]
    said = request.localizer.translate
    links = [(said(_("My account")), request.route_path("account"))]
    if person.administers_since is not None:
        links.append((said(_("Funds of this portal")), request.route_path("portal.funds")))
        links.append((said(_("Accounts")), request.route_path("accounts")))
        links.append((said(_("Failed jobs")), request.route_path("portal.jobs")))
    links += [(it.name, request.route_path("organisation", number=it.id)) for it in organisations]
    return {
        "name": person.name,
        "organisation": organisations[0].name if organisations else None,
        "links": links,
        "sign_out_url": request.route_path("sign_out"),
    }


def _nav(request: Request) -> Iterable[tuple[str, str, bool]]:
    shown = [(_("Calls"), "calls"), (_("Awarded projects"), "awards"), (_("Calendar"), "calendar")]
    if request.identity:
        shown.insert(0, (_("Your work"), "work"))
        if any(it.role is Role.REVIEWER for it in request.identity.appointments):
            shown.insert(1, (_("Your reviews"), "reviews"))
    for label, route in shown:
        address = request.route_path(route)
        yield request.localizer.translate(label), address, request.path.startswith(address)


def _footer(request: Request) -> list[tuple[str, str]]:
    links = [
        (_("Accessibility"), request.route_path("accessibility")),
        (_("Privacy"), request.route_path("privacy")),
    ]
    if request.registry["portal"].settings.rehearsal:
        links.append((_("Email"), request.route_path("dev.mail")))
        links.append((_("Clock"), request.route_path("dev.clock")))
    return [(request.localizer.translate(label), address) for label, address in links]
