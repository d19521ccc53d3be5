"""The eligibility check of a proposal, item by item."""

from collections.abc import Sequence
from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.calls.queries.definitions import named_of
from grants.evaluation.service.checks import Item
from schemas.evaluation.check import NO, YES, CheckAnswer
from schemas.forms.base import _
from views.proposals import known_facts
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

PAGE = "templates:evaluation/check.jinja2"


@view_config(
    route_name="proposal.check", request_method="GET", permission="read_check", renderer=PAGE
)
def show(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Show the checklist with what was answered."""
    return _page(context, request, {})


@view_config(route_name="proposal.check", request_method="POST", permission="check", renderer=PAGE)
def answer(context: resources.ProposalContext, request: Request) -> Any:
    """Keep the answer to one item."""
    code = request.POST.get("code", "")
    items = {item.code: item for item in request.services.checks.of(context.proposal)}
    if code not in items:
        raise HTTPNotFound
    form = _form(context, request, items[code])
    standing = {item.code: item for item in request.services.checks.of(context.proposal)}[code]
    given, wrong = form_errors.answers(request, form, _given(standing))
    if given is None:
        return _page(context, request, {code: wrong})
    request.services.checks.answer(
        context.proposal,
        code,
        met=given["met"] == YES,
        evidence=given["evidence"],
        reason=given["reason"],
        by=request.person,
    )
    request.flash(_("Saved."))
    following = next((item.code for item in _after(items, code) if item.met is None), "conclusion")
    return HTTPSeeOther(f"{_here(context, request)}#{following}")


@view_config(route_name="proposal.check.complete", request_method="POST", permission="admit")
def conclude(context: resources.ProposalContext, request: Request) -> HTTPSeeOther:
    """Draw the conclusion, and go on to the next proposal that is not checked."""
    proposal = context.proposal
    form_errors.require_unchanged(request, request.services.versions.check(proposal))
    status = request.services.checks.conclude(proposal, by=request.person)
    said = _(
        "${reference}: ${status}.",
        mapping={"reference": proposal.reference, "status": request.formats.words(status)},
    )
    request.flash(said)
    code = proposal.call.code
    return HTTPSeeOther(request.route_path("manage.proposals", code=code))


def _page(
    context: resources.ProposalContext, request: Request, shown: dict[str, Markup]
) -> dict[str, Any]:
    proposal = context.proposal
    items = request.services.checks.of(proposal)
    may_check = bool(request.has_permission("check"))
    return {
        "proposal": proposal,
        "call": proposal.call,
        "differences": _differences(context, request),
        "closed": request.arrived_at >= proposal.closes_at,
        "items": items,
        "answered": sum(item.met is not None for item in items),
        "unmet": [item for item in items if item.met is False],
        "version": request.services.versions.check(proposal).token,
        "may_check": may_check,
        "forms": {
            item.code: shown.get(item.code) or _rendered(context, request, item)
            for item in (items if may_check else ())
        },
    }


def _differences(context: resources.ProposalContext, request: Request) -> Sequence[str]:
    """Return where what is checked and the applicant's record differ."""
    proposal = context.proposal
    version = request.services.proposals.newest_version(proposal)
    if version is None:
        return ()
    asked = named_of(proposal, version)
    return known_facts.differences(request, proposal.organisation, asked, version.answers)


def _rendered(context: resources.ProposalContext, request: Request, item: Item) -> Markup:
    form = _form(context, request, item)
    return Markup(form.render(_given(item)))  # noqa: S704 -- ours escape


def _given(item: Item) -> dict[str, Any]:
    given: dict[str, Any] = {"code": item.code}
    if item.answer:
        given["met"] = YES if item.met else NO
        given |= {"evidence": item.answer.evidence, "reason": item.answer.reason}
    return given


def _form(context: resources.ProposalContext, request: Request, item: Item) -> deform.Form:
    versions = request.services.versions
    version = versions.check_item(context.proposal, item.code, item.answer)
    return request.form(
        CheckAnswer(), {"save": _("Save")}, formid=f"check-{item.code}", version=version
    )


def _here(context: resources.ProposalContext, request: Request) -> str:
    return str(request.route_path("proposal.check", reference=context.proposal.reference))


def _after(items: dict[str, Item], code: str) -> list[Item]:
    """Go through the items from one on, and around."""
    listed = list(items.values())
    position = [item.code for item in listed].index(code)
    return [*listed[position + 1 :], *listed[:position]]
