"""The stage of a call's evaluation: opened, followed, closed."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from grants.access import role_in
from grants.calls.models import Call, Stage
from grants.calls.queries.criteria_in_words import scale_in_words
from grants.calls.queries.facts import minimum_reviews
from grants.calls.queries.frozen_rules import frozen_rules
from grants.calls.queries.rules_in_words import entry_in_words, evaluation_rules, rules_of_stage
from grants.calls.queries.stage_plans import review_rows
from grants.calls.queries.stage_rules import rules_of
from grants.evaluation.queries.consensus_progress import ConsensusProgress
from grants.evaluation.queries.review_progress import Progress
from grants.evaluation.service.check_stages import UNCHECKED, is_checked
from grants.evaluation.service.entries import StageEntry
from grants.evaluation.service.stages import is_last
from grants.kit import paging
from grants.kit.language.formats import Formats
from grants.oversight.queries.edit_tokens import Version
from grants.rules.scoring import Rules, shown, weight_shown
from grants.rules.workflow import ProposalStatus, StageStatus
from schemas.evaluation.stage import OpenStage
from schemas.forms.base import _
from views.evaluation.presentation import shape
from views.web import resources
from views.web.forms import form_errors
from views.web.paging import asked, links
from views.web.request import Request

PAGE = "templates:evaluation/stage.jinja2"
END_OF_DAY = time(23, 59)
"""Those that lack most reviews come first; the list of proposals has them all."""


@view_config(route_name="manage.stage", request_method="GET", permission="inspect", renderer=PAGE)
def show(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show how far the evaluation is."""
    return _page(context, request)


@view_config(
    route_name="manage.stage",
    request_method="POST",
    request_param="open",
    permission="evaluate",
    renderer=PAGE,
)
def begin(context: resources.CallContext, request: Request) -> Any:
    """Open the stage: from now on its rules stand."""
    version = request.services.versions.stage(context.call)
    given, wrong = form_errors.answers(request, _form(request, version))
    if given is None:
        return _page(context, request, form=wrong)
    due_at = _end_of(given["due_on"], context.call) if given["due_on"] else None
    request.services.stages.open(context.call, by=request.person, due_at=due_at)
    request.flash(_("The evaluation is open. Assign reviewers now."))
    return HTTPSeeOther(request.route_path("manage.assign", code=context.call.code))


