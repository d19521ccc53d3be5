"""Consensus reports as fund managers and auditors see them: of one proposal, and of a call."""

from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models.consensus import ConsensusReport
from grants.evaluation.queries.consensus_progress import ConsensusProgress
from grants.kit import paging
from grants.proposals.models import Proposal
from grants.rules.errors import Refused
from grants.rules.workflow import ConsensusStatus, StageStatus
from schemas.evaluation.consensus import Rapporteur
from schemas.evaluation.stage import Reason
from schemas.forms.base import _
from views.evaluation.consensus.lines import answers_of, lines_of, reviews_of
from views.evaluation.presentation import shape
from views.web import resources
from views.web.forms import form_errors
from views.web.paging import asked, links
from views.web.request import Request

ONE = "templates:evaluation/consensus_of_proposal.jinja2"
ALL = "templates:evaluation/consensus_of_call.jinja2"


@view_config(
    route_name="proposal.consensus", request_method="GET", permission="read_reviews", renderer=ONE
)
def show(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Show where the report of a proposal stands, with the reviews that it is made of."""
    return _page(context, request)


@view_config(
    route_name="proposal.consensus",
    request_method="POST",
    request_param="begin",
    permission="assign",
    renderer=ONE,
)
def begin(context: resources.ProposalContext, request: Request) -> Any:
    """Name a rapporteur, who then writes the report."""
    proposal, stage = context.proposal, _stage(context)
    _require_own_review(context, request)
    consensus = request.services.consensus
    given, wrong = form_errors.answers(request, _begin_form(request, stage, proposal))
    if given is None:
        return _page(context, request, beginning=wrong)
    people = {str(it.reviewer_id): it.reviewer for it in consensus.reviewed(stage, proposal)}
    consensus.begin(stage, proposal, people[given["rapporteur"]], by=request.person)
    request.flash(_("The consensus report has begun. The rapporteur is informed."))
    return _back(request, proposal)


@view_config(
    route_name="proposal.consensus",
    request_method="POST",
    request_param="finalise",
    permission="assign",
    renderer=ONE,
)
def finalise(context: resources.ProposalContext, request: Request) -> Any:
    """Make the report final although somebody has not answered, with a reason."""
    report = _report(context, request)
    given, wrong = form_errors.answers(request, _reason(request, report, "finalise"))
    if given is None:
        return _page(context, request, wrong={"finalise": wrong})
    request.services.consensus.finalise(report, reason=given["reason"], by=request.person)
    request.flash(_("The consensus report is final."))
    return _back(request, context.proposal)


@view_config(
    route_name="proposal.consensus",
    request_method="POST",
    request_param="withdraw",
    permission="assign",
    renderer=ONE,
)
def withdraw(context: resources.ProposalContext, request: Request) -> Any:
    """Withdraw the report, with a reason; another one can begin."""
    report = _report(context, request)
    given, wrong = form_errors.answers(request, _reason(request, report, "withdraw"))
    if given is None:
        return _page(context, request, wrong={"withdraw": wrong})
    request.services.consensus.withdraw(report, reason=given["reason"], by=request.person)
    request.flash(_("The report is withdrawn and kept. Another one can begin."))
    return _back(request, context.proposal)


@view_config(
    route_name="manage.consensus", request_method="GET", permission="inspect", renderer=ALL
)
def of_call(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """List the proposals for which the call asks for a report, and where each stands."""
    call, services = context.call, request.services
    stage = services.stages.of(call)
    rules = frozen_rules(stage) if stage else None
    rows = services.consensus.progress(stage) if stage and rules and rules.consensus else ()
    untold = services.access.untold(call, request.person) if rows else frozenset()
    told = [it for it in rows if it.proposal.id not in untold]
    number = paging.within(asked(request), len(told))
    first = paging.start(number)
    return {
        "call": call,
        "stage": stage,
        "asks": bool(rules and rules.consensus),
        "rows": told[first : first + paging.PAGE],
        "pages": links(request, number, paging.pages(len(told))),
        "untold": len(rows) - len(told),
        "count": len(told),
        "done": sum(it.is_settled for it in told),
        "ready": [it for it in told if _may_begin(it)],
        "open": stage is not None and stage.status is StageStatus.OPEN,
        "shape": shape,
    }


@view_config(route_name="manage.consensus", request_method="POST", permission="evaluate")
def begin_all(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Begin the reports of all proposals whose reviews are in, the work shared evenly."""
    call, services = context.call, request.services
    stage = services.stages.of(call)
    if stage is None:
        raise HTTPNotFound
    untold = services.access.untold(call, request.person)
    begun = services.consensus.begin_all(stage, but=untold, by=request.person)
    request.flash(_("Consensus reports begun: ${count}.", mapping={"count": len(begun)}))
    return HTTPSeeOther(request.route_path("manage.consensus", code=call.code))


def _may_begin(it: ConsensusProgress) -> bool:
    return it.report is None and it.is_ready


def _page(
    context: resources.ProposalContext,
    request: Request,
    *,
    beginning: Markup | None = None,
    wrong: dict[str, Markup] | None = None,
) -> dict[str, Any]:
    proposal, stage, consensus = context.proposal, _stage(context), request.services.consensus
    untold = request.services.access.owes_review(request.person, proposal)
    shown = {"proposal": proposal, "call": proposal.call, "untold": untold, "shape": shape}
    if untold:
        return shown | {"report": None}
    report, reviewed = consensus.of(stage, proposal), consensus.reviewed(stage, proposal)
    may_step = request.has_permission("assign") and stage.status is StageStatus.OPEN
    may_begin = may_step and report is None and consensus.may_begin(stage, proposal, reviewed)
    if may_begin and beginning is None:
        beginning = Markup(_begin_form(request, stage, proposal).render({}))  # noqa: S704 -- ours escape
    current = report is None or consensus.is_current(report, reviewed)
    outside = request.person.id not in {it.reviewer_id for it in reviewed}
    return shown | {
        "stage": stage,
        "report": report,
        "needed": report is not None or consensus.is_needed(stage, reviewed),
        "criteria": frozen_rules(stage).criteria,
        "current": current,
        "reviews": reviews_of(request, reviewed, named=True),
        "beginning": beginning if may_begin else None,
        "forms": (wrong or {})
        | (
            _forms(request, report, current, wrong or {}) if may_step and report and outside else {}
        ),
        "lines": lines_of(request, report) if report else (),
        "answers": answers_of(request, report, reviewed, named=True) if report else (),
        "withdrawn": consensus.withdrawn(stage, proposal),
    }


def _forms(
    request: Request, report: ConsensusReport, current: bool, wrong: dict[str, Markup]
) -> dict[str, Markup]:
    actions = [] if report.status is ConsensusStatus.FINAL and current else ["withdraw"]
    if report.status is ConsensusStatus.CIRCULATED and current:
        actions.insert(0, "finalise")
    return {
        it: wrong.get(it) or Markup(_reason(request, report, it).render({}))  # noqa: S704 -- ours escape
        for it in actions
    }


def _reason(request: Request, report: ConsensusReport, action: str) -> deform.Form:
    words = {"finalise": _("Make the report final"), "withdraw": _("Withdraw the report")}
    return request.form(
        Reason(),
        {action: words[action]},
        formid=action,
        action=request.route_path("proposal.consensus", reference=report.proposal.reference),
        version=request.services.versions.consensus(report),
    )


def _begin_form(request: Request, stage: Stage, proposal: Proposal) -> deform.Form:
    reviewed = request.services.consensus.reviewed(stage, proposal)
    return request.form(
        Rapporteur(),
        {"begin": _("Begin the consensus report")},
        formid="begin",
        action=request.route_path("proposal.consensus", reference=proposal.reference),
        reviewers=[(str(it.reviewer_id), it.reviewer.name) for it in reviewed],
    )


def _stage(context: resources.ProposalContext) -> Stage:
    if context.proposal.stage is None:
        raise HTTPNotFound
    return context.proposal.stage


def _report(context: resources.ProposalContext, request: Request) -> ConsensusReport:
    _require_own_review(context, request)
    report = request.services.consensus.of(_stage(context), context.proposal)
    if report is None:
        raise HTTPNotFound
    return report


def _require_own_review(context: resources.ProposalContext, request: Request) -> None:
    if request.services.access.owes_review(request.person, context.proposal):
        raise Refused(_("You review this proposal yourself. Submit your own review first."))


def _back(request: Request, proposal: Proposal) -> HTTPSeeOther:
    return HTTPSeeOther(request.route_path("proposal.consensus", reference=proposal.reference))
