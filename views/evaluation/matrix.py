"""Who may review what, all at once: proposals by reviewers, before anybody is asked."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pyramid.response import Response
from pyramid.view import view_config

from grants.access import Pair
from grants.evaluation.queries.affiliations import Shared
from grants.evaluation.queries.asked_pairs import Asked
from grants.evaluation.queries.assignment_inputs import AssignmentInputs
from grants.rules.errors import Refused
from grants.rules.workflow import PlanSource, StageStatus
from schemas.forms.base import _
from views.evaluation.assignment_plans import as_file, default_settings, stage_of, to_plan
from views.web import paging, resources
from views.web.request import Request

PAGE = "templates:evaluation/matrix.jinja2"


@view_config(route_name="manage.matrix", request_method="GET", permission="evaluate", renderer=PAGE)
def show(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show one page of proposals, with every reviewer of the call."""
    return _page(context, request)


@view_config(
    route_name="manage.matrix", request_method="POST", permission="evaluate", renderer=PAGE
)
def choose(context: resources.CallContext, request: Request) -> Any:
    """Keep what is marked as a plan, which is looked at before anybody is asked."""
    stage, plans = stage_of(context, request), request.services.assignment_plans
    inputs, _number, _pages = plans.desk.page(stage, request.person, paging.asked(request))
    pairs = _marked(request, inputs)
    if not pairs:
        request.response.status = 422
        return _page(context, request, problem=_("Mark at least one assignment."))
    try:
        plan = plans.keep(
            stage,
            pairs,
            source=PlanSource.MATRIX,
            settings=default_settings(stage),
            by=request.person,
        )
    except Refused as refusal:
        request.response.status = 409
        return _page(context, request, problem=request.said(refusal))
    return to_plan(request, plan)


@view_config(route_name="manage.matrix.csv", request_method="GET", permission="evaluate")
def as_csv(context: resources.CallContext, request: Request) -> Response:
    """Give all assignments of the stage as a file."""
    stage = stage_of(context, request)
    inputs = request.services.assignment_plans.desk.everything(stage, request.person)
    emails = {it.person.id: it.person.email for it in inputs.reviewers}
    references = {it.id: it.reference for it in inputs.proposals}
    rows = sorted(
        [references[number], emails[person]]
        for person, number in inputs.standing
        if person in emails
    )
    return as_file(rows, f"{context.call.code}-assignments.csv")


def _marked(request: Request, inputs: AssignmentInputs) -> list[Asked]:
    """Read the marks of one page; what may not be marked there is left out."""
    marked = set(request.POST.getall("pair"))
    return [
        (proposal, it.person)
        for proposal in inputs.proposals
        for it in inputs.reviewers
        if f"{proposal.id}-{it.person.id}" in marked
        and (it.person.id, proposal.id) not in inputs.conflicts | inputs.asked.keys()
    ]


def _page(context: resources.CallContext, request: Request, *, problem: str = "") -> dict[str, Any]:
    stage = stage_of(context, request)
    desk = request.services.assignment_plans.desk
    inputs, number, pages = desk.page(stage, request.person, paging.asked(request))
    untold = request.services.access.untold(context.call, request.person)
    return {
        "call": context.call,
        "stage": stage,
        "open": stage.status is StageStatus.OPEN,
        "inputs": inputs,
        "cells": _cells(inputs, untold),
        "counts": _counts(inputs, untold),
        "page_number": number,
        "pages": paging.links(request, number, pages),
        "marked": set(request.POST.getall("pair")),
        "problem": problem,
        "noted": _noted(inputs),
    }


def _cells(inputs: AssignmentInputs, untold: Collection[int]) -> Mapping[Pair, str]:
    """Tell what each pair is, but for those that are free: they are the most.

    Whoever still owes a review of their own is not told who of the others declined.
    """
    return {
        **dict.fromkeys(inputs.suggested, "look"),
        **dict.fromkeys(inputs.ended, "ended"),
        **dict.fromkeys(inputs.conflicts, "conflict"),
        **dict.fromkeys(inputs.standing, "assigned"),
        **dict.fromkeys((it for it in inputs.ended if it[1] in untold), "assigned"),
    }


def _counts(inputs: AssignmentInputs, untold: Collection[int]) -> Mapping[int, int]:
    counts = dict.fromkeys((it.id for it in inputs.proposals), 0)
    for pair in inputs.asked:
        counts[pair[1]] += pair in inputs.standing or pair[1] in untold
    return counts


def _noted(inputs: AssignmentInputs) -> Sequence[Shared]:
    """List what is shared in pairs that are still free, once each."""
    found: dict[Pair, Shared] = {}
    for it in inputs.shared:
        pair = (it.person.id if it.person else 0, it.proposal.id)
        if pair not in inputs.conflicts and pair not in inputs.asked:
            found.setdefault(pair, it)
    return list(found.values())
