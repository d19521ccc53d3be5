"""Plans of who reviews what: made by the solver or from a file, looked at, approved, discarded."""

from collections.abc import Sequence
from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from grants.calls.models import Stage
from grants.evaluation.models import AssignmentPlan
from grants.evaluation.queries.affiliations import Affiliated
from grants.evaluation.queries.assignment_inputs import PlanSettings
from grants.kit import paging, spreadsheets
from grants.oversight.queries.planning_tokens import plan_version
from grants.rules.errors import Refused
from grants.rules.workflow import PLAN_STEPS, PlanSource, PlanStatus, Role, StageStatus
from schemas.evaluation.plan import PlanSchema
from schemas.forms.base import _
from views.web import paging as pages_of
from views.web import resources
from views.web.downloads import as_download
from views.web.forms import form_errors
from views.web.request import Request

LIST = "templates:evaluation/plans.jinja2"
PAGE = "templates:evaluation/plan.jinja2"
COLUMNS = ("proposal", "reviewer e-mail")
"""The head of an assignments file; the same in each language, so that each is read back."""

LARGEST_FILE = 2 * 1024 * 1024
SHAPES = {
    PlanStatus.PROPOSED: "waiting",
    PlanStatus.APPROVED: "good",
    PlanStatus.DISCARDED: "ended",
}
SOURCES = {
    PlanSource.OPTIMISED: _("Proposed by the portal"),
    PlanSource.MATRIX: _("Chosen in the matrix"),
    PlanSource.FILE: _("Uploaded file"),
}


