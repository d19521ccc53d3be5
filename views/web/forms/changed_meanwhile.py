"""What happened to something while somebody had its page open: by whom, and when."""

from collections.abc import Mapping
from typing import Any

from pyramid.httpexceptions import HTTPForbidden

from grants.calls.models import Call
from grants.oversight.queries.edit_tokens import Changed
from grants.rules.workflow import (
    ASSIGNMENT_STEPS,
    CALL_STEPS,
    DELIVERABLE_STEPS,
    PROJECT_STEPS,
    PROPOSAL_STEPS,
    Role,
    Workflow,
)
from grants.rules.workflow.applicant_status import applicant_status
from schemas.forms.base import _
from views.web import resources
from views.web.request import Request

_KNOW_THE_FUND = {Role.MANAGER, Role.RECUSED, Role.AUDITOR}
"""Who is told the names of the fund's people. Teams and reviewers read "the fund" for them."""

_TEAMS = (
    "start",
    "submit",
    "take_back",
    "withdraw",
    "restore",
    "restore_draft",
    "invite",
    "join",
    "deliver",
    "correct",
)
"""What a team or an organisation does itself: its members are told each other's names."""


def sentence(request: Request, changed: Changed | None) -> str:
    """Return who changed something, and when, as far as whoever asks may know it."""
    translate = request.localizer.translate
    if changed is None:
        return str(translate(_("Someone changed it after you had opened the page.")))
    moment = request.formats.moment(changed.entry.at, zone(request))
    gaps = {"moment": moment, "name": changed.who}
    if request.identity and changed.entry.actor_id == request.identity.id:
        words = _(
            "You changed it yourself on ${moment}, in another window, after you had opened this"
            " page.",
            mapping=gaps,
        )
    elif changed.who and is_named(request, changed.entry.action):
        words = _("${name} changed it on ${moment}, after you had opened this page.", mapping=gaps)
    else:
        words = _("It was changed on ${moment}, after you had opened this page.", mapping=gaps)
    return str(translate(words))


_THINGS: Mapping[type, tuple[str, tuple[Workflow[Any], ...]]] = {
    resources.CallContext: ("call", (CALL_STEPS,)),
    resources.ProposalContext: ("proposal", (PROPOSAL_STEPS,)),
    resources.AssignmentContext: ("assignment", (ASSIGNMENT_STEPS,)),
    resources.ProjectContext: ("project", (PROJECT_STEPS,)),
    resources.DeliverableContext: ("deliverable", (DELIVERABLE_STEPS, PROJECT_STEPS)),
}


def gone(request: Request, forbidden: HTTPForbidden) -> list[str] | None:
    """Return why a step that somebody's roles have is not open now: where the thing stands by now.

    Nothing, if it never is theirs.
    """
    context, permission = request.context, getattr(forbidden.result, "permission", "")
    if type(context) not in _THINGS:
        return None
    name, workflows = _THINGS[type(context)]
    roles = _roles(context)
    steps = (step for workflow in workflows for step in workflow.steps)
    if not any(step.action == permission and step.by in roles for step in steps):
        return None
    translate = request.localizer.translate
    status = _status(request, getattr(context, name))
    said = [translate(_("This step is not available: the status is “${status}”.", mapping=status))]
    version = _VERSIONS[name](request, getattr(context, name))
    if last := _last(request, request.services.versions.changed(version)):
        said.append(last)
    return said


def _roles(context: Any) -> set[Role]:
    """Name the roles of whoever asks; a reviewer was an invited one before, or may be again."""
    roles, reviewers = set(context.roles), {Role.INVITED_REVIEWER, Role.REVIEWER}
    return roles | reviewers if roles & reviewers else roles


def _status(request: Request, thing: Any) -> dict[str, str]:
    """Return where something stands, as far as whoever asks was told."""
    status = thing.status
    if (
        Role.APPLICANT in request.context.roles
        and type(request.context) is resources.ProposalContext
    ):
        decision = request.services.decisions.notified(thing)
        status = applicant_status(status, decision.kind if decision else None)
    return {"status": request.formats.words(status)}


def _last(request: Request, changed: Changed | None) -> str:
    """Return what was done last, unless whoever asks is not told of it."""
    if changed is None:
        return ""
    mine = request.identity is not None and changed.entry.actor_id == request.identity.id
    if not (mine or is_named(request, changed.entry.action)):
        return ""
    gaps = {
        "action": request.formats.words(changed.entry.action),
        "name": changed.who,
        "moment": request.formats.moment(changed.entry.at, zone(request)),
    }
    words = (
        _("Last change: ${action}, by you, on ${moment}.", mapping=gaps)
        if mine
        else _("Last change: ${action}, by ${name}, on ${moment}.", mapping=gaps)
    )
    return str(request.localizer.translate(words))


_VERSIONS: Mapping[str, Any] = {
    "call": lambda request, it: request.services.versions.call(it),
    "proposal": lambda request, it: request.services.versions.standing(it),
    "assignment": lambda request, it: request.services.versions.review(it),
    "project": lambda request, it: request.services.versions.project(it),
    "deliverable": lambda request, it: request.services.versions.deliverable(it),
}
"""How the ledger names each."""


def is_named(request: Request, action: str) -> bool:
    """Return whether whoever asks may know who took an action."""
    roles = set(getattr(request.context, "roles", ()))
    if roles & _KNOW_THE_FUND:
        return True
    return bool(roles & {Role.APPLICANT, Role.MEMBER}) and action in _TEAMS


def zone(request: Request) -> str:
    """Name the zone in which moments are told: the call's, or its fund's or the portal's."""
    context = request.context
    for step in ("deliverable", "project", "assignment", "proposal", "call"):
        context = getattr(context, step, context)
    return context.zone if isinstance(context, Call) else request.branding.zone
