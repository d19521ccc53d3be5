"""A project for its team and for the fund: where it stands, its agreement, its papers."""

from collections.abc import Sequence
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from grants.projects.models import Deliverable, Project
from grants.projects.queries.participants import table
from grants.projects.service.deliverables import is_told
from grants.proposals.queries.reading import Happened
from grants.rules import timezones
from grants.rules.workflow import (
    DELIVERABLE_STEPS,
    PROJECT_STEPS,
    DeliverableStatus,
    ProjectStatus,
    Role,
)
from schemas.forms.base import _
from views.web import resources
from views.web.downloads import as_download
from views.web.forms import form_errors
from views.web.request import Request

SHAPES = {
    ProjectStatus.PREPARATION: "waiting",
    ProjectStatus.RUNNING: "progress",
    ProjectStatus.CLOSED: "good",
    ProjectStatus.FAILED: "bad",
    ProjectStatus.TERMINATED: "bad",
    DeliverableStatus.PLANNED: "draft",
    DeliverableStatus.DELIVERED: "waiting",
    DeliverableStatus.RETURNED: "warning",
    DeliverableStatus.ACCEPTED: "good",
}
"""The shape beside each word."""


@view_config(
    route_name="project",
    request_method="GET",
    permission="view",
    renderer="templates:projects/project.jinja2",
)
def show(context: resources.ProjectContext, request: Request) -> dict[str, Any]:
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


def about(context: resources.ProjectContext, request: Request) -> dict[str, Any]:
    """Gather what all pages of a project show."""
    project = context.project
    return {
        "project": project,
        "call": project.proposal.call,
        "city": project.agreement.paired_city,
        "as_team": is_team(context),
        "shapes": SHAPES,
        "today": timezones.day(request.arrived_at, project.proposal.call.zone),
    }


def is_team(context: resources.ProjectContext | resources.DeliverableContext) -> bool:
    """Return whether whoever asks is on the project's team."""
    return Role.APPLICANT in context.roles


def actions(context: resources.ProjectContext) -> set[str]:
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
    waiting.sort(
        key=lambda it: (it.status is not DeliverableStatus.RETURNED, it.planned.due_on, it.number)
    )
    return waiting[0] if waiting else None


def _timeline(context: resources.ProjectContext, request: Request) -> Sequence[Happened]:
    """Tell a team what happened without naming the fund's people."""
    happened = request.services.projects.history(context.project)
    if not is_team(context):
        return happened
    return [it if it.entry.action == "deliver" else Happened(it.entry, "") for it in happened]


@view_config(route_name="project.close", request_method="POST", permission="close")
def close(context: resources.ProjectContext, request: Request) -> HTTPSeeOther:
    """End a project whose deliverables are all accepted."""
    form_errors.require_unchanged(request, request.services.versions.project(context.project))
    request.services.projects.close(context.project, by=request.person)
    request.flash(_("The project is closed."), "good")
    return to(request, "project", context.project)


@view_config(route_name="project.agreement.pdf", request_method="GET", permission="view")
def agreement_pdf(context: resources.ProjectContext, request: Request) -> Response:
    """Give the agreement as it was signed, or as it would be now."""
    content = request.services.project_papers.agreement(context.project, language=request.language)
    return pdf(content, f"{context.project.reference}-agreement.pdf")


@view_config(route_name="project.report.pdf", request_method="GET", permission="view")
def report_pdf(context: resources.ProjectContext, request: Request) -> Response:
    """Print what was owed and delivered; to the fund only what was submitted."""
    content = request.services.project_papers.deliverables(
        context.project, as_team=is_team(context), language=request.language
    )
    return pdf(content, f"{context.project.reference}-deliverables.pdf")


def pdf(content: bytes, name: str) -> Response:
    """Send a PDF to be saved under a name."""
    return as_download(Response(body=content, content_type="application/pdf"), name)


def to(request: Request, route: str, project: Project) -> HTTPSeeOther:
    """Lead to a page of a project."""
    return HTTPSeeOther(request.route_path(route, reference=project.reference))
