"""What a request offers in this portal, for readers and for mypy.

Pyramid adds these at run time, where `add_request_method` says so.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import deform
from pyramid import request
from pyramid.interfaces import IRequest
from sqlalchemy.orm import Session
from zope.interface import implementer

from grants.errors import Refused
from grants.formats import Formats
from grants.models import Person, WebSession
from grants.services import Services

ARRIVED = "grants.arrived_at"


@implementer(IRequest)
class Request(request.Request):
    """A request, as our views know it."""

    db: Session
    services: Services
    identity: Person | None
    web_session: WebSession | None
    new_flashes: list[list[str]]
    language: str
    formats: Formats

    @property
    def arrived_at(self) -> datetime:
        """Tell when the request arrived, by the server's clock.

        A request that is run again after a clash keeps its first moment.
        """
        clock = self.registry["clock"]
        moment: datetime = self.environ.setdefault(ARRIVED, clock())
        return moment.astimezone(UTC)

    @property
    def person(self) -> Person:
        """Name the person who is asking, on pages that strangers cannot reach."""
        if self.identity is None:  # `permission=` keeps strangers out before any view runs
            raise LookupError("nobody is signed in")
        return self.identity

    def form(  # noqa: D102  -- see views.forms
        self, schema: Any, buttons: Mapping[str, object], **options: Any
    ) -> deform.Form: ...

    def said(self, refusal: Refused) -> str: ...  # type: ignore[empty-body]  # noqa: D102

    def shown(self, value: object) -> str: ...  # type: ignore[empty-body]  # noqa: D102
