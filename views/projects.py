"""A project for its team and for the fund: where it stands, its agreement, its papers."""

from collections.abc import Sequence
from typing import Any

import deform
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from grants import moments
from grants.models import Deliverable, Project
from grants.services.deliverables import is_told
from grants.services.participants import table
from grants.services.preparing import paired_city
from grants.services.proposal_reading import Happened
from grants.workflow import (
    DELIVERABLE_STEPS,
    PROJECT_STEPS,
    DeliverableStatus,
    ProjectStatus,
    Role,
)
from schemas import project as schema
from schemas.base import _
from schemas.stage import Reason
from views import complaints, resources
from views.downloads import as_download
from views.request import Request

SHAPES = {
    ProjectStatus.PREPARATION: "waiting",
    ProjectStatus.RUNNING: "progress",
    ProjectStatus.CLOSED: "good",
    ProjectStatus.FAILED: "bad",
    DeliverableStatus.PLANNED: "draft",
    DeliverableStatus.DELIVERED: "waiting",
    DeliverableStatus.RETURNED: "warning",
    DeliverableStatus.ACCEPTED: "good",
}
"""The shape beside each word."""

AGREEMENT = "templates:projects/agreement.jinja2"


@view_config(
    route_name="project",
    request_method="GET",
    permission="view",
    renderer="templates:projects/project.jinja2",
)
def show(context: resources.Project, request: Request) -> dict[str, Any]:
    """Show where a project stands, what to do next first."""
    project = context.project
    shown = about(context, request)
    told = [it for it in project.deliverables if is_team(context) or is_told(it)]
    return {
        **shown,
        "version": request.services.versions.project(project).token,
        "actions": actions(context),
        "next": next_up(project, as_team=is_team(context)),
        "overdue": [it for it in project.deliverables if it.is_overdue(shown["today"])],
        "participants": table([who for it in told for who in it.participations], request.formats),
        "timeline": _timeline(context, request),
    }


def about(context: resources.Project, request: Request) -> dict[str, Any]:
    """Gather what all pages of a project show."""
    project = context.project
    return {
        "project": project,
        "call": project.proposal.call,
        "city": paired_city(project),
        "as_team": is_team(context),
        "shapes": SHAPES,
        "today": moments.day(request.arrived_at, project.proposal.call.zone),
    }


def is_team(context: resources.Project | resources.Deliverable) -> bool:
    """Tell whether whoever asks is on the project's team."""
    return Role.APPLICANT in context.roles


def actions(context: resources.Project) -> set[str]:
    """Name what whoever asks may do with a project."""
    status = context.project.status
    return {it for role in context.roles for it in PROJECT_STEPS.actions(status, role)}


def next_up(project: Project, *, as_team: bool) -> Deliverable | None:
    """Find the deliverable that waits for whoever asks, the most urgent first."""
    if project.status is not ProjectStatus.RUNNING:
        return None
    action = "deliver" if as_team else "accept"
    sources = DELIVERABLE_STEPS.sources(action)
    waiting = [it for it in project.deliverables if it.status in sources]
    waiting.sort(key=lambda it: (it.status is not DeliverableStatus.RETURNED, it.due_on, it.number))
    return waiting[0] if waiting else None


def _timeline(context: resources.Project, request: Request) -> Sequence[Happened]:
    """Tell a team what happened without naming the fund's people."""
    happened = request.services.projects.history(context.project)
    if not is_team(context):
        return happened
    return [it if it.entry.action == "deliver" else Happened(it.entry, "") for it in happened]


@view_config(
    route_name="project.agreement", request_method="GET", permission="view", renderer=AGREEMENT
)
def agreement(context: resources.Project, request: Request) -> dict[str, Any]:
    """Show what the agreement says; to the fund also how to go on with it."""
    return _agreement(context, request)


@view_config(
    route_name="project.agreement", request_method="POST", permission="prepare", renderer=AGREEMENT
)
def correct(context: resources.Project, request: Request) -> Any:
    """Correct the dates of an agreement that is not signed yet."""
    project = context.project
    form = _dates_form(project, request)
    typed, page = complaints.answers(request, form, schema.shown(project))
    if typed is None:
        return _agreement(context, request, dates=page)
    request.services.projects.correct(
        project,
        starts_on=typed["starts_on"],
        ends_on=typed["ends_on"],
        due=schema.due_of(typed, project.deliverables),
        by=request.person,
    )
    request.flash(_("The dates are corrected."), "good")
    return _to(request, "project.agreement", project)


