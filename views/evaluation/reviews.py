"""A reviewer's own reviews: offered, accepted with a declaration, written, submitted."""

from functools import partial
from typing import Any
from urllib.parse import quote

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.renderers import render
from pyramid.response import Response
from pyramid.view import view_config

from grants.calls.queries.criteria import CriterionFacts
from grants.calls.queries.criteria_in_words import facts_of_stage, of_its_own, score_in_words
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment
from grants.evaluation.models.consensus import ConsensusReport
from grants.evaluation.queries.review_list import FINISHED
from grants.evaluation.service.reviews import draft_of, missing_in
from grants.rules.errors import OutOfDate
from grants.rules.scoring import Criterion, combine, shown, total, weight_shown
from grants.rules.workflow import ASSIGNMENT_STEPS, AssignmentStatus, Role, StageStatus
from schemas.evaluation import review as schema
from schemas.forms.base import _
from views.evaluation import review_invitations
from views.evaluation.presentation import running_total, score_words, shape
from views.evaluation.reviewed_texts import headings, under_review
from views.web import paging, resources
from views.web.forms import form_errors, windows
from views.web.request import Request

FORM = "templates:evaluation/review.jinja2"


@view_config(
    route_name="reviews",
    request_method="GET",
    permission="work",
    renderer="templates:evaluation/reviews.jinja2",
)
def in_hand(request: Request) -> dict[str, Any]:
    """List a reviewer's own reviews, what is to be done first."""
    page = request.services.review_list.page(request.person, paging.asked(request))
    waiting = [mine for mine, _writes in page.consensus]
    return {
        "page": page,
        "shown": headings(
            request, [*page.reviews, *([page.first] if page.first else []), *waiting]
        ),
        "pages": paging.links(request, page.number, page.pages),
        "finished": FINISHED,
        "panels": request.services.panel_reading.to_come(request.person),
        "offline": {
            it.stage.call.code: it.stage.call.title
            for it in page.reviews
            if it.stage.status is StageStatus.OPEN and it.status is not AssignmentStatus.OFFERED
        },
        "shape": shape,
        "now": request.arrived_at,
        "reviews_for": request.services.assignment_plans.expertise.funds(request.person),
    }


@view_config(route_name="review", request_method="GET", permission="offer", renderer=FORM)
def show(context: resources.AssignmentContext, request: Request) -> dict[str, Any]:
    """Show an offer before the declaration of interests, the review form after it."""
    assignment = context.assignment
    if Role.REVIEWER not in context.roles:
        request.override_renderer = review_invitations.PAGE
        return review_invitations.offered(request, assignment)
    if "score" not in ASSIGNMENT_STEPS.actions(assignment.status, Role.REVIEWER):
        request.override_renderer = "templates:evaluation/review_read.jinja2"
        return _reading(request, assignment)
    return _writing(request, assignment, _shown(request, assignment))


@view_config(route_name="review", request_method="POST", permission="score", renderer=FORM)
def save(context: resources.AssignmentContext, request: Request) -> Any:
    """Keep what was typed; submit only from the next page, after a look at the whole."""
    assignment, onward = context.assignment, "check" in request.POST
    given, wrong = form_errors.answers(request, _form(request, assignment))
    if given is None:
        return _writing(request, assignment, wrong)
    draft = schema.read(given)
    try:
        revision = request.services.reviews.save(
            assignment,
            draft,
            revision=windows.revision(request),
            tab=windows.tab(request),
            by=request.person,
        )
    except OutOfDate as clash:
        return _clash(request, assignment, clash)
    if "HX-Request" in request.headers:
        total = quote(_total(request, assignment))
        headers = {"Review-Revision": str(revision), "Running-Total": total}
        return Response(status=204, headers=headers)
    if onward and missing_in(assignment):
        # What was typed is saved by now; what is missing is told by the next page.
        return HTTPSeeOther(_url(request, "review", assignment) + "?check=all")
    if onward:
        return HTTPSeeOther(_url(request, "review.submit", assignment))
    request.flash(_("Saved."))
    return HTTPSeeOther(_url(request, "review", assignment))


@view_config(
    route_name="review.submit",
    request_method="GET",
    permission="submit",
    renderer="templates:evaluation/review_submit.jinja2",
)
def look_again(context: resources.AssignmentContext, request: Request) -> Any:
    """Show the whole review once more before it is submitted."""
    assignment = context.assignment
    if assignment.status is AssignmentStatus.SUBMITTED:
        return HTTPSeeOther(_url(request, "review", assignment))
    if missing_in(assignment):
        return HTTPSeeOther(_url(request, "review", assignment) + "?check=all")
    return _reading(request, assignment)


@view_config(route_name="review.submit", request_method="POST", permission="submit")
def submit(context: resources.AssignmentContext, request: Request) -> HTTPSeeOther:
    """Submit the review."""
    version = request.services.versions.review(context.assignment)
    if context.assignment.status is not AssignmentStatus.SUBMITTED:  # a double click
        form_errors.require_unchanged(request, version)
    request.services.reviews.submit(context.assignment, by=request.person)
    request.flash(_("Thank you. Your review is submitted."))
    return HTTPSeeOther(request.route_path("reviews"))


