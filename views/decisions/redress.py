"""Requests for redress: asked for by an applicant, listed and settled by the fund."""

from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.decisions.models import Decision
from grants.decisions.queries.redress_days import last_day, redress_days
from grants.decisions.redress import RedressRequest
from grants.decisions.service.redress import INVOLVED
from grants.kit.database.tables import columns
from grants.oversight.queries.edit_tokens import Version
from grants.rules.workflow.redress import REDRESS_STEPS, RedressStatus
from schemas.decisions.redress import FOUNDED, AskRedress, SettleRedress
from schemas.forms.base import _
from views.proposals.proposals import barrier_of
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

SHAPES = {
    RedressStatus.ASKED: "waiting",
    RedressStatus.FOUNDED: "warning",
    RedressStatus.UNFOUNDED: "ended",
}


@view_config(
    route_name="proposal.redress",
    permission="ask_redress",
    renderer="templates:decisions/redress_asked.jinja2",
)
def ask(context: resources.ProposalContext, request: Request) -> Any:
    """Ask for redress against the decision that the applicant was told of; show what came of it."""
    proposal, redress = context.proposal, request.services.redress
    decision = request.services.decisions.notified(proposal)
    until = last_day(decision, proposal.call) if decision else None
    if decision is None or until is None:
        raise HTTPNotFound
    asked = redress.against(decision)
    form = request.form(
        AskRedress(),
        {"ask": _("Ask for redress")},
        formid="redress",
        version=_version(request, decision),
    )
    typed, page = form_errors.answers(request, form)
    if typed is None:
        return {
            "proposal": proposal,
            "call": proposal.call,
            "asked": asked,
            "until": until,
            "open": redress.is_open(decision),
            "barrier": barrier_of(context, request),
            "form": page,
            "shapes": SHAPES,
        }
    redress.ask(proposal, decision, grounds=typed["grounds"], by=request.person)
    request.flash(_("Your request is with the fund. You receive an email with the outcome."))
    return HTTPSeeOther(request.route_path("proposal.redress", reference=proposal.reference))


@view_config(
    route_name="manage.redress",
    request_method="GET",
    permission="inspect",
    renderer="templates:decisions/redress_requests.jinja2",
)
def listed(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """List the requests of a call, those that wait first."""
    call = context.call
    return {
        "call": call,
        "days": redress_days(call),
        "requests": request.services.redress.in_call(call),
        "shapes": SHAPES,
    }


@view_config(
    route_name="manage.redress.request",
    request_method="GET",
    permission="inspect",
    renderer="templates:decisions/redress_request.jinja2",
)
def show(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show one request with the decision that it is against."""
    return _page(context, request, _found(context, request))


@view_config(
    route_name="manage.redress.request",
    request_method="POST",
    permission="evaluate",
    renderer="templates:decisions/redress_request.jinja2",
)
def settle(context: resources.CallContext, request: Request) -> Any:
    """Say whether it is founded, with reasons that the applicant reads."""
    asked = _found(context, request)
    typed, wrong = form_errors.answers(request, _settle_form(request, asked))
    if typed is None:
        return _page(context, request, asked, wrong)
    request.services.redress.settle(
        asked,
        founded=typed["outcome"] == FOUNDED,
        reasons=typed["reasons"],
        by=request.person,
    )
    request.flash(_("The request is settled. The applicant is informed."))
    return HTTPSeeOther(request.route_path("manage.redress", code=context.call.code))


def _page(
    context: resources.CallContext,
    request: Request,
    asked: RedressRequest,
    wrong: Markup | None = None,
) -> dict[str, Any]:
    proposal = asked.decision.proposal
    involved = request.person.id in request.services.redress.involved(proposal)
    may = asked.status is RedressStatus.ASKED and request.has_permission("evaluate")
    form = None
    if may and not involved:
        form = wrong or Markup(_settle_form(request, asked).render({}))  # noqa: S704 -- ours escape
    return {
        "call": context.call,
        "asked": asked,
        "proposal": proposal,
        "decision": asked.decision,
        "form": form,
        "involved": INVOLVED if may and involved else "",
        "shapes": SHAPES,
    }


def _found(context: resources.CallContext, request: Request) -> RedressRequest:
    number = int(request.matchdict["number"])
    found = (it for it in request.services.redress.in_call(context.call) if it.id == number)
    asked = next(found, None)
    if asked is None:
        raise HTTPNotFound
    return asked


def _settle_form(request: Request, asked: RedressRequest) -> deform.Form:
    return request.form(
        SettleRedress(),
        {"settle": _("Settle the request")},
        formid="settle",
        version=_version(request, asked.decision),
    )


def _version(request: Request, decision: Decision) -> Version:
    """Return the version of the request against a decision; there may be none yet."""

    def seen() -> object:
        asked = request.services.redress.against(decision)
        return [columns(asked)] if asked else []

    reference = f"{decision.proposal.reference}/X{decision.number}"
    return request.services.versions.of(
        REDRESS_STEPS.noun, reference, locked=decision.proposal, seen=seen
    )