@view_config(
    route_name="project.sign", request_method="POST", permission="sign", renderer=AGREEMENT
)
def sign(context: resources.Project, request: Request) -> Any:
    """Keep that the agreement is signed."""
    form = _sign_form(context.project, request)
    typed, page = complaints.answers(request, form)
    if typed is None:
        return _agreement(context, request, signing=page)
    request.services.projects.sign(context.project, on=typed["signed_on"], by=request.person)
    request.flash(_("The agreement is signed. The team can log its deliverables now."), "good")
    return _to(request, "project", context.project)


@view_config(
    route_name="project.fail", request_method="POST", permission="fail", renderer=AGREEMENT
)
def fail(context: resources.Project, request: Request) -> Any:
    """Give the agreement up."""
    form = _fail_form(context.project, request)
    typed, page = complaints.answers(request, form)
    if typed is None:
        return _agreement(context, request, failing=page)
    request.services.projects.fail(context.project, reason=typed["reason"], by=request.person)
    request.flash(_("There is no agreement. The money is free for the reserve list."), "warning")
    return _to(request, "project", context.project)


@view_config(route_name="project.close", request_method="POST", permission="close")
def close(context: resources.Project, request: Request) -> HTTPSeeOther:
    """End a project whose deliverables are all accepted."""
    complaints.require_unchanged(request, request.services.versions.project(context.project))
    request.services.projects.close(context.project, by=request.person)
    request.flash(_("The project is closed."), "good")
    return _to(request, "project", context.project)


@view_config(route_name="project.agreement.pdf", request_method="GET", permission="view")
def agreement_pdf(context: resources.Project, request: Request) -> Response:
    """Give the agreement as it was signed, or as it would be now."""
    content = request.services.project_papers.agreement(context.project, language=request.language)
    return pdf(content, f"{context.project.reference}-agreement.pdf")


@view_config(route_name="project.report.pdf", request_method="GET", permission="view")
def report_pdf(context: resources.Project, request: Request) -> Response:
    """Print what was owed and delivered; to the fund only what was handed over."""
    content = request.services.project_papers.deliverables(
        context.project, as_team=is_team(context), language=request.language
    )
    return pdf(content, f"{context.project.reference}-deliverables.pdf")


def pdf(content: bytes, name: str) -> Response:
    """Send a PDF to be saved under a name."""
    return as_download(Response(body=content, content_type="application/pdf"), name)


def _to(request: Request, route: str, project: Project) -> HTTPSeeOther:
    return HTTPSeeOther(request.route_path(route, reference=project.reference))


def _agreement(
    context: resources.Project,
    request: Request,
    *,
    dates: str = "",
    signing: str = "",
    failing: str = "",
) -> dict[str, Any]:
    project, may = context.project, actions(context)
    shown: dict[str, str] = {"dates": "", "signing": "", "failing": ""}
    if "prepare" in may:
        shown["dates"] = dates or _dates_form(project, request).render(schema.shown(project))
    if "sign" in may:
        shown["signing"] = signing or _sign_form(project, request).render()
    if "fail" in may:
        shown["failing"] = failing or _fail_form(project, request).render()
    return {**about(context, request), **shown, "wrong": {"dates": dates, "failing": failing}}


def _dates_form(project: Project, request: Request) -> deform.Form:
    action = request.route_path("project.agreement", reference=project.reference)
    made = schema.dates_form(project.deliverables)
    buttons, version = {"save": _("Correct the dates")}, request.services.versions.project(project)
    return request.form(made, buttons, formid="dates", action=action, version=version)


def _sign_form(project: Project, request: Request) -> deform.Form:
    action = request.route_path("project.sign", reference=project.reference)
    made = schema.SignSchema()
    buttons, version = {"sign": _("It is signed")}, request.services.versions.project(project)
    return request.form(made, buttons, formid="sign", action=action, version=version)


def _fail_form(project: Project, request: Request) -> deform.Form:
    action = request.route_path("project.fail", reference=project.reference)
    buttons, version = {"fail": _("Give it up")}, request.services.versions.project(project)
    return request.form(Reason(), buttons, formid="fail", action=action, version=version)
