"""What everybody may see: the first page, the calls, the calendar."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config, view_defaults

from grants.calls.models import Call
from grants.calls.queries.changes import of_version
from grants.calls.queries.check_rules import check_rules
from grants.calls.queries.criteria import criteria_of
from grants.calls.queries.criteria_in_words import criteria_in_words
from grants.calls.queries.definitions import definition_of, topics_of
from grants.calls.queries.rules_in_words import earlier_in_words, judging
from grants.calls.queries.stage_plans import review_rows
from grants.oversight.service.tidying import DELETED_AFTER
from grants.projects.documents import calendar_feed
from grants.rules import timezones
from grants.rules.forms.definition import Definition
from schemas.forms.base import _
from views.calls.changes_in_words import changes_in_words
from views.web import language, resources
from views.web.request import Request
from views.web.session import devices
from views.web.session.security import lifetime


@view_defaults(permission=NO_PERMISSION_REQUIRED, request_method="GET")
class Public:
    """Pages that need no account."""

    def __init__(self, context: Any, request: Request) -> None:
        self.context = context
        self.request = request

    @view_config(route_name="home", renderer="templates:web/home.jinja2")
    def home(self) -> dict[str, Any]:
        """Say what this is, and which calls are open."""
        services = self.request.services
        programmes = services.programmes.all()
        pairings = services.pairings.of_all()
        cities = services.cooperation.of(pairings)
        return {
            "calls": services.calls.open_now(),
            "programmes": programmes,
            "several": sum(len(it.funds) for it in programmes) > 1,
            "pairings": pairings,
            "figures": services.awards.figures(),
            "cities": cities,
            "now": self.request.arrived_at,
        }

    @view_config(
        route_name="fund",
        context=resources.PublicFundContext,
        renderer="templates:calls/public_fund.jinja2",
    )
    def fund(self) -> dict[str, Any]:
        """Say what a fund is for, and which calls it has."""
        shown = self.context.fund
        return {
            "fund_shown": shown,
            "calls": self.request.services.calls.public(shown),
            "now": self.request.arrived_at,
        }

    @view_config(route_name="calls", renderer="templates:calls/public_calls.jinja2")
    def calls(self) -> dict[str, Any]:
        """List the calls: open, to come, closed."""
        calls = self.request.services.calls.public()
        several = len({it.fund_id for it in calls}) > 1
        return {"calls": calls, "several": several, "now": self.request.arrived_at}

    @view_config(
        route_name="call",
        context=resources.PublishedCallContext,
        renderer="templates:calls/public_call.jinja2",
    )
    def call(self) -> dict[str, Any]:
        """Show all that a call asks and offers."""
        call = self.context.call
        return {
            "call": call,
            "judging": judging(call, self.request.formats),
            "check_rules": check_rules(call, self.request.formats),
            "earlier": earlier_in_words(call, self.request.formats),
            "criteria": criteria_in_words(criteria_of(call.criteria), self.request.formats),
            "definition": self._form_of(call),
            "corrections": [
                (
                    later,
                    changes_in_words(
                        self.request, call.fund, of_version(before), of_version(later)
                    ),
                )
                for before, later in pairwise(call.versions)
            ],
            "later_forms": [
                (it.title, definition_of(it).in_language(self.request.language))
                for it in (stage.form for stage in review_rows(call))
                if it is not None
            ],
            "topics": topics_of(call, self.request.language),
            "now": self.request.arrived_at,
            "is_open": call.is_open(self.request.arrived_at),
        }

    def _form_of(self, call: Call) -> Definition | None:
        return definition_of(call.form).in_language(self.request.language) if call.form else None

    @view_config(route_name="calendar", renderer="templates:projects/calendar.jinja2")
    def calendar(self) -> dict[str, Any]:
        """List the programme's events, those to come first."""
        events = self.request.services.calendar.events()
        now = self.request.arrived_at
        past = [it for it in events if it.last_day < timezones.day(now, it.zone)]
        return {"coming": [it for it in reversed(events) if it not in past], "past": past}

    @view_config(route_name="calendar.ics")
    def calendar_file(self) -> Response:
        """Give all events and the deadlines of calls to a calendar program."""
        events = self.request.services.calendar.events()
        return self._calendar(events, "calendar", self._deadlines())

    @view_config(route_name="event.ics")
    def event_file(self) -> Response:
        """Give one event to a calendar program."""
        event = self.request.services.calendar.event(self.request.matchdict["token"])
        if event is None:
            raise HTTPNotFound
        return self._calendar([event], event.token)

    def _deadlines(self) -> list[calendar_feed.Deadline]:
        calls, said = self.request.services.calls, self.request.localizer.translate
        since = calls.since()
        found = calls.public()
        ends: list[tuple[Call, datetime, int | None]] = [(it, it.closes_at, None) for it in found]
        ends += [
            (it.call, it.writing_closes_at, it.number)
            for it in calls.later_forms(found)
            if it.writing_closes_at is not None
        ]
        return [
            calendar_feed.Deadline(
                code=it.code,
                title=said(
                    _("Call closes: ${title}", mapping={"title": it.title})
                    if stage is None
                    else _("Next form closes: ${title}", mapping={"title": it.title})
                ),
                closes_at=closes_at,
                zone=it.zone,
                address=self.request.route_url("call", code=it.code),
                number=it.number,
                published_at=since.get(it.id) or it.published_at or it.opens_at,
                stage=stage,
            )
            for it, closes_at, stage in ends
        ]

    def _calendar(
        self, events: Any, name: str, deadlines: Sequence[calendar_feed.Deadline] = ()
    ) -> Response:
        settings = self.request.registry["portal"].settings
        body = calendar_feed.render(
            events,
            name=settings.branding.name,
            hostname=settings.hostname,
            deadlines=deadlines,
        )
        return Response(
            body,
            content_type="text/calendar",
            charset="utf-8",
            content_disposition=f'attachment; filename="{name}.ics"',
        )

    @view_config(route_name="accessibility", renderer="templates:web/accessibility.jinja2")
    def accessibility(self) -> dict[str, Any]:
        """Say how accessible the portal is."""
        return {}

    @view_config(route_name="privacy", renderer="templates:web/privacy.jinja2")
    def privacy(self) -> dict[str, Any]:
        """Say what is kept about people, in which cookies, and what is deleted when."""
        return {
            "days": {name: span.days for name, span in DELETED_AFTER.items()},
            "session": lifetime(self.request),
            "language_days": language.KEPT_FOR.days,
            "device_days": devices.KEPT_FOR.days,
        }
