"""Who reviews what: for the whole call, and for one proposal with what its reviewers wrote."""

from collections.abc import Collection, Sequence
from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.access import role_in
from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment
from grants.evaluation.queries.affiliations import Affiliated, Shared
from grants.evaluation.service.applicants import APPLIES
from grants.evaluation.service.assignments import needs_second
from grants.evaluation.service.stages import NOT_SUBMITTED
from grants.oversight.queries.received_proposals import Query
from grants.proposals.models import Proposal
from grants.roles.service.holdings import ENDED_REVIEWER
from grants.rules.errors import Refused
from grants.rules.labels import FORMER_REASONS, present_reason
from grants.rules.workflow import (
    ASSIGNMENT_STEPS,
    PROPOSAL_STEPS,
    SUBMITTED_REVIEWS,
    AssignmentStatus,
    ProposalStatus,
    Role,
)
from schemas.evaluation.stage import Reason
from schemas.forms.base import _
from views.evaluation.presentation import score_words, shape
from views.evaluation.spread import spread_table
from views.web import paging, resources
from views.web.forms import form_errors
from views.web.request import Request

_ROUTES = {"reopen": "proposal.review.reopen", "exclude": "proposal.review.exclude"}
"""Where each step on a review is asked for."""


@view_config(
    route_name="manage.assign",
    request_method="GET",
    permission="evaluate",
    renderer="templates:evaluation/assign_reviewers.jinja2",
)
def show(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show what is in the stage with its reviewers, and the reviewers with their load."""
    call, services = context.call, request.services
    stage = services.stages.of(call)
    if stage is None:
        return {"call": call, "stage": None, "reviewers": services.assignments.reviewers(call)}
    return _page(context, request, "", stage=stage)


@view_config(
    route_name="manage.assign",
    request_method="POST",
    permission="evaluate",
    renderer="templates:evaluation/assign_reviewers.jinja2",
)
def assign(context: resources.CallContext, request: Request) -> Any:
    """Ask all marked reviewers to review all marked proposals."""
    services, call = request.services, context.call
    stage = _stage_of(context, request)
    references = set(request.POST.getall("proposal"))
    proposals = [
        each.proposal
        for each in services.stages.in_evaluation(stage)
        if each.proposal.reference in references
    ]
    wanted = set(request.POST.getall("reviewer"))
    reviewers = [each for each in services.assignments.reviewers(call) if str(each.id) in wanted]
    if not proposals or not reviewers:
        request.response.status = 422
        return _page(context, request, _("Select at least one proposal and one reviewer."))
    try:
        made = services.assignments.assign(
            stage, proposals, reviewers, by=request.person, aware="aware" in request.POST
        )
    except Affiliated as found:
        request.response.status = 409
        return _page(context, request, "", found.shared)
    except Refused as refusal:
        request.response.status = 409
        return _page(context, request, request.said(refusal))
    request.flash(_("New review invitations: ${count}.", mapping={"count": len(made)}))
    return HTTPSeeOther(request.route_path("manage.assign", code=call.code))


@view_config(
    route_name="proposal.assign",
    request_method="GET",
    permission="read_reviews",
    renderer="templates:evaluation/reviews_of_proposal.jinja2",
)
def of_proposal(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Show who reviews a proposal, and what they wrote."""
    return _reviewers(context, request)


@view_config(
    route_name="proposal.assign",
    request_method="POST",
    permission="assign",
    renderer="templates:evaluation/reviews_of_proposal.jinja2",
)
def assign_more(context: resources.ProposalContext, request: Request) -> Any:
    """Ask more reviewers."""
    stage, proposal = _stage_of(context, request), context.proposal
    wanted = set(request.POST.getall("reviewer"))
    assignments = request.services.assignments
    reviewers = [each for each in assignments.reviewers(proposal.call) if str(each.id) in wanted]
    try:
        made = assignments.assign(
            stage, [proposal], reviewers, by=request.person, aware="aware" in request.POST
        )
    except Affiliated as found:
        request.response.status = 409
        return _reviewers(context, request, shared=found.shared)
    request.flash(_("New review invitations: ${count}.", mapping={"count": len(made)}))
    return _back(proposal, request)


@view_config(
    route_name="proposal.review.reopen",
    request_method="POST",
    permission="assign",
    renderer="templates:evaluation/reviews_of_proposal.jinja2",
)
def reopen(context: resources.ProposalContext, request: Request) -> Any:
    """Let a reviewer change what was submitted."""
    assignment = _judged(context, request)
    form = _reason(request, assignment, "reopen")
    given, wrong = form_errors.answers(request, form)
    if given is None:
        shown = {("reopen", assignment.id): wrong}
        return _reviewers(context, request, shown)
    request.services.reviews.reopen(assignment, reason=given["reason"], by=request.person)
    request.flash(_("The review is reopened. The reviewer is told why."))
    return _back(context.proposal, request)


@view_config(
    route_name="proposal.review.exclude",
    request_method="POST",
    permission="assign",
    renderer="templates:evaluation/reviews_of_proposal.jinja2",
)
def exclude(context: resources.ProposalContext, request: Request) -> Any:
    """Take a review out; one that came in is only proposed to be excluded: another signs."""
    assignment, assignments = _judged(context, request), request.services.assignments
    form = _reason(request, assignment, "exclude")
    given, wrong = form_errors.answers(request, form)
    if given is None:
        shown = {("exclude", assignment.id): wrong}
        return _reviewers(context, request, shown)
    if needs_second(assignment):
        by = request.person
        act = assignments.propose_exclusion(assignment, reason=given["reason"], by=by)
        request.flash(_("The exclusion awaits the signature of another manager."))
        code = context.proposal.call.code
        return HTTPSeeOther(request.route_path("manage.signature", code=code, number=act.id))
    assignments.exclude(assignment, reason=given["reason"], by=request.person)
    request.flash(_("This review no longer counts."))
    return _back(context.proposal, request)


def _page(
    context: resources.CallContext,
    request: Request,
    problem: str,
    shared: Sequence[Shared] = (),
    stage: Stage | None = None,
) -> dict[str, Any]:
    call, services = context.call, request.services
    stage = stage or _stage_of(context, request)
    query = Query(
        statuses=frozenset({ProposalStatus.IN_STAGE}),
        order="reviews",
        page=paging.asked(request),
    )
    page = services.listing.page(
        call, request.person, role_in(context.roles), query, now=request.arrived_at
    )
    loads = services.assignments.loads(stage, seen_by=request.person, role=Role.MANAGER)
    asked = set(request.POST.getall("reviewer"))
    return {
        "call": call,
        "stage": stage,
        "problem": problem,
        "shared": shared,
        "untold": services.access.untold(call, request.person),
        "applicants": {it.reviewer.id for it in loads if it.applies},
        "page": page,
        "pages": [
            (each, "" if each in (0, page.number) else f"{request.path}?page={each}")
            for each in paging.near(page.number, page.pages)
        ],
        "reviewers_of": services.assignments.names(stage, [row.id for row in page.rows]),
        "loads": loads,
        "marked": set(request.POST.getall("proposal")) | set(request.GET.getall("proposal")),
        "asked": asked,
        "shape": shape,
    }


def _reviewers(
    context: resources.ProposalContext,
    request: Request,
    wrong: dict[tuple[str, int], Markup] | None = None,
    *,
    shared: Sequence[Shared] = (),
) -> dict[str, Any]:
    proposal, assignments = context.proposal, request.services.assignments
    stage = _stage_of(context, request)
    listed = assignments.with_marks(stage, proposal)
    asked = {each.reviewer_id for each in listed}
    rules = frozen_rules(stage)
    waiting = assignments.exclusions(stage)
    # What waits for a signature stays as it is; and an interest in the call excludes nothing.
    recused = Role.RECUSED in context.roles
    closed = {(action, it) for it in waiting for action in _ROUTES} | {
        ("exclude", it.id) for it in listed if recused and needs_second(it)
    }
    actions = {it for role in context.roles for it in PROPOSAL_STEPS.actions(proposal.status, role)}
    untold = request.services.access.owes_review(request.person, proposal)
    may_step = "assign" in actions and not untold
    spread = None if untold else spread_table(rules, listed, request.formats)
    apart = spread.disagreements if spread else ()
    one_more = bool(apart) and rules.consensus is None  # else a report settles it
    return {
        "proposal": proposal,
        "call": proposal.call,
        "untold": untold,
        "shared": shared,
        "chosen": set(request.POST.getall("reviewer")),
        "stage": stage,
        "spread": spread,
        "needed": stage.minimum_reviews + one_more,
        "why_apart": [request.said(Refused(it.message, **it.values)) for it in apart],
        "assignments": listed,
        "done": sum(each.status in SUBMITTED_REVIEWS for each in listed),
        "may_assign": "assign" in actions,
        "others": _others(request, stage, proposal, asked) if "assign" in actions else (),
        "forms": _forms(request, listed, wrong or {}, closed) if may_step else {},
        "waiting": waiting,
        "reads_signatures": not context.roles.isdisjoint({Role.MANAGER, Role.AUDITOR}),
        "now": request.arrived_at,
        "said": {
            it: request.localizer.translate(_(present_reason(it)))
            for it in (APPLIES, NOT_SUBMITTED, ENDED_REVIEWER, *FORMER_REASONS)
        },
        "criteria": rules.criteria,
        "before": _before(request, stage, proposal) if not untold else (),
        "scores": {it.id: {mark.code: mark for mark in it.review.marks} for it in listed},
        "score_words": score_words(request),
        "shape": shape,
    }


def _before(request: Request, stage: Stage, proposal: Proposal) -> Sequence[Any]:
    """List the stages of reviews that a proposal came through before, with what was written."""
    begun = request.services.stages.begun(proposal.call) if stage.entry else ()
    found = []
    for each in begun:
        if each.position < stage.position:
            reviews = request.services.assignments.with_marks(each, proposal)
            scores = {it.id: {mark.code: mark for mark in it.review.marks} for it in reviews}
            locked = [it for it in reviews if it.status is AssignmentStatus.LOCKED]
            found.append((each, frozen_rules(each).criteria, locked, scores))
    return found


def _others(request: Request, stage: Stage, proposal: Proposal, asked: set[int]) -> Sequence[Any]:
    """List who else can be asked: appointed, and with no interest in it."""
    assignments = request.services.assignments
    free = [each for each in assignments.reviewers(stage.call) if each.id not in asked]
    conflicts = request.services.access.conflicts([proposal], [each.id for each in free])
    return [each for each in free if (each.id, proposal.id) not in conflicts]


def _forms(
    request: Request,
    listed: Sequence[Assignment],
    wrong: dict[tuple[str, int], Markup],
    closed: Collection[tuple[str, int]],
) -> dict[tuple[str, int], Markup]:
    forms = {}
    for assignment in listed:
        for action in _ROUTES:
            key = (action, assignment.id)
            if key not in closed and assignment.status in ASSIGNMENT_STEPS.sources(action):
                rendered = _reason(request, assignment, action).render({})
                forms[key] = wrong.get(key) or Markup(rendered)  # noqa: S704 -- ours escape
    return forms


def _reason(request: Request, assignment: Assignment, action: str) -> deform.Form:
    take_out = _("Exclude review") if needs_second(assignment) else _("Remove")
    words = {"reopen": _("Reopen"), "exclude": take_out}
    url = request.route_path(
        _ROUTES[action],
        reference=request.matchdict["reference"],
        number=assignment.id,
    )
    return request.form(
        Reason(),
        {action: words[action]},
        formid=f"{action}-{assignment.id}",
        action=url,
        version=request.services.versions.review(assignment),
    )


def _stage_of(
    context: resources.CallContext | resources.ProposalContext, request: Request
) -> Stage:
    if isinstance(context, resources.CallContext):
        stage = request.services.stages.of(context.call)
    else:
        # A later stage of the call is not that of a proposal which did not get there.
        stage = context.proposal.stage or request.services.stages.of(context.proposal.call)
    if stage is None:
        raise HTTPNotFound
    return stage


def _assignment(context: resources.ProposalContext, request: Request) -> Assignment:
    number = int(request.matchdict["number"])
    found = request.services.reviews.of_proposal(context.proposal, number)
    if found is None:
        raise HTTPNotFound
    return found


def _judged(context: resources.ProposalContext, request: Request) -> Assignment:
    """Find a review for a step that tells how it stands; not before one's own is submitted."""
    if request.services.access.owes_review(request.person, context.proposal):
        raise Refused(_("You review this proposal yourself. Submit your own review first."))
    return _assignment(context, request)


def _back(proposal: Proposal, request: Request) -> HTTPSeeOther:
    return HTTPSeeOther(request.route_path("proposal.assign", reference=proposal.reference))
