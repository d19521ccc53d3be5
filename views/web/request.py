"""What a request offers in this portal, for readers and for mypy.

Pyramid adds these at run time, where `add_request_method` says so.
"""

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

import deform
from pyramid import request
from pyramid.decorator import reify
from pyramid.i18n import Localizer
from pyramid.interfaces import IRequest
from sqlalchemy.orm import Session, SessionTransaction
from webob.multidict import MultiDict
from zope.interface import implementer

from grants.accounts.models import Person, WebSession
from grants.calls.models import Fund
from grants.kit.branding import Branding
from grants.kit.language.formats import Formats
from grants.rules.errors import Refused
from grants.services import Services
from grants.serving import arrival
from views.web.translating import Remembering

ARRIVED = "grants.arrived_at"
UNREADABLE = "grants.unreadable"
_READ = "grants.read_form"


@dataclass(frozen=True)
class FormRefusal:
    """What a form tells whoever sent it: the id of the box in it, and its sentence."""

    id: str
    sentence: str


@implementer(IRequest)
class Request(request.Request):
    """A request, as our views know it."""

    db: Session
    services: Services
    identity: Person | None
    web_session: WebSession | None
    new_flashes: list[list[str]]
    fund: Fund | None
    """The fund that the page belongs to."""
    branding: Branding
    """How the page shows itself."""
    shown_fund: Fund | None = None
    shown_branding: Branding | None = None
    language: str
    formats: Formats
    attempt: SessionTransaction | None
    """What is undone if the fund's rules refuse a form that could be read."""
    refusal: Refused | None
    """Why it was refused; then the view is asked once more, for its page."""
    told: FormRefusal | None
    """What stands in the form about it, which the page should show."""

    def __init__(self, environ: dict[str, Any], *args: Any, **options: Any) -> None:
        _make_legible(environ)
        super().__init__(environ, *args, **options)

    @property
    def POST(self) -> Any:  # noqa: N802 -- as WebOb calls it
        """Return the form that was sent, without the sign that no database keeps.

        What is no form, such as a broken multipart, is an empty one: without its token it is
        refused like any other that nobody's page has sent.
        """
        if UNREADABLE in self.environ:
            return MultiDict()
        try:
            sent = super().POST
        except (UnicodeError, LookupError, ValueError, TypeError, EOFError):
            self.environ[UNREADABLE] = True
            return MultiDict()
        # Asked for again and again while a form is read: looked through once.
        read = self.environ.get(_READ)
        if read is None or read[0] is not sent:
            read = self.environ[_READ] = (sent, _all_legible(sent))
        return read[1]

    @property
    def arrived_at(self) -> datetime:
        """Return when the request had reached us, by the portal's clock.

        Not when a thread was free for it: see `grants.serving.arrival`. A request that is run
        again after a clash keeps its first moment.
        """
        if ARRIVED not in self.environ:
            key = self.registry["portal"].settings.proxy_key
            ago = timedelta(seconds=arrival.waited(self.environ, key=key))
            self.environ[ARRIVED] = self.registry["clock"]() - ago
        moment: datetime = self.environ[ARRIVED]
        return moment.astimezone(UTC)

    @property
    def person(self) -> Person:
        """Name the person who is asking, on pages that strangers cannot reach."""
        if self.identity is None:  # `permission=` keeps strangers out before any view runs
            raise LookupError("nobody is signed in")
        return self.identity

    @reify
    def localizer(self) -> Localizer:
        """Return what translates into the reader's language, and remembers what it translated."""
        found: Localizer = super().localizer
        if not isinstance(found.translator, Remembering):
            found.translator = Remembering(found.translations)
        return found

    def route_path(self, route_name: str, *elements: Any, **given: Any) -> str:
        """Write the address of a route; those that hang on nothing are written once."""
        if elements or given:
            return str(super().route_path(route_name, *elements, **given))
        return self._once("routes", route_name, super().route_path)

    def static_path(self, path: str, **given: Any) -> str:
        """Write the address of a file that is served as it is; its hash is in it."""
        if given:
            return str(super().static_path(path, **given))
        return self._once("files", path, super().static_path)

    def _once(self, kind: str, name: str, write: Callable[[str], Any]) -> str:
        key = kind, self.script_name, name
        known: dict[tuple[str, str, str], str] = self.registry.setdefault("addresses", {})
        if key not in known:
            if len(known) >= _MOST_ADDRESSES:  # whoever sends names of scripts fills nothing
                known.clear()
            known[key] = str(write(name))
        return known[key]

    def form(  # noqa: D102  -- see views.web.forms.request_form
        self, schema: Any, buttons: Mapping[str, object], **options: Any
    ) -> deform.Form: ...

    def said(self, refusal: Refused) -> str: ...  # type: ignore[empty-body]  # noqa: D102

    def show_fund(self, fund: Fund) -> None: ...  # noqa: D102

    def shown(self, value: object) -> str: ...  # type: ignore[empty-body]  # noqa: D102


_MOST_ADDRESSES = 1000


def _all_legible(sent: Any) -> Any:
    named = [(name, value) for name, value in sent.items() if name is not None]
    texts = (it for pair in named for it in pair if isinstance(it, str))
    if len(named) < len(sent) or any("\0" in text for text in texts):
        return MultiDict((_legible(name), _legible(value)) for name, value in named)
    return sent


def _make_legible(environ: dict[str, Any]) -> None:
    """Replace in an address what is no text, so that it leads to nothing and breaks nothing."""
    environ["CONTENT_TYPE"] = _CHARSET.sub(_known_charset, environ.get("CONTENT_TYPE", ""))
    path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
    environ["PATH_INFO"] = _legible(path).encode().decode("latin-1")
    query = environ.get("QUERY_STRING", "").encode("latin-1")
    plain = unquote_to_bytes(query)
    if b"\0" in plain or "\ufffd" in plain.decode("utf-8", "replace"):
        text = query.decode("utf-8", "replace")
        pairs = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace")
        read = [(_legible(name), _legible(value)) for name, value in pairs]
        environ["QUERY_STRING"] = urlencode(read)


_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^;\"]*)\"?", re.IGNORECASE)
_CHARSETS = frozenset({"utf-8"})
"""In which forms are read; a browser sends UTF-8, as our pages are."""


def _known_charset(found: re.Match[str]) -> str:
    """Leave out a charset that nobody knows, or that is none for text: UTF-8 is read instead."""
    try:
        known = codecs.lookup(found[1].strip()).name in _CHARSETS
    except (LookupError, ValueError):
        known = False
    return found[0] if known else ""


def _legible(value: Any) -> Any:
    """Leave out the sign NUL, which PostgreSQL cannot keep."""
    return value.replace("\0", "") if isinstance(value, str) else value
