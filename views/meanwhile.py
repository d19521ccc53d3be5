"""What happened to something while somebody had its page open: by whom, and when."""

from grants.models import Call
from grants.services.versions import Changed
from grants.workflow import Role
from schemas.base import _
from views.request import Request

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
    """Say who changed something, and when, as far as whoever asks may know it."""
    translate = request.localizer.translate
    if changed is None:
        return str(translate(_("Somebody changed it after you had opened the page.")))
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


def is_named(request: Request, action: str) -> bool:
    """Tell whether whoever asks may know who took an action."""
    roles = set(getattr(request.context, "roles", ()))
    if roles & _KNOW_THE_FUND:
        return True
    return bool(roles & {Role.APPLICANT, Role.MEMBER}) and action in _TEAMS


def zone(request: Request) -> str:
    """Name the zone in which moments are told: the call's, where there is one."""
    context = request.context
    for step in ("deliverable", "project", "assignment", "proposal", "call"):
        context = getattr(context, step, context)
    return context.zone if isinstance(context, Call) else "UTC"
