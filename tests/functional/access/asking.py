"""What somebody meets at an address, as the router itself decides it.

The address goes through the application's own routes, factories and security
policy, over the rows of the database. Only the view is not called.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from pyramid.httpexceptions import HTTPForbidden
from pyramid.interfaces import IRouteRequest
from pyramid.request import apply_request_extensions
from pyramid.router import Router
from pyramid.security import NO_PERMISSION_REQUIRED, view_execution_permitted
from pyramid.threadlocal import RequestContext
from pyramid.traversal import ResourceTreeTraverser
from zope.interface import alsoProvides

from grants.accounts.models import Person
from grants.services import Services
from tests.functional.access.scene import STATES, Scene, State
from views.web.request import Request
from views.web.routes import ROUTES

KEY = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}")
"""What stands for something in an address: `{code}`, or `{number:...}` with its pattern."""
OPEN, DOOR, REFUSED, HIDDEN = "open", "asked to sign in", "refused", "hidden"


@dataclass(frozen=True, order=True)
class Way:
    """A way into an address: the method, and the button if there are several."""

    method: str
    button: str = ""

    def __str__(self) -> str:
        word = {"GET": "look", "POST": "act", "PUT": "upload"}[self.method]
        return f"{word} ({self.button})" if self.button else word


@dataclass(frozen=True)
class Address:
    """A line of `views.web.routes.ROUTES`, with what its views say of themselves."""

    name: str
    pattern: str
    factory: str
    ways: tuple[tuple[Way, str], ...]
    """Each way in, and the permission that it needs."""


Meets = dict[tuple[str, Way], str]
"""What somebody meets by some way in."""
Table = dict[Address, dict[State, Meets]]


def addresses(app: Router) -> Iterator[Address]:
    """List all addresses of the portal, as the application registered them."""
    ways: dict[str, dict[Way, str]] = {}
    for found in app.registry.introspector.get_category("views"):
        view = found["introspectable"]
        needed = [it["value"] for it in found["related"] if it.category_name == "permissions"]
        for way in _ways(view["request_methods"], view["request_param"]):
            ways.setdefault(view["route_name"], {})[way] = needed[0] if needed else "denied"
    for name, pattern, factory, _keys in ROUTES:
        here = tuple(sorted(ways.get(name, {}).items()))
        yield Address(name, pattern, factory or "PublicContext", here)


def _ways(methods: object, param: object) -> Iterator[Way]:
    named = ("GET", "POST") if methods is None else methods
    for method in (named,) if isinstance(named, str) else named:
        for button in (param,) if isinstance(param, str) else param or ("",):
            yield Way(method, button)


@dataclass(frozen=True, eq=False)
class Asking:
    """Asks the router what people meet, without going there."""

    app: Router
    scene: Scene
    services: Services

    def outcomes(self, asked: Sequence[Address]) -> Table:
        """Tell what everybody meets by every way into addresses, wherever their thing stands."""
        found: Table = {address: {} for address in asked}
        for factory, states in STATES.items():
            here = [address for address in asked if address.factory == factory]
            for state in states if here else ():
                self.scene.stand(factory, state)
                for address, meets in self.everybody(here).items():
                    found[address][state] = meets
        return found

    def path(self, address: Address, who: str) -> str:
        """Write the address as somebody would ask for it."""
        keys = self.scene.keys(who, address.factory)
        return KEY.sub(lambda found: str(keys[found[1]]), address.pattern)

    def everybody(self, here: Sequence[Address]) -> dict[Address, Meets]:
        """Tell what everybody meets at addresses of one factory, as things stand now."""
        found: dict[Address, Meets] = {address: {} for address in here}
        for who, person in self.scene.people.items():
            # Looked up once: the addresses of a factory differ in what comes after the keys.
            context = self._context(here[0], who, person)
            for address in here:
                for way, needed in address.ways:
                    found[address][who, way] = self._outcome(address, way, needed, who, context)
        return found

    def _context(self, address: Address, who: str, person: Person | None) -> object:
        asked = self._request(self.path(address, who), person)
        with RequestContext(asked):
            asked.matched_route, asked.matchdict = self._route(address, asked)
            try:
                found = ResourceTreeTraverser(asked.matched_route.factory(asked))(asked)
            except HTTPForbidden:
                return DOOR
        # What of the way was left when it ended: nothing is there.
        return HIDDEN if found["view_name"] else found["context"]

    def _outcome(self, address: Address, way: Way, needed: str, who: str, context: object) -> str:
        if isinstance(context, str):
            public = needed == NO_PERMISSION_REQUIRED
            assert context is HIDDEN or not public, f"{address.name} is public, its factory not"
            return context
        asked = self._knocking(address, way, who)
        if view_execution_permitted(context, asked):
            return OPEN
        return REFUSED if asked.identity else DOOR

    @cache  # noqa: B019  -- ends with the test
    def _knocking(self, address: Address, way: Way, who: str) -> Request:
        posted = {} if way.method == "GET" else {"POST": {way.button: "1"} if way.button else {}}
        path, person = self.path(address, who), self.scene.people[who]
        asked = self._request(path, person, method=way.method, **posted)
        self._route(address, asked)
        alsoProvides(asked, self.app.registry.getUtility(IRouteRequest, name=address.name))
        return asked

    def _route(self, address: Address, asked: Request) -> tuple[Any, Any]:
        found = self.app.routes_mapper(asked)
        assert found["route"].name == address.name, f"{asked.path} leads elsewhere"
        return found["route"], found["match"]

    def _request(self, path: str, person: Person | None, **options: Any) -> Request:
        made = Request.blank(path, **options)
        made.registry = self.app.registry
        apply_request_extensions(made)
        made.__dict__["services"] = self.services
        made.__dict__["web_session"] = SimpleNamespace(person=person) if person else None
        return made