@view_config(route_name="manage.plans", request_method="GET", permission="evaluate", renderer=LIST)
def show_all(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """List the plans of a call's stage, and ask for the next one."""
    return _list(context, request)


@view_config(
    route_name="manage.plans",
    request_method="POST",
    request_param="propose",
    permission="evaluate",
    renderer=LIST,
)
def propose(context: resources.CallContext, request: Request) -> Any:
    """Compute a plan; nobody is asked yet."""
    stage = stage_of(context, request)
    given, wrong = form_errors.answers(request, _form(request, stage))
    if given is None:
        return _list(context, request, form=wrong)
    plan = request.services.assignment_plans.propose(
        stage, PlanSettings(**given), by=request.person
    )
    return to_plan(request, plan)


@view_config(
    route_name="manage.plans",
    request_method="POST",
    request_param="upload",
    permission="evaluate",
    renderer=LIST,
)
def upload(context: resources.CallContext, request: Request) -> Any:
    """Read a file of assignments, all of it or nothing, and show it as a plan."""
    stage, sent = stage_of(context, request), request.POST.get("file")
    content = sent.file.read(LARGEST_FILE + 1) if hasattr(sent, "file") else b""
    if not content or len(content) > LARGEST_FILE:
        request.response.status = 422
        problem = _("Choose a CSV file of at most 2 MB first.")
        return _list(context, request, problems=[("file", request.localizer.translate(problem))])
    plans = request.services.assignment_plans
    pairs, refusals = plans.read_file(stage, content, by=request.person)
    if refusals:
        request.response.status = 422
        said = [("file", request.said(it)) for it in refusals]
        return _list(context, request, problems=said)
    plan = plans.keep(
        stage,
        pairs,
        source=PlanSource.FILE,
        settings=default_settings(stage),
        by=request.person,
    )
    return to_plan(request, plan)


@view_config(route_name="manage.plan", request_method="GET", permission="evaluate", renderer=PAGE)
def show(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show what a plan assigns and what it cannot."""
    return _page(context, request, _plan(context, request))


@view_config(
    route_name="manage.plan",
    request_method="POST",
    request_param="approve",
    permission="evaluate",
    renderer=PAGE,
)
def approve(context: resources.CallContext, request: Request) -> Any:
    """Assign what was planned."""
    plan = _plan(context, request)
    form_errors.require_unchanged(request, plan_version(request.services.versions, plan))
    aware = "aware" in request.POST
    attempt = request.services.attempt()
    try:
        made = request.services.assignment_plans.approve(plan, by=request.person, aware=aware)
    except Affiliated:
        attempt.rollback()
        request.response.status = 409
        problem = request.localizer.translate(
            _("Some reviewers have a connection with an applicant. Please check it first.")
        )
        return _page(context, request, plan, problem=("aware", problem))
    except Refused as refusal:
        attempt.rollback()
        request.response.status = 409
        return _page(context, request, plan, problem=("plan-status", request.said(refusal)))
    request.flash(_("New review invitations: ${count}.", mapping={"count": len(made)}), "good")
    return HTTPSeeOther(request.route_path("manage.assign", code=context.call.code))


@view_config(
    route_name="manage.plan", request_method="POST", request_param="discard", permission="evaluate"
)
def discard(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Put a plan aside."""
    plan = _plan(context, request)
    form_errors.require_unchanged(request, plan_version(request.services.versions, plan))
    request.services.assignment_plans.discard(plan, by=request.person)
    request.flash(_("The plan is discarded. Nobody was assigned."))
    return HTTPSeeOther(request.route_path("manage.plans", code=context.call.code))


@view_config(route_name="manage.plan.csv", request_method="GET", permission="evaluate")
def plan_as_csv(context: resources.CallContext, request: Request) -> Response:
    """Give a plan's pairs as a file that can be uploaded again."""
    plan = _plan(context, request)
    shown = request.services.assignment_plans.shown.of(plan, request.person)
    rows = [
        [it.proposal.reference, each.person.email]
        for it in shown.proposals
        for each in it.reviewers
    ]
    return as_file(rows, f"{context.call.code}-plan-{plan.number}.csv")


def as_file(rows: Sequence[Sequence[str]], name: str) -> Response:
    """Write an assignments file; with commas in each language, since people send it on."""
    body = spreadsheets.as_csv(COLUMNS, rows, language="en")
    response = Response(body=body, content_type=spreadsheets.CSV_TYPE, charset="utf-8")
    return as_download(response, name)


def default_settings(stage: Stage) -> PlanSettings:
    """Return what a plan asks where nobody said anything else."""
    return PlanSettings(reviews=max(1, stage.minimum_reviews), most=10)


def stage_of(context: resources.CallContext, request: Request) -> Stage:
    """Find the stage of reviews that has begun; there is nothing to plan before."""
    stage = request.services.stages.of(context.call)
    if stage is None:
        raise HTTPNotFound
    return stage


def to_plan(request: Request, plan: AssignmentPlan) -> HTTPSeeOther:
    """Go on to a plan's page."""
    code = plan.stage.call.code
    return HTTPSeeOther(request.route_path("manage.plan", code=code, number=plan.number))


def _plan(context: resources.CallContext, request: Request) -> AssignmentPlan:
    stage, number = stage_of(context, request), int(request.matchdict["number"])
    found = request.services.assignment_plans.get(stage, number)
    if found is None:
        raise HTTPNotFound
    return found


def _form(request: Request, stage: Stage) -> deform.Form:
    return request.form(
        PlanSchema(),
        {"propose": _("Propose assignments")},
        formid="propose",
        language=request.language,
        action=request.route_path("manage.plans", code=stage.call.code),
    )


def _list(
    context: resources.CallContext,
    request: Request,
    *,
    form: Markup | None = None,
    problems: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    stage, services = stage_of(context, request), request.services
    plans = services.assignment_plans.of(stage)
    shown = Markup(_form(request, stage).render(default_settings(stage).to_dict()))  # noqa: S704
    return {
        "call": context.call,
        "stage": stage,
        "open": stage.status is StageStatus.OPEN,
        "plans": plans,
        "counts": services.assignment_plans.shown.counts(plans, request.person),
        "form": form or shown,
        "problems": problems,
        "shapes": SHAPES,
        "sources": SOURCES,
    }


def _page(
    context: resources.CallContext,
    request: Request,
    plan: AssignmentPlan,
    *,
    problem: tuple[str, str] | None = None,
) -> dict[str, Any]:
    services = request.services
    shown = services.assignment_plans.shown.of(plan, request.person)
    count = len(shown.proposals)
    number = paging.within(pages_of.asked(request), count)
    start = paging.start(number)
    return {
        "call": context.call,
        "plan": plan,
        "shown": shown,
        "rows": shown.proposals[start : start + paging.PAGE],
        "pages": pages_of.links(request, number, paging.pages(count)),
        "problem": problem,
        "actions": PLAN_STEPS.actions(plan.status, Role.MANAGER)
        if plan.stage.status is StageStatus.OPEN
        else (),
        "version": plan_version(services.versions, plan).token,
        "shapes": SHAPES,
        "sources": SOURCES,
    }
