"""The decision letter, to be read again by its team and by the fund."""

from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response
from pyramid.view import view_config

from views.projects.projects import pdf
from views.web import resources
from views.web.request import Request


@view_config(route_name="proposal.letter.pdf", request_method="GET", permission="view")
def letter_pdf(context: resources.ProposalContext, request: Request) -> Response:
    """Give the letter as it was sent; before, there is none to read."""
    proposal, services = context.proposal, request.services
    decision = services.decisions.notified(proposal)
    if decision is None:
        raise HTTPNotFound
    return pdf(services.letter_papers.content(decision), f"{proposal.reference}-decision.pdf")
