"""Meetings of a panel as the fund plans and holds them."""

from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models.panels import PanelMeeting
from grants.evaluation.service.panels import PanelFacts
from grants.oversight.queries.panel_tokens import panel_version
from grants.rules import timezones
from grants.rules.workflow import PANEL_STEPS, PanelStatus, Role, StageStatus
from schemas.evaluation.panel import PanelSchema
from schemas.evaluation.stage import Reason
from schemas.forms.base import _
from views.evaluation.presentation import shape
from views.web import resources
from views.web.downloads import as_download
from views.web.forms import form_errors
from views.web.request import Request

LIST = "templates:evaluation/panels.jinja2"
PAGE = "templates:evaluation/panel.jinja2"


@view_config(route_name="manage.panels", request_method="GET", permission="inspect", renderer=LIST)
def show_all(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """List the meetings of a call's last stage, and plan another one."""
    return _list(context, request)


@view_config(
    route_name="manage.panels", request_method="POST", permission="evaluate", renderer=LIST
)
def plan(context: resources.CallContext, request: Request) -> Any:
    """Plan a meeting on everything that is in the stage."""
    stage = stage_of(context, request)
    given, wrong = form_errors.answers(request, _plan_form(request, stage))
    if given is None:
        return _list(context, request, planning=wrong)
    facts = PanelFacts(
        title=given["title"],
        place=given["place"],
        starts_at=timezones.moment(given["starts"], context.call.zone),
        chair=int(given["chair"]),
        members=tuple(sorted(int(it) for it in given["members"])),
        quorum=given["quorum"],
    )
    meeting = request.services.panels.plan(stage, facts, by=request.person)
    request.flash(_("The meeting is planned. Its members are informed."), "good")
    return to_meeting(request, meeting)


@view_config(route_name="manage.panel", request_method="GET", permission="inspect", renderer=PAGE)
def show(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show a meeting: who is there, and its agenda."""
    return _page(request, meeting_of(context, request))


@view_config(
    route_name="manage.panel", request_method="POST", request_param="open", permission="evaluate"
)
def open_meeting(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Begin the meeting."""
    meeting = meeting_of(context, request)
    form_errors.require_unchanged(request, panel_version(request.services.versions, meeting))
    request.services.panels.open(meeting, by=request.person)
    request.flash(_("The meeting is open."))
    return to_meeting(request, meeting)


@view_config(
    route_name="manage.panel", request_method="POST", request_param="close", permission="evaluate"
)
def close_meeting(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Close the meeting for good."""
    meeting = meeting_of(context, request)
    form_errors.require_unchanged(request, panel_version(request.services.versions, meeting))
    request.services.panels.close(meeting, by=request.person)
    request.flash(_("The meeting is closed. Its minutes are final."))
    return to_meeting(request, meeting)


@view_config(
    route_name="manage.panel", request_method="POST", request_param="member", permission="evaluate"
)
def attend(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Record that a member is there, or leaves."""
    meeting = meeting_of(context, request)
    members = {str(it.person_id): it.person_id for it in meeting.members}
    member = members.get(request.POST["member"])
    if member is None:
        raise HTTPNotFound
    present = request.POST.get("present") == "yes"
    request.services.panels.attend(meeting, member, present=present, by=request.person)
    return to_meeting(request, meeting)


@view_config(
    route_name="manage.panel",
    request_method="POST",
    request_param="cancel",
    permission="evaluate",
    renderer=PAGE,
)
def cancel(context: resources.CallContext, request: Request) -> Any:
    """Cancel the meeting, with a reason."""
    meeting = meeting_of(context, request)
    given, wrong = form_errors.answers(request, _cancel_form(request, meeting))
    if given is None:
        return _page(request, meeting, cancelling=wrong)
    request.services.panels.cancel(meeting, reason=given["reason"], by=request.person)
    request.flash(_("The meeting is cancelled. Its members are informed."))
    return HTTPSeeOther(request.route_path("manage.panels", code=context.call.code))


@view_config(route_name="manage.panel.minutes", request_method="GET", permission="inspect")
def minutes(context: resources.CallContext, request: Request) -> Response:
    """Print the minutes, as far as they are written."""
    meeting = meeting_of(context, request)
    content = request.services.panel_papers.minutes(meeting, language=request.language)
    response = Response(body=content, content_type="application/pdf")
    return as_download(response, f"{context.call.code}-panel-{meeting.number}.pdf")


def stage_of(context: resources.CallContext, request: Request) -> Stage:
    """Find the stage of reviews that has begun, where a panel meets in it."""
    stage = request.services.stages.of(context.call)
    if stage is None or frozen_rules(stage).panel is None:
        raise HTTPNotFound
    return stage


def meeting_of(context: resources.CallContext, request: Request) -> PanelMeeting:
    """Find the meeting that is asked for."""
    stage = stage_of(context, request)
    found = request.services.panels.get(stage, int(request.matchdict["number"]))
    if found is None:
        raise HTTPNotFound
    return found


def to_meeting(request: Request, meeting: PanelMeeting) -> HTTPSeeOther:
    """Go to the page of a meeting."""
    code = meeting.stage.call.code
    return HTTPSeeOther(request.route_path("manage.panel", code=code, number=meeting.number))


def _list(
    context: resources.CallContext, request: Request, *, planning: Markup | None = None
) -> dict[str, Any]:
    call, stage = context.call, request.services.stages.of(context.call)
    rules = frozen_rules(stage) if stage else None
    meets = stage is not None and rules is not None and rules.panel is not None
    meetings = request.services.panels.of(stage) if stage and meets else ()
    live = (PanelStatus.PLANNED, PanelStatus.OPEN)
    may_plan = (
        meets
        and stage is not None
        and stage.status is StageStatus.OPEN
        and request.has_permission("evaluate")
        and not any(it.status in live for it in meetings)
    )
    if may_plan and planning is None and stage is not None:
        planning = Markup(_plan_form(request, stage).render({}))  # noqa: S704 -- ours escape
    return {
        "call": call,
        "asks": "panel" in call.rules,
        "meetings": meetings,
        "planning": planning if may_plan else None,
        "shape": shape,
    }


def _page(
    request: Request, meeting: PanelMeeting, *, cancelling: Markup | None = None
) -> dict[str, Any]:
    may_act = bool(request.has_permission("evaluate"))
    actions = PANEL_STEPS.actions(meeting.status, Role.MANAGER) if may_act else ()
    if "cancel" in actions and cancelling is None:
        cancelling = Markup(_cancel_form(request, meeting).render({}))  # noqa: S704 -- ours escape
    names = {it.person_id: it.person.name for it in meeting.members}
    return {
        "call": meeting.stage.call,
        "meeting": meeting,
        "actions": actions,
        "names": names,
        "present": sum(it.is_present for it in meeting.members),
        "done": sum(it.concluded_at is not None for it in meeting.items),
        "next_item": next((it for it in meeting.items if it.concluded_at is None), None),
        "cancelling": cancelling if "cancel" in actions else None,
        "version": panel_version(request.services.versions, meeting).token,
        "shape": shape,
    }


def _plan_form(request: Request, stage: Stage) -> deform.Form:
    people = [(str(it.id), it.name) for it in request.services.panels.eligible(stage)]
    return request.form(
        PanelSchema(), {"plan": _("Plan the meeting")}, formid="panel", people=people
    )


def _cancel_form(request: Request, meeting: PanelMeeting) -> deform.Form:
    version = panel_version(request.services.versions, meeting)
    return request.form(
        Reason(), {"cancel": _("Cancel the meeting")}, formid="cancel", version=version
    )
