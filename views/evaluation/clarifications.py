"""Questions to an applicant during the check: asked, withdrawn, and what their answers changed."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.calls.queries.definitions import named_of
from grants.oversight.queries.clarification_tokens import clarifications_version
from grants.proposals.clarifications import Clarification
from grants.proposals.queries.presentation import Shown, Teller
from grants.proposals.service.clarifications import openable, place
from grants.rules.errors import Refused
from schemas.evaluation.clarification import clarification_form
from schemas.forms.base import _
from views.evaluation.stages import END_OF_DAY
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

PAGE = "templates:evaluation/clarifications.jinja2"


@view_config(
    route_name="proposal.clarifications",
    request_method="GET",
    permission="read_check",
    renderer=PAGE,
)
def show(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Show what was asked and answered."""
    return _page(context, request)


@view_config(
    route_name="proposal.clarifications", request_method="POST", permission="check", renderer=PAGE
)
def ask(context: resources.ProposalContext, request: Request) -> Any:
    """Ask a question, and open the fields that it names."""
    given, page = form_errors.answers(request, _form(context, request))
    if given is None:
        return _page(context, request, page)
    zone = ZoneInfo(context.proposal.call.zone)
    request.services.clarifications.ask(
        context.proposal,
        question=given["question"],
        fields=sorted(given["fields"]),
        due_at=datetime.combine(given["due_on"], END_OF_DAY, zone),
        by=request.person,
    )
    request.flash(_("The question is asked. The team receives it by email."), "good")
    return _back(context, request)


@view_config(
    route_name="proposal.clarifications.withdraw",
    request_method="POST",
    permission="check",
    renderer=PAGE,
)
def withdraw(context: resources.ProposalContext, request: Request) -> Any:
    """Withdraw the question that is open."""
    proposal, services = context.proposal, request.services
    version = clarifications_version(services.versions, proposal)
    if not services.clarifications.of(proposal):
        raise HTTPNotFound
    reason, attempt = request.POST.get("reason", ""), services.attempt()
    try:
        form_errors.require_unchanged(request, version)
        services.clarifications.revoke(
            services.clarifications.of(proposal)[-1], reason=reason, by=request.person
        )
    except Refused as refusal:
        attempt.rollback()
        request.response.status = 409
        return _page(context, request) | {"refused": request.said(refusal), "reason": reason}
    request.flash(_("The question is withdrawn."))
    return _back(context, request)


def _page(
    context: resources.ProposalContext, request: Request, page: Markup | None = None
) -> dict[str, Any]:
    proposal = context.proposal
    asked = request.services.clarifications.of(proposal)
    now = request.arrived_at
    waits = any(it.is_open(now) for it in asked)
    may_ask = bool(request.has_permission("check")) and now >= proposal.closes_at and not waits
    form = _form(context, request)
    return {
        "proposal": proposal,
        "call": proposal.call,
        "asked": list(reversed(asked)),
        "now": now,
        "labels": dict(_fields(context, request)),
        "changes": {it.number: _changes(context, request, it) for it in asked if it.version},
        "may_withdraw": bool(request.has_permission("check")),
        "version": form.version.token,
        "refused": "",
        "reason": "",
        "form": page or (Markup(form.render({})) if may_ask else ""),  # noqa: S704 -- ours escape
    }


def _changes(
    context: resources.ProposalContext, request: Request, asked: Clarification
) -> list[tuple[Shown, Shown]]:
    """Return the fields that the answer changed, before and after, as people read them."""
    if asked.version is None:
        return []
    teller, found = Teller(request.formats), []
    for section, field in named_of(context.proposal, asked.version).fields():
        versions = (asked.before, asked.version)
        old, new = (it.answers.get(section.code, {}).get(field.code) for it in versions)
        if place(section, field) in asked.fields and old != new:
            found.append((teller.shown(field, old), teller.shown(field, new)))
    return found


def _form(context: resources.ProposalContext, request: Request) -> deform.Form:
    return request.form(
        clarification_form(_fields(context, request)),
        {"ask": _("Ask the applicant")},
        formid="clarification",
        version=clarifications_version(request.services.versions, context.proposal),
    )


def _fields(context: resources.ProposalContext, request: Request) -> list[tuple[str, str]]:
    """List the fields that can be opened, with section and label in the reader's language."""
    say = Teller(request.formats).say
    return [
        (place(section, field), f"{say(section.title)}: {say(field.label)}")
        for section, field in openable(context.proposal)
    ]


def _back(context: resources.ProposalContext, request: Request) -> HTTPSeeOther:
    reference = context.proposal.reference
    return HTTPSeeOther(request.route_path("proposal.clarifications", reference=reference))
