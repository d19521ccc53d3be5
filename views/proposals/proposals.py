"""A proposal for its team: begun, looked over, read."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import deform
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.calls.queries.definitions import definition_of, named_of
from grants.projects.models import Project
from grants.proposals.clarifications import Clarification
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries.unnamed_texts import readable_files
from grants.proposals.service.after_closing import WRITING
from grants.proposals.service.authorisation import BINDING
from grants.rules.forms.answers import Answers
from grants.rules.forms.key_fields import lifted
from grants.rules.workflow import PROPOSAL_STEPS, ProposalStatus, Role
from grants.rules.workflow.applicant_status import ApplicantStatus, applicant_status
from schemas.directory.organisation import InviteSchema
from schemas.forms.base import _
from schemas.proposals.start_and_withdraw import Start
from views.proposals.progress import steps
from views.proposals.unnamed import unnamed
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

KINDS: Mapping[ApplicantStatus, str] = {
    ApplicantStatus.DRAFT: "draft",
    ApplicantStatus.SUBMITTED: "waiting",
    ApplicantStatus.REOPENED: "draft",
    ApplicantStatus.IN_EVALUATION: "progress",
    ApplicantStatus.INVITED: "draft",
    ApplicantStatus.LAPSED: "ended",
    ApplicantStatus.AWARDED: "good",
    ApplicantStatus.ON_THE_RESERVE_LIST: "waiting",
    ApplicantStatus.NOT_AWARDED: "bad",
    ApplicantStatus.WITHDRAWN: "ended",
}
"""The shape beside each word."""

TEAMS = (
    "start",
    "invite",
    "join",
    "submit",
    "take_back",
    "stand",
    "invite_next",
    "lapse",
    "withdraw",
    "restore",
    "restore_draft",
)
"""What the ledger tells a team: what it did itself. The rest is told by letter."""


@view_config(
    route_name="call.start", permission="start", renderer="templates:proposals/start.jinja2"
)
def start(context: resources.PublishedCallContext, request: Request) -> Any:
    """Ask for which organisation, and begin a proposal; without one, have it registered first."""
    call, proposals = context.call, request.services.proposals
    organisations = {str(it.id): it for it in proposals.organisations(request.person)}
    if not organisations:
        back = {"next": request.path}
        return HTTPSeeOther(request.route_path("organisations.new", _query=back))
    form = _start_form(request, [(code, it.name) for code, it in organisations.items()])
    only = next(iter(organisations)) if len(organisations) == 1 else ""
    # Sent twice, the key begins one proposal.
    given = {"key": secrets.token_urlsafe(16), "organisation": only}
    typed, page = form_errors.answers(request, form, given)
    if typed is None:
        return {"call": call, "form": page, "open": call.is_open(request.arrived_at)}
    proposal = proposals.start(
        call, organisations[typed["organisation"]], by=request.person, key=typed["key"]
    )
    return HTTPSeeOther(request.route_path("proposal", reference=proposal.reference))


def _start_form(request: Request, organisations: list[tuple[str, str]]) -> deform.Form:
    buttons = {"start": _("Start the proposal")}
    return request.form(Start(), buttons, formid="start", organisations=organisations)


@view_config(
    route_name="proposal",
    request_method="GET",
    permission="view",
    renderer="templates:proposals/proposal_for_fund.jinja2",
)
def show(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Show a team where its proposal stands; show the fund what was submitted."""
    if Role.APPLICANT not in context.roles:
        return submitted_proposal(context, request)
    request.override_renderer = "templates:proposals/overview.jinja2"
    return overview(context, request)


