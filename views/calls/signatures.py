"""What no one person does alone: read, signed second, refused or withdrawn."""

from collections.abc import Sequence
from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.calls.models import ProposedAct
from grants.projects.service.terminations import ENDINGS
from grants.rules.workflow import ActKind, ActStatus
from schemas.evaluation.stage import Reason
from schemas.forms.base import _
from views.calls.changes_in_words import changes_in_words
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

PAGE = "templates:calls/signature.jinja2"
SHAPES = {
    ActStatus.WAITING: "waiting",
    ActStatus.SIGNED: "good",
    ActStatus.REFUSED: "bad",
    ActStatus.REVOKED: "ended",
}
"""The shape beside each word."""


@view_config(
    route_name="manage.signatures",
    request_method="GET",
    permission="read_signatures",
    renderer="templates:calls/signatures.jinja2",
)
def listed(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """List all acts of a call that took or take two people, the newest first."""
    signatures = request.services.signatures
    acts = signatures.in_call(context.call)
    mine = signatures.signable(acts, request.person) if _settles(request) else ()
    return {"call": context.call, "acts": acts, "mine": mine, "shapes": SHAPES}


@view_config(
    route_name="manage.signature",
    request_method="GET",
    permission="read_signatures",
    renderer=PAGE,
)
def show(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show what was proposed and why; to those who may, with the buttons to go on with it."""
    return _page(context, request)


@view_config(
    route_name="manage.signature",
    request_method="POST",
    request_param="sign",
    permission="countersign",
    renderer=PAGE,
)
def sign(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Sign second: from now on it is done."""
    act = _act(context, request)
    request.services.signing.sign(act, read=request.POST["sign"], by=request.person)
    request.flash(_("You have signed. It is done."), "good")
    return _back(context, request)


@view_config(
    route_name="manage.signature",
    request_method="POST",
    request_param="refuse",
    permission="countersign",
    renderer=PAGE,
)
def refuse(context: resources.CallContext, request: Request) -> Any:
    """Say no, with a reason."""
    act = _act(context, request)
    given, wrong = form_errors.answers(request, _refusal(request))
    if given is None:
        return _page(context, request, refusal=wrong)
    request.services.signatures.refuse(act, reason=given["reason"], by=request.person)
    request.flash(_("You have refused it. The person who proposed it is informed why."))
    return _back(context, request)


@view_config(
    route_name="manage.signature",
    request_method="POST",
    request_param="revoke",
    permission="countersign",
    renderer=PAGE,
)
def take_back(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Withdraw what one proposed."""
    request.services.signatures.take_back(_act(context, request), by=request.person)
    request.flash(_("The request is withdrawn. Nothing has changed."))
    return _back(context, request)


def _page(
    context: resources.CallContext, request: Request, *, refusal: Markup | None = None
) -> dict[str, Any]:
    act = _act(context, request)
    waits = act.status is ActStatus.WAITING
    stale = waits and request.services.signing.is_stale(act)
    own = act.proposed_by_id == request.person.id
    settles = waits and _settles(request)
    may_refuse = settles and not own
    may_sign = may_refuse and request.services.signatures.signable([act], request.person)
    return {
        "call": context.call,
        "act": act,
        "shapes": SHAPES,
        "stale": stale,
        "may_sign": bool(may_sign) and not stale,
        "may_take_back": settles and own,
        "refusal": refusal or (Markup(_refusal(request).render()) if may_refuse else ""),  # noqa: S704 -- ours escape
        "refused_wrongly": refusal is not None,
        "may_refuse": may_refuse,
        "project": request.services.terminations.about(act) if act.kind in ENDINGS else None,
        "changes": _changes(request, act) if act.kind is ActKind.CORRECT_CALL else (),
    }


def _act(context: resources.CallContext, request: Request) -> ProposedAct:
    found = request.services.signatures.find(context.call, int(request.matchdict["number"]))
    if found is None:
        raise HTTPNotFound
    return found


def _settles(request: Request) -> bool:
    return bool(request.has_permission("countersign"))


def _refusal(request: Request) -> deform.Form:
    return request.form(Reason(), {"refuse": _("Refuse")}, formid="refusal")


def _back(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    return HTTPSeeOther(
        request.route_path(
            "manage.signature", code=context.call.code, number=request.matchdict["number"]
        )
    )


def _changes(request: Request, act: ProposedAct) -> Sequence[tuple[str, str, str]]:
    """Return what a correction changes: the name in the form, before and after."""
    before, after = act.payload["before"], act.payload["after"]
    return changes_in_words(request, act.call.fund, before, after)
