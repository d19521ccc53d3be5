"""The agreement of a project: its dates, its signature, and how it ends before its time."""

from collections.abc import Callable, Sequence
from typing import Any

import deform
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from grants.calls.models import ProposedAct
from grants.projects.models import PlannedDeliverable, Project
from grants.projects.queries.project_from_award import budget_in
from grants.projects.service.projects import awarded_on
from schemas.evaluation.stage import Reason
from schemas.forms.base import _
from schemas.projects import project as schema
from views.projects.projects import about, actions, is_team, to
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

AGREEMENT = "templates:projects/agreement.jinja2"

Offered = dict[str, tuple[str, Callable[[], str]]]
"""What a page offers: the permission for it, and its form."""


@view_config(
    route_name="project.agreement", request_method="GET", permission="view", renderer=AGREEMENT
)
def agreement(context: resources.ProjectContext, request: Request) -> dict[str, Any]:
    """Show what the agreement says; to the fund also how to go on with it."""
    return _agreement(context, request)


@view_config(
    route_name="project.agreement", request_method="POST", permission="prepare", renderer=AGREEMENT
)
def correct(context: resources.ProjectContext, request: Request) -> Any:
    """Correct the dates of an agreement that is not signed yet."""
    project = context.project
    form = _dates_form(project, request)
    typed, page = form_errors.answers(request, form, schema.shown(project))
    if typed is None:
        return _agreement(context, request, dates=page)
    request.services.projects.correct(
        project,
        starts_on=typed["starts_on"],
        ends_on=typed["ends_on"],
        due=schema.due_of(typed, _planned(project)),
        by=request.person,
    )
    request.flash(_("The dates are corrected."), "good")
    return to(request, "project.agreement", project)


@view_config(
    route_name="project.sign", request_method="POST", permission="sign", renderer=AGREEMENT
)
def sign(context: resources.ProjectContext, request: Request) -> Any:
    """Keep that the agreement is signed."""
    form = _sign_form(context.project, request)
    typed, page = form_errors.answers(request, form)
    if typed is None:
        return _agreement(context, request, signing=page)
    request.services.projects.sign(context.project, on=typed["signed_on"], by=request.person)
    request.flash(_("The signature is recorded. The team can now report its deliverables."), "good")
    return to(request, "project", context.project)


@view_config(
    route_name="project.cancel", request_method="POST", permission="fail", renderer=AGREEMENT
)
def fail(context: resources.ProjectContext, request: Request) -> Any:
    """Propose to give the agreement up; another manager signs it."""
    form = _fail_form(context.project, request)
    typed, page = form_errors.answers(request, form)
    if typed is None:
        return _agreement(context, request, failing=page)
    endings, by = request.services.terminations, request.person
    act = endings.propose_failure(context.project, reason=typed["reason"], by=by)
    return _to_sign(request, act)


@view_config(
    route_name="project.conditions",
    request_method="POST",
    permission="meet conditions",
    renderer=AGREEMENT,
)
def meet_conditions(context: resources.ProjectContext, request: Request) -> Any:
    """Keep how the conditions of the award were met."""
    typed, page = form_errors.answers(request, _conditions_form(context.project, request))
    if typed is None:
        return _agreement(context, request, conditions=page)
    projects, by = request.services.projects, request.person
    projects.meet_conditions(context.project, note=typed["note"], by=by)
    request.flash(_("The conditions are met. The agreement can be signed now."), "good")
    return to(request, "project.agreement", context.project)


@view_config(
    route_name="project.signature_date",
    request_method="POST",
    permission="correct signing",
    renderer=AGREEMENT,
)
def correct_signing(context: resources.ProjectContext, request: Request) -> Any:
    """Correct the day on which the agreement was signed."""
    typed, page = form_errors.answers(request, _signing_form(context.project, request))
    if typed is None:
        return _agreement(context, request, resigning=page)
    projects, on, reason = request.services.projects, typed["signed_on"], typed["reason"]
    projects.correct_signing(context.project, on=on, reason=reason, by=request.person)
    request.flash(_("The signature date is corrected. The team receives the agreement."), "good")
    return to(request, "project.agreement", context.project)


@view_config(
    route_name="project.terminate",
    request_method="POST",
    permission="terminate",
    renderer=AGREEMENT,
)
def terminate(context: resources.ProjectContext, request: Request) -> Any:
    """Propose to end a running project; another manager signs it."""
    typed, page = form_errors.answers(request, _termination_form(context.project, request))
    if typed is None:
        return _agreement(context, request, terminating=page)
    act = request.services.terminations.propose_termination(
        context.project,
        reason=typed["reason"],
        freed_cents=typed["freed_cents"],
        by=request.person,
    )
    return _to_sign(request, act)