@view_config(
    route_name="manage.stage", request_method="POST", request_param="enter", permission="evaluate"
)
def enter(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Have those go on to the next stage whom the call's rule names."""
    services, call = request.services, context.call
    entry = services.stage_entries.settle(call, seen=request.POST["seen"], by=request.person)
    count = {"count": len(entry.going_on)}
    said = (
        _("Invited to write the next form: ${count}. Their teams are informed.", mapping=count)
        if entry.stage.form_id
        else _("Moved to the next stage: ${count}.", mapping=count)
    )
    request.flash(said, "good")
    return HTTPSeeOther(request.route_path("manage.stage", code=call.code))


@view_config(
    route_name="manage.stage", request_method="POST", request_param="close", permission="evaluate"
)
def close(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Close the stage: reviews are final, thresholds decide."""
    services, call = request.services, context.call
    stage = services.stages.of(call)
    if stage:
        form_errors.require_unchanged(request, services.versions.stage(call))
        services.stages.close(stage, by=request.person)
        request.flash(_("The stage is closed. All reviews are final."))
    last = stage is None or is_last(stage)
    page = "manage.ranking" if last else "manage.stage"
    return HTTPSeeOther(request.route_path(page, code=call.code))


def _page(
    context: resources.CallContext, request: Request, *, form: Markup | None = None
) -> dict[str, Any]:
    call, services = context.call, request.services
    version, rows = services.versions.stage(call), review_rows(call)
    begun = [it for it in rows if it.status is not StageStatus.PLANNED]
    stage = begun[-1] if begun else None
    ended = stage is None or stage.status is StageStatus.CLOSED
    coming = next((it for it in rows if it not in begun), None) if ended else None
    entry = services.stage_entries.preview(call) if coming and _is_due(coming, stage) else None
    checked = coming is None or is_checked(coming)
    ready = ProposalStatus.ELIGIBLE if checked else ProposalStatus.SUBMITTED
    if coming is not None and entry is None:
        stage = None  # what is shown is the stage that is to be opened
    progress = services.stages.in_evaluation(stage) if stage else ()
    rules = frozen_rules(stage) if stage else rules_of(call, coming)
    untold = services.access.untold(call, request.person) if stage else frozenset()
    told = [each for each in progress if each.proposal.id not in untold]
    apart = [each for each in told if each.disagreements]
    only_apart = bool(rules.divergence) and request.GET.get("show") == "disagree"
    listed = apart if only_apart else by_need(progress, untold)
    return {
        "call": call,
        "stage": stage,
        "version": version.token,
        "open": stage is not None and stage.status is StageStatus.OPEN,
        "criteria": criteria(rules, request.formats),
        "rules": rules,
        "judging": rules_of_stage(stage, rules, request.formats)
        if stage
        else rules_of_stage(coming, rules, request.formats)
        if coming
        else evaluation_rules(rules, minimum_reviews(call), request.formats),
        "eligible": 0 if stage else services.stages.standing(call, ready),
        "unchecked": services.stages.standing(call, *UNCHECKED) if checked and not stage else 0,
        "blocking": [each for each in progress if each.missing or each.reopened],
        "to_agree": [] if untold or stage is None or ended else _to_agree(request, stage),
        "adopted": bool(ended and stage) and services.rankings.is_adopted(call),
        "to_conclude": 0 if stage is None or ended else services.panels.missing(stage),
        "untold": untold,
        "outstanding": sum(each.outstanding for each in progress),
        "progress": listed[: paging.PAGE],
        "more": max(0, len(listed) - paging.PAGE),
        "apart": len(apart),
        "only_apart": only_apart,
        "done": sum(min(each.done, each.needed) for each in told),
        "needed": sum(each.needed for each in told),
        "loads": _loads(context, request, stage),
        "exclusions": list(services.assignments.exclusions(stage).values()) if stage else (),
        "shape": shape,
        "form": form or Markup(_form(request, version).render({})),  # noqa: S704 -- ours escape
        "closed_call": request.arrived_at >= call.closes_at,
        "coming": coming,
        "entry": entry,
        **_entering(request, entry),
        "entry_rule": entry_in_words(entry.rule, request.formats) if entry else "",
        "written": coming is None or _is_written(coming, request),
        "awaited": services.stage_entries.awaited(call) if coming and coming.form_id else {},
        "stages": begun,
        "several": len(rows) > 1,
        "points": shown,
    }


def _to_agree(request: Request, stage: Stage) -> list[ConsensusProgress]:
    """List the proposals that lack the consensus report for which the call asks."""
    return [it for it in request.services.consensus.progress(stage) if not it.is_settled]


def _entering(request: Request, entry: StageEntry | None) -> dict[str, Any]:
    """Return one page of those that a closed stage came to, the best first."""
    if entry is None:
        return {}
    count = len(entry.proposals)
    number = paging.within(asked(request), count)
    first = paging.start(number)
    return {
        "entering": entry.proposals[first : first + paging.PAGE],
        "entry_pages": links(request, number, paging.pages(count)),
    }


def _is_due(coming: Stage, before: Stage | None) -> bool:
    """Return whether it is to be settled who gets to a stage, now that the one before is closed."""
    return before is not None and coming.entered_at is None


def _is_written(coming: Stage, request: Request) -> bool:
    """Return whether the form of a stage is closed, or it has none."""
    until = coming.writing_closes_at
    return until is None or request.arrived_at >= until


def criteria(rules: Rules, said: Formats) -> list[tuple[str, str, str, str]]:
    """Return the criteria as people read them: name, scale, weight, threshold."""
    return [
        (
            each.name,
            scale_in_words(rules.scale_of(each), said),
            said.figure(weight_shown(each.weight)),
            "" if each.threshold_halves is None else said.halves(each.threshold_halves),
        )
        for each in rules.criteria
    ]


def by_need(progress: tuple[Progress, ...], untold: frozenset[int] = frozenset()) -> list[Progress]:
    """Put those first that lack most reviews; those of which that is not told before them."""
    return sorted(
        progress,
        key=lambda each: (
            each.proposal.id not in untold,
            0 if each.proposal.id in untold else -each.missing,
            each.proposal.id in untold or not each.disagreements,
            each.proposal.reference,
        ),
    )


def _loads(context: resources.CallContext, request: Request, stage: Stage | None) -> Any:
    if stage is None:
        return ()
    role = role_in(context.roles)
    return request.services.assignments.loads(stage, seen_by=request.person, role=role)


def _form(request: Request, version: Version) -> deform.Form:
    buttons = {"open": _("Open the evaluation")}
    return request.form(OpenStage(), buttons, formid="stage", version=version)


def _end_of(day: Any, call: Call) -> datetime:
    return datetime.combine(day, END_OF_DAY, ZoneInfo(call.zone))