def overview(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Gather what a team sees first."""
    proposal, proposals = context.proposal, request.services.proposals
    sections = proposals.sections(proposal)
    answers = {code: section.answers for code, section in sections.items()}
    draft, barrier = proposal.status in WRITING, barrier_of(context, request)
    inviting = _invitations(proposal, request) if draft else {}
    missing = proposals.missing(proposal, answers) if draft else ()
    listed = steps(request, proposal, sections, missing)
    decision = request.services.decisions.notified(proposal) if not draft else None
    versions = proposals.versions(proposal)
    status = applicant_status(proposal.status, decision.kind if decision else None)
    return {
        **{"is_member": _is_member(proposal, request), "invitations": (), "form": "", **inviting},
        "proposal": proposal,
        "call": proposal.call,
        "clarification": _clarification(proposal, request),
        "actions": actions_of(context) - (BINDING if barrier else set()),
        "barrier": barrier,
        "decision": decision,
        "kind": KINDS[status],
        "open": proposal.is_open(request.arrived_at),
        "next": next((step for step in listed if step.state != "complete"), None),
        "project": _project(proposal, request),
        "status": status,
        "steps": listed,
        "team": proposals.team(proposal),
        "guests": request.services.holdings.guests(proposal),
        "timeline": proposals.history(proposal, TEAMS),
        "versions": versions,
        "title": lifted(definition_of(proposal.form), answers).title if draft else proposal.title,
        "unsent": not draft and _is_unsent(proposal, versions, answers),
        "writing": draft,
    }


def _clarification(proposal: Proposal, request: Request) -> Clarification | None:
    """Return the question that waits for an answer; there is none before the check."""
    if proposal.status is not ProposalStatus.SUBMITTED or proposal.is_open(request.arrived_at):
        return None
    return request.services.clarifications.open(proposal)


def _is_unsent(proposal: Proposal, versions: Sequence[ProposalVersion], answers: Answers) -> bool:
    """Return whether something was written after it was submitted last, in the same form."""
    last = versions[-1] if versions else None
    return last is not None and last.form_id == proposal.form_id and last.answers != answers


def actions_of(context: resources.ProposalContext) -> set[str]:
    """Name what the roles of whoever asks allow where the proposal stands."""
    status = context.proposal.status
    return {it for role in context.roles for it in PROPOSAL_STEPS.actions(status, role)}


def barrier_of(context: resources.ProposalContext, request: Request) -> str:
    """Return why whoever asks does not submit here, and who does; "" if they may."""
    barrier = request.services.authorisation.barrier(context.proposal, request.person)
    return request.said(barrier) if barrier else ""


@view_config(
    route_name="proposal.invite",
    request_method="POST",
    permission="edit",
    renderer="templates:proposals/overview.jinja2",
)
def invite(context: resources.ProposalContext, request: Request) -> Any:
    """Ask somebody of a partner organisation to write this proposal with its team."""
    typed, page = form_errors.answers(request, _invite_form(context.proposal, request))
    if typed is None:
        return overview(context, request) | {"form": page}
    request.services.invitations.to_proposal(
        context.proposal, email=typed["email"], by=request.person
    )
    request.flash(_("The invitation to ${email} is on its way.", mapping=typed))
    return HTTPSeeOther(request.route_path("proposal", reference=context.proposal.reference))


def _invite_form(proposal: Proposal, request: Request) -> deform.Form:
    return request.form(
        InviteSchema(),
        {"invite": _("Send the invitation")},
        formid="invite",
        action=request.route_path("proposal.invite", reference=proposal.reference),
    )


def _is_member(proposal: Proposal, request: Request) -> bool:
    ids = {it.organisation_id for it in request.person.memberships}
    return proposal.organisation_id in ids


def _invitations(proposal: Proposal, request: Request) -> dict[str, Any]:
    """List whom the team waits for, and let members of the applicant ask others."""
    if not _is_member(proposal, request) or not proposal.is_open(request.arrived_at):
        return {}
    return {
        "invitations": request.services.invitations.waiting(proposal),
        "form": _invite_form(proposal, request).render(),
    }


def _project(proposal: Proposal, request: Request) -> Project | None:
    """Find what an award became."""
    awarded = proposal.status is ProposalStatus.AWARDED
    return request.services.projects.of(proposal) if awarded else None


def submitted_proposal(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Gather what the fund sees: the version that counts, never what is being written.

    The whole history is for those who manage or audit; who has an interest
    elsewhere in the call would learn from it how others fared.
    """
    proposal, roles = context.proposal, context.roles
    whole = roles & {Role.MANAGER, Role.AUDITOR}
    actions = {it for role in roles for it in PROPOSAL_STEPS.actions(proposal.status, role)}
    return {
        **reading(proposal, request, as_team=False),
        "actions": actions,
        "decision": request.services.decisions.of(proposal) if whole else None,
        "for_fund": bool(whole or Role.RECUSED in roles),
        "timeline": request.services.proposals.history(proposal, None if whole else TEAMS),
        "wrote": request.services.holdings.of_proposal(proposal) if whole else (),
    }


@view_config(
    route_name="proposal.preview",
    request_method="GET",
    permission="view",
    renderer="templates:proposals/preview.jinja2",
)
def preview(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Show what a reader will see: to the team as it is now, to the fund as it was submitted.

    A team also reads what it wrote after it reopened a proposal and did not submit again; and
    both what reviewers read where they must not learn who applies.
    """
    page = reading(context.proposal, request, as_team=Role.APPLICANT in context.roles)
    if request.GET.get("reader") != "reviewer":
        return page | {"unnamed": None}
    found = unnamed(request, page["proposal"], page["definition"], page["answers"], page["version"])
    if found is None:
        raise HTTPNotFound
    files = readable_files(found.answers)
    kept = {token: it for token, it in page["files"].items() if token in files}
    title = lifted(page["definition"], found.answers).title
    return page | {"unnamed": title, "answers": found.answers, "files": kept}


def reading(proposal: Proposal, request: Request, *, as_team: bool) -> dict[str, Any]:
    """Gather a proposal's answers and files for reading."""
    services = request.services
    version = services.proposals.newest_version(proposal)
    written = proposal.status in WRITING or "written" in request.GET
    if as_team and (version is None or written):
        answers, version = services.proposals.answers(proposal), None
        files = services.files.present(proposal)
    elif version is None:
        raise HTTPNotFound
    else:
        answers, files = version.answers, services.files.of_version(version)
    return {
        "proposal": proposal,
        "call": proposal.call,
        "definition": named_of(proposal, version),
        "answers": answers,
        "version": version,
        "files": {
            file.token: {
                "name": file.name,
                "size": request.formats.size(file.size),
                "url": request.route_path(
                    "proposal.file", reference=proposal.reference, token=file.token
                ),
            }
            for file in files
        },
    }
