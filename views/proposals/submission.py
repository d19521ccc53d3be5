"""Submitting a proposal, its receipt, reopening it, withdrawing it."""

from typing import Any

import deform
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from grants.calls.queries.facts import asks_for_officers
from grants.directory.service.officers import NotAuthorised
from grants.proposals.service.after_closing import WRITING
from grants.proposals.service.proposals import NotComplete
from grants.rules.forms.key_fields import lifted
from grants.rules.workflow import Role
from schemas.forms.base import VERSION, _
from schemas.proposals.start_and_withdraw import Withdraw
from views.proposals import known_facts
from views.proposals.progress import to_do
from views.proposals.proposals import actions_of, barrier_of, reading
from views.proposals.unnamed import unnamed
from views.web import resources
from views.web.downloads import as_download
from views.web.forms import form_errors
from views.web.request import Request

CHECK_AND_SUBMIT = "templates:proposals/check_and_submit.jinja2"


@view_config(
    route_name="proposal.submit",
    request_method="GET",
    permission="submit",
    renderer=CHECK_AND_SUBMIT,
)
def check(context: resources.ProposalContext, request: Request) -> Any:
    """Show what will be submitted as its readers will see it, and what is missing."""
    if context.proposal.status not in WRITING:
        return _to_receipt(context, request)
    return _as_it_will_read(context, request)


@view_config(
    route_name="proposal.submit",
    request_method="POST",
    permission="submit",
    renderer=CHECK_AND_SUBMIT,
)
def submit(context: resources.ProposalContext, request: Request) -> Any:
    """Submit it; however often it is sent, there is one version and one receipt.

    What was changed since its page was read is shown once more, and not submitted unread.
    """
    proposal, read = context.proposal, request.POST.get(VERSION)
    unread = read and read != request.services.versions.text(proposal).token
    if unread and proposal.status in WRITING and proposal.is_open(request.arrived_at):
        request.response.status = 409
        return _as_it_will_read(context, request) | {"changed": True}
    try:
        request.services.proposals.submit(proposal, by=request.person)
    except NotComplete:
        request.response.status = 422
        return _as_it_will_read(context, request)
    except NotAuthorised:
        request.response.status = 409
        return _as_it_will_read(context, request)
    return _to_receipt(context, request)


def _as_it_will_read(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    proposal, services = context.proposal, request.services
    page = reading(proposal, request, as_team=True)
    missing = services.proposals.missing(proposal, page["answers"])
    return {
        **page,
        "barrier": barrier_of(context, request),
        "changed": False,
        "differences": known_facts.differences(
            request, proposal.organisation, page["definition"], page["answers"]
        ),
        "earlier": services.proposals.counting_version(proposal),
        "open": proposal.is_open(request.arrived_at),
        "seen": services.versions.text(proposal).token,
        "unnamed": unnamed(request, proposal, page["definition"], page["answers"], None),
        "title": lifted(page["definition"], page["answers"]).title,
        "to_do": [to_do(request, proposal, one) for one in missing],
    }


def _to_receipt(context: resources.ProposalContext, request: Request) -> HTTPSeeOther:
    reference = context.proposal.reference
    return HTTPSeeOther(request.route_path("proposal.receipt", reference=reference))


@view_config(
    route_name="proposal.receipt",
    request_method="GET",
    permission="view",
    renderer="templates:proposals/receipt.jinja2",
)
def receipt(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Show the receipt of the version that counts."""
    version = request.services.proposals.newest_version(context.proposal)
    if version is None:
        raise HTTPNotFound
    roles = context.roles
    return {
        "proposal": context.proposal,
        "call": context.proposal.call,
        "version": version,
        "kept": request.services.proposal_papers.has_receipt(version),
        "files": request.services.files.of_version(version),
        "actions": actions_of(context),
        "officers": asks_for_officers(context.proposal.call),
        "open": context.proposal.is_open(request.arrived_at),
        "for_team": Role.APPLICANT in roles,
    }


@view_config(route_name="proposal.receipt.pdf", request_method="GET", permission="view")
def receipt_pdf(context: resources.ProposalContext, request: Request) -> Response:
    """Give the receipt as it was sent; made now if its job has not run yet."""
    version = request.services.proposals.newest_version(context.proposal)
    if version is None:
        raise HTTPNotFound
    return _pdf(request.services.proposal_papers.receipt(version), f"{version.receipt}.pdf")


@view_config(route_name="proposal.pdf", request_method="GET", permission="view")
def proposal_pdf(context: resources.ProposalContext, request: Request) -> Response:
    """Print it: to the team as it is now, to the fund as it was submitted."""
    services, proposal = request.services, context.proposal
    as_team = Role.APPLICANT in context.roles
    content = services.proposal_papers.proposal(
        proposal, as_team=as_team, language=request.language
    )
    if content is None:
        raise HTTPNotFound
    return _pdf(content, f"{proposal.reference}.pdf")


def _pdf(content: bytes, name: str) -> Response:
    return as_download(Response(body=content, content_type="application/pdf"), name)


@view_config(route_name="proposal.reopen", request_method="POST", permission="take_back")
def take_back(context: resources.ProposalContext, request: Request) -> HTTPSeeOther:
    """Make it a draft again."""
    request.services.proposals.take_back(context.proposal, by=request.person)
    request.flash(
        _("Your proposal is reopened. The version you submitted counts until you submit it again."),
        "warning",
    )
    return HTTPSeeOther(request.route_path("proposal", reference=context.proposal.reference))


@view_config(
    route_name="proposal.withdraw",
    permission="withdraw",
    renderer="templates:proposals/withdraw.jinja2",
)
def withdraw(context: resources.ProposalContext, request: Request) -> Any:
    """Ask once more, and for a reason that need not be given; then end it."""
    proposal = context.proposal
    buttons = {
        "withdraw": deform.Button("withdraw", _("Withdraw the proposal"), css_class="btn-danger")
    }
    version = request.services.versions.standing(proposal)
    form = request.form(Withdraw(), buttons, formid="withdraw", version=version)
    typed, page = form_errors.answers(request, form)
    if typed is None:
        call = proposal.call
        return {
            "proposal": proposal,
            "form": page,
            "barrier": barrier_of(context, request),
            "officers": asks_for_officers(call),
            "call": call,
            "open": call.is_open(request.arrived_at),
        }
    request.services.proposals.withdraw(proposal, by=request.person, reason=typed["reason"])
    request.flash(_("Your proposal is withdrawn."), "good")
    return HTTPSeeOther(request.route_path("proposal", reference=proposal.reference))


@view_config(route_name="proposal.restore", request_method="POST", permission="restore")
def restore(context: resources.ProposalContext, request: Request) -> HTTPSeeOther:
    """Undo a withdrawal."""
    proposal = context.proposal
    request.services.proposals.restore(proposal, by=request.person)
    request.flash(_("The withdrawal is undone. Your team gets an email."), "good")
    return HTTPSeeOther(request.route_path("proposal", reference=proposal.reference))