def _to_sign(request: Request, act: ProposedAct) -> HTTPSeeOther:
    """Lead to what another manager has to sign."""
    request.flash(_("Nothing has changed yet: it awaits the signature of another manager."))
    code = act.call.code
    return HTTPSeeOther(request.route_path("manage.signature", code=code, number=act.id))


def _agreement(
    context: resources.ProjectContext,
    request: Request,
    *,
    dates: str = "",
    signing: str = "",
    failing: str = "",
    conditions: str = "",
    resigning: str = "",
    terminating: str = "",
) -> dict[str, Any]:
    project, may = context.project, actions(context)
    ending = None if is_team(context) else request.services.terminations.waiting(project)
    if ending is not None:
        may -= {"fail", "terminate"}
    wrong = {
        "dates": dates,
        "signing": signing,
        "failing": failing,
        "conditions": conditions,
        "resigning": resigning,
        "terminating": terminating,
    }
    offered: Offered = {
        "dates": ("prepare", lambda: _dates_form(project, request).render(schema.shown(project))),
        "failing": ("fail", lambda: _fail_form(project, request).render()),
        "resigning": (
            "correct signing",
            lambda: _signing_form(project, request).render({"signed_on": project.signed_on}),
        ),
        "terminating": ("terminate", lambda: _termination_form(project, request).render()),
    }
    # While a condition of the award is open, nothing is signed.
    if project.agreement.open_conditions:
        offered["conditions"] = (
            "meet conditions",
            lambda: _conditions_form(project, request).render(),
        )
    else:
        offered["signing"] = ("sign", lambda: _sign_form(project, request).render())
    shown = {
        name: (wrong[name] or offered[name][1]())
        if name in offered and offered[name][0] in may
        else wrong[name]
        for name in wrong
    }
    return {
        "budget": budget_in(project, request.language),
        "planned": _planned(project),
        **about(context, request),
        **shown,
        "wrong": wrong,
        "ending": ending,
        "may_sign": "sign" in may,
        "early": _early(project) if "prepare" in may else (),
    }


def _planned(project: Project) -> Sequence[PlannedDeliverable]:
    """List what is planned, as it was read with the project."""
    return [it.planned for it in project.deliverables]


def _early(project: Project) -> Sequence[PlannedDeliverable]:
    """List what is due before the award, and so would be overdue at once."""
    since = awarded_on(project)
    return [it for it in _planned(project) if it.due_on < since]


def _dates_form(project: Project, request: Request) -> deform.Form:
    action = request.route_path("project.agreement", reference=project.reference)
    made = schema.dates_form(_planned(project))
    buttons, version = {"save": _("Correct the dates")}, request.services.versions.project(project)
    return request.form(made, buttons, formid="dates", action=action, version=version)


def _sign_form(project: Project, request: Request) -> deform.Form:
    action = request.route_path("project.sign", reference=project.reference)
    made = schema.SignSchema()
    buttons, version = {"sign": _("Record signature")}, request.services.versions.project(project)
    return request.form(made, buttons, formid="sign", action=action, version=version)


def _conditions_form(project: Project, request: Request) -> deform.Form:
    action = request.route_path("project.conditions", reference=project.reference)
    buttons, version = (
        {"meet": _("Record conditions as met")},
        request.services.versions.project(project),
    )
    made = schema.ConditionsSchema()
    return request.form(made, buttons, formid="conditions", action=action, version=version)


def _signing_form(project: Project, request: Request) -> deform.Form:
    action = request.route_path("project.signature_date", reference=project.reference)
    buttons, version = (
        {"correct": _("Correct the date")},
        request.services.versions.project(project),
    )
    made = schema.SigningSchema()
    return request.form(made, buttons, formid="signing", action=action, version=version)


def _termination_form(project: Project, request: Request) -> deform.Form:
    action = request.route_path("project.terminate", reference=project.reference)
    return request.form(
        schema.TerminationSchema(),
        {"terminate": _("Terminate project")},
        formid="terminate",
        action=action,
        version=request.services.versions.project(project),
        language=request.language,
        currency=project.currency,
    )


def _fail_form(project: Project, request: Request) -> deform.Form:
    action = request.route_path("project.cancel", reference=project.reference)
    buttons, version = (
        {"fail": _("Cancel the agreement")},
        request.services.versions.project(project),
    )
    return request.form(Reason(), buttons, formid="fail", action=action, version=version)
