"""Handing a proposal in, its receipt, taking it back, withdrawing it."""

from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from grants.services.proposals import NotComplete
from grants.workflow import PROPOSAL_STEPS, Role
from schemas.base import _
from schemas.starting import Withdraw
from views import complaints, resources
from views.downloads import as_download
from views.request import Request
from views.steps import to_do


@view_config(
    route_name="proposal.submit",
    request_method="POST",
    permission="submit",
    renderer="templates:proposals/not_complete.jinja2",
)
def submit(context: resources.Proposal, request: Request) -> Any:
    """Hand it in; however often it is sent, there is one version and one receipt."""
    proposal = context.proposal
    try:
        request.services.proposals.submit(proposal, by=request.person)
    except NotComplete as refusal:
        request.response.status = 422
        listed = [to_do(request, proposal, one) for one in refusal.missing]
        return {"proposal": proposal, "sentence": request.said(refusal), "to_do": listed}
    return HTTPSeeOther(request.route_path("proposal.receipt", reference=proposal.reference))


@view_config(
    route_name="proposal.receipt",
    request_method="GET",
    permission="view",
    renderer="templates:proposals/receipt.jinja2",
)
def receipt(context: resources.Proposal, request: Request) -> dict[str, Any]:
    """Show the receipt of the version that counts."""
    version = request.services.proposals.newest_version(context.proposal)
    if version is None:
        raise HTTPNotFound
    roles = context.roles
    return {
        "proposal": context.proposal,
        "call": context.proposal.call,
        "version": version,
        "kept": request.services.papers.has_receipt(version),
        "files": request.services.files.of_version(version),
        "actions": {
            action
            for role in roles
            for action in PROPOSAL_STEPS.actions(context.proposal.status, role)
        },
        "open": context.proposal.call.is_open(request.arrived_at),
    }


@view_config(route_name="proposal.receipt.pdf", request_method="GET", permission="view")
def receipt_pdf(context: resources.Proposal, request: Request) -> Response:
    """Give the receipt as it was sent; made now if its job has not run yet."""
    version = request.services.proposals.newest_version(context.proposal)
    if version is None:
        raise HTTPNotFound
    return _pdf(request.services.papers.receipt(version), f"{version.receipt}.pdf")


@view_config(route_name="proposal.pdf", request_method="GET", permission="view")
def proposal_pdf(context: resources.Proposal, request: Request) -> Response:
    """Print it: to the team as it is now, to the fund as it was handed in."""
    services, proposal = request.services, context.proposal
    as_team = Role.APPLICANT in context.roles
    content = services.papers.proposal(proposal, as_team=as_team, language=request.language)
    if content is None:
        raise HTTPNotFound
    return _pdf(content, f"{proposal.reference}.pdf")


def _pdf(content: bytes, name: str) -> Response:
    return as_download(Response(body=content, content_type="application/pdf"), name)


@view_config(route_name="proposal.take_back", request_method="POST", permission="take_back")
def take_back(context: resources.Proposal, request: Request) -> HTTPSeeOther:
    """Make it a draft again."""
    request.services.proposals.take_back(context.proposal, by=request.person)
    request.flash(
        _(
            "You took your proposal back. The version you handed in counts until you hand it in"
            " again."
        ),
        "warning",
    )
    return HTTPSeeOther(request.route_path("proposal", reference=context.proposal.reference))


@view_config(
    route_name="proposal.withdraw",
    permission="withdraw",
    renderer="templates:proposals/withdraw.jinja2",
)
def withdraw(context: resources.Proposal, request: Request) -> Any:
    """Ask once more, and for a reason that need not be given; then end it."""
    proposal = context.proposal
    buttons = {"withdraw": _("Withdraw the proposal")}
    typed, page = complaints.answers(request, request.form(Withdraw(), buttons, formid="withdraw"))
    if typed is None:
        return {"proposal": proposal, "form": page}
    request.services.proposals.withdraw(proposal, by=request.person, reason=typed["reason"])
    request.flash(_("Your proposal is withdrawn."), "good")
    return HTTPSeeOther(request.route_path("proposal", reference=proposal.reference))
