"""A review that is offered: who proposes with whom, one's interests, yes or no."""

from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from grants.evaluation.models import Assignment
from grants.evaluation.queries.affiliations import parties
from grants.evaluation.queries.reviewed_texts import hides_applicants
from grants.rules.workflow import ASSIGNMENT_STEPS, Interest, Role
from schemas.evaluation.stage import Reason
from schemas.forms.base import _
from views.evaluation.interests import THANKS, declare_form
from views.evaluation.reviewed_texts import heading_of
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

PAGE = "templates:evaluation/review_invitation.jinja2"


@view_config(route_name="review.declare", request_method="GET", permission="declare", renderer=PAGE)
def ask(context: resources.AssignmentContext, request: Request) -> dict[str, Any]:
    """Ask for the declaration of interests, also later than at the beginning."""
    return offered(request, context.assignment)


@view_config(
    route_name="review.declare", request_method="POST", permission="declare", renderer=PAGE
)
def declare(context: resources.AssignmentContext, request: Request) -> Any:
    """Keep the declaration: it opens the proposal, or hides it."""
    assignment = context.assignment
    given, wrong = form_errors.answers(request, declare_form(request, assignment.proposal))
    if given is None:
        return offered(request, assignment, declaring=wrong)
    interest = Interest(given["interest"])
    request.services.reviews.declare(
        assignment, interest, explanation=given["explanation"], by=request.person
    )
    if interest is Interest.NONE:
        return HTTPSeeOther(_url(request, "review", assignment))
    request.flash(THANKS, "info")
    return HTTPSeeOther(request.route_path("reviews"))


@view_config(
    route_name="review.decline", request_method="POST", permission="decline", renderer=PAGE
)
def decline(context: resources.AssignmentContext, request: Request) -> Any:
    """Say no to an offered review."""
    assignment = context.assignment
    given, wrong = form_errors.answers(request, _decline_form(request, assignment))
    if given is None:
        return offered(request, assignment, declining=wrong)
    request.services.reviews.decline(assignment, reason=given["reason"], by=request.person)
    request.flash(_("Thank you for letting us know. The fund will assign someone else."), "info")
    return HTTPSeeOther(request.route_path("reviews"))


def offered(
    request: Request,
    assignment: Assignment,
    *,
    declaring: Markup | None = None,
    declining: Markup | None = None,
) -> dict[str, Any]:
    """Gather what is shown before interests are declared: who proposes with whom, no text."""
    actions = ASSIGNMENT_STEPS.actions(assignment.status, Role.INVITED_REVIEWER)
    form = declare_form(request, assignment.proposal)
    form.action = _url(request, "review.declare", assignment)
    refusing = _decline_form(request, assignment).render({}) if "decline" in actions else ""
    return {
        "assignment": assignment,
        "proposal": assignment.proposal,
        "shown": heading_of(request, assignment),
        "parties": None
        if hides_applicants(assignment.stage)
        else parties(assignment.review.version),
        "may_decline": "decline" in actions,
        "declaring": declaring or Markup(form.render({})),  # noqa: S704 -- ours escape
        "declining": declining or Markup(refusing),  # noqa: S704 -- ours escape
    }


def _decline_form(request: Request, assignment: Assignment) -> deform.Form:
    url = _url(request, "review.decline", assignment)
    version = request.services.versions.review(assignment)
    return request.form(
        Reason(), {"decline": _("Decline")}, formid="decline", action=url, version=version
    )


def _url(request: Request, route: str, assignment: Assignment) -> str:
    return str(request.route_path(route, number=assignment.id))
