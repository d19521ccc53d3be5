"""An applicant's answer to an award."""

from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.decisions.queries.award_answers import is_open_to
from grants.oversight.queries.award_tokens import award_version
from schemas.forms.base import _
from schemas.projects.award_answer import ACCEPT, AwardAnswerSchema
from views.proposals.proposals import barrier_of
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request


@view_config(
    route_name="proposal.answer",
    permission="answer",
    renderer="templates:projects/award_answer.jinja2",
)
def answer(context: resources.ProposalContext, request: Request) -> Any:
    """Ask whether the award is accepted, and keep what is answered."""
    proposal, services = context.proposal, request.services
    decision, project = services.decisions.notified(proposal), services.projects.of(proposal)
    if decision is None or project is None or not is_open_to(proposal, decision):
        raise HTTPNotFound
    form = request.form(
        AwardAnswerSchema(),
        {"answer": _("Send the answer")},
        formid="answer",
        version=award_version(services.versions, decision, project),
    )
    typed, page = form_errors.answers(request, form)
    if typed is None:
        return {
            "proposal": proposal,
            "call": proposal.call,
            "decision": decision,
            "answered": decision.answer,
            "waits": decision.answer is None and project.status == "preparation",
            "late": services.award_answers.is_late(decision),
            "barrier": barrier_of(context, request),
            "form": page,
        }
    accepted = typed["reply"] == ACCEPT
    services.award_answers.answer(
        proposal, decision, accepted=accepted, reason=typed["reason"], by=request.person
    )
    said = _("You accepted the award.") if accepted else _("You declined the award.")
    request.flash(said, "good")
    return HTTPSeeOther(request.route_path("proposal", reference=proposal.reference))