def _writing(request: Request, assignment: Assignment, form: Markup) -> dict[str, Any]:
    return {
        **under_review(request, assignment),
        "form": form,
        "missing": missing_in(assignment),
        "criteria": frozen_rules(assignment.stage).criteria,
    }


def _clash(request: Request, assignment: Assignment, clash: OutOfDate) -> dict[str, Any]:
    """Show what was typed again, beside what the other window saved; nothing is lost."""
    again = _form(request, assignment, _here(request, assignment, afresh=True))
    saved = schema.typed(draft_of(assignment))
    return _writing(request, assignment, form_errors.overtaken(request, again, saved, clash))


def _shown(request: Request, assignment: Assignment) -> Markup:
    """Show what is saved; after a wish to submit, with everything that is missing."""
    given = schema.typed(draft_of(assignment))
    if "check" in request.GET:
        form = _form(request, assignment, complete=True)
        try:
            form.validate_pstruct(form.schema.serialize(given))
        except deform.ValidationFailure as failure:
            return Markup(failure.render())  # noqa: S704 -- our own templates escape
    return Markup(_form(request, assignment).render(given))  # noqa: S704 -- ours escape


def _reading(request: Request, assignment: Assignment) -> dict[str, Any]:
    rules, draft = frozen_rules(assignment.stage), draft_of(assignment)
    given = {code: score.halves for code, score in draft.scores.items() if score.halves is not None}
    whole, figure = len(given) == len(rules.codes), request.formats.figure
    return {
        **under_review(request, assignment),
        "current": request.services.versions.review(assignment).token,
        "criteria": rules.criteria,
        "draft": draft,
        "report": _consensus(request, assignment),
        "score_words": score_words(request),
        "weight": lambda weight: figure(weight_shown(weight)),
        "total": figure(shown(total(rules, combine(rules, [given])))) if whole else "",
        "maximum": figure(shown(rules.maximum_total)),
        "shape": shape,
    }


def _consensus(request: Request, assignment: Assignment) -> ConsensusReport | None:
    """Find the report to which a submitted review belongs, where the call asks for one."""
    asks = frozen_rules(assignment.stage).consensus is not None
    if not asks or assignment.status is not AssignmentStatus.SUBMITTED:
        return None
    return request.services.consensus.of(assignment.stage, assignment.proposal)


def _form(
    request: Request, assignment: Assignment, url: str = "", *, complete: bool = False
) -> deform.Form:
    rules = frozen_rules(assignment.stage)
    facts = facts_of_stage(assignment.proposal.call, assignment.stage)
    notes = {each.code: _note(request, each, facts.get(each.code)) for each in rules.criteria}
    url = url or _here(request, assignment)
    form = request.form(
        schema.review_form(
            rules,
            notes,
            complete=complete,
            score_words=partial(score_in_words, said=request.formats),
        ),
        {"save": _("Save"), "check": _("Check and submit")},
        formid="review",
        action=url,
        attributes={
            "data-keep": f"review-{assignment.id}",
            "data-autosave": "",
            "hx-post": url,
            "hx-trigger": "input delay:1500ms, change delay:300ms, autosave",
            "hx-swap": "none",
        },
    )
    total = {"total": _total(request, assignment)}
    status = render("templates:evaluation/review_save_status.jinja2", total, request)
    form.inside = Markup(status)  # noqa: S704 -- our own template escapes
    return form


def _total(request: Request, assignment: Assignment) -> str:
    scores = draft_of(assignment).scores
    halves = {code: score.halves for code, score in scores.items()}
    return running_total(request, frozen_rules(assignment.stage), halves)


def _here(request: Request, assignment: Assignment, *, afresh: bool = False) -> str:
    """Return the address that saves, with the save it follows and the window it comes from."""
    sent = request.method == "POST" and not afresh
    revision = windows.revision(request) if sent else assignment.review.revision
    tab = windows.tab(request) if sent else windows.new_tab()
    query = {"revision": str(revision), "tab": tab}
    return str(request.route_path("review", number=assignment.id, _query=query))


def _note(request: Request, criterion: Criterion, facts: CriterionFacts | None) -> str:
    """Say under a criterion's name what it weighs, what it needs, and what to look at."""
    said, formats = request.localizer.translate, request.formats
    weight = formats.figure(weight_shown(criterion.weight))
    parts = [said(_("Weight ${weight}.", mapping={"weight": weight}))]
    if criterion.threshold_halves is not None:
        least = formats.halves(criterion.threshold_halves)
        parts.append(said(_("Threshold ${least}.", mapping={"least": least})))
    if criterion.comment_below_halves is not None:
        below = formats.halves(criterion.comment_below_halves)
        if criterion.comment_below_halves:
            parts.append(said(_("A comment is needed below ${points}.", mapping={"points": below})))
        else:
            parts.append(said(_("No comment is needed.")))
    parts += of_its_own(criterion, formats)
    if facts is not None:
        parts += [facts.guidance, *facts.meanings.splitlines()]
    return " ".join(it for it in parts if it)


def _url(request: Request, route: str, assignment: Assignment) -> str:
    return str(request.route_path(route, number=assignment.id))
