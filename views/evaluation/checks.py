"""The formal check of a proposal: all items in one table, saved together."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from grants.access import role_in
from grants.calls.queries.definitions import named_of
from grants.evaluation.service.checks import Item
from grants.oversight.queries.check_tokens import check_table_version
from grants.proposals.models import Proposal
from grants.rules.workflow import StageKind
from schemas.evaluation import check
from schemas.forms.base import VERSION, _
from views.proposals import known_facts
from views.proposals.unnamed import unnamed
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

PAGE = "templates:evaluation/check.jinja2"


@view_config(
    route_name="proposal.check", request_method="GET", permission="read_check", renderer=PAGE
)
def show(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Show the checklist with what was answered."""
    return _page(context, request)


@view_config(route_name="proposal.check", request_method="POST", permission="check", renderer=PAGE)
def answer(context: resources.ProposalContext, request: Request) -> Any:
    """Save the whole table; or fill in the rest as met, to be looked at before it is saved."""
    checks, proposal = request.services.checks, context.proposal
    form, items = _form(context, request)
    if not check.is_overtaken(items, request.POST):
        # Whoever else saved, saved other items: those stay as they are now.
        form.version = replace(form.version, token=request.POST.get(VERSION, ""))
    given, wrong = form_errors.answers(request, form, check.shown(items))
    if given is None:
        return _page(context, request, wrong)
    if "all_met" in request.POST:
        shown = Markup(form.render(check.with_all_met(given)))  # noqa: S704 -- ours escape
        return _page(context, request, shown, filled=True)
    checks.answer_all(proposal, check.read(given, items), by=request.person)
    request.flash(_("Saved."))
    if "next" in request.POST:
        return HTTPSeeOther(_following(context, request))
    return HTTPSeeOther(_address(request, proposal.reference))


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
    return HTTPSeeOther(_following(context, request))


def _page(
    context: resources.ProposalContext,
    request: Request,
    shown: Markup | None = None,
    *,
    filled: bool = False,
) -> dict[str, Any]:
    """Return what the page shows; `filled`: the table says met where nothing is saved yet."""
    proposal = context.proposal
    form, items = _form(context, request)
    may_check = bool(request.has_permission("check"))
    given = None if shown else check.filled_in(items, lambda it: it.in_words(request.formats))
    return {
        "proposal": proposal,
        "call": proposal.call,
        **_read(context, request),
        "closed": request.arrived_at >= proposal.closes_at,
        "items": items,
        "answered": sum(item.met is not None for item in items),
        "unmet": [item for item in items if item.met is False],
        "version": form.version.token,
        "may_check": may_check,
        "asked": request.services.clarifications.open(proposal) if may_check else None,
        "filled": filled,
        "computed": given is not None,
        "form": shown or Markup(form.render(given or check.shown(items))),  # noqa: S704 -- ours escape
    }


def _read(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Return where what is checked and the record differ, and what reviewers will not read."""
    proposal = context.proposal
    version = request.services.proposals.newest_version(proposal)
    if version is None:
        return {"differences": (), "unnamed": None}
    asked, answers = named_of(proposal, version), version.answers
    return {
        "differences": known_facts.differences(request, proposal.organisation, asked, answers),
        "unnamed": unnamed(request, proposal, asked, answers, version),
    }


def _form(
    context: resources.ProposalContext, request: Request
) -> tuple[deform.Form, Sequence[Item]]:
    """Make the form of all items, of what stands now, which is read after the lock."""
    proposal = context.proposal
    version = check_table_version(request.services.versions, proposal)
    items = request.services.checks.of(proposal)
    rows = [_row(request, proposal, item) for item in items]
    buttons = {
        "save": _("Save"),
        "next": _("Save and go to next"),
        "all_met": deform.Button("all_met", _("Fill in the rest as met"), css_class="btn-quiet"),
    }
    form = request.form(check.check_form(items, rows), buttons, formid="check", version=version)
    return form, items


def _row(request: Request, proposal: Proposal, item: Item) -> check.CheckRow:
    formal = item.kind == StageKind.ADMISSIBILITY
    said = item.answer
    when = request.formats.moment(said.checked_at, proposal.call.zone) if said else ""
    by = [f"{said.checked_by.name}, {when}"] if said else []
    return check.CheckRow(
        code=item.code,
        text=item.text,
        above=_("Formal requirement") if formal else _("Eligibility"),
        below=" · ".join([*by, *computed_words(request, item)]),
    )


def computed_words(request: Request, item: Item) -> list[str]:
    """Return what the portal computes of an item, and what it found; nothing without a rule."""
    it = item.computed
    if it is None:
        return []
    say = request.localizer.translate
    met = {True: _("computed: met"), False: _("computed: not met"), None: _("not computed")}
    return [f"{say(met[it.met])} – {it.in_words(request.formats)}"]


def _following(context: resources.ProposalContext, request: Request) -> str:
    """Return the address of the next proposal to check, or of the list once there is none."""
    call, services = context.proposal.call, request.services
    role = role_in(services.access.roles_in_call(request.person, call))
    found = services.check_list.following(
        call, request.person, role, context.proposal.reference, now=request.arrived_at
    )
    if found:
        return _address(request, found)
    return str(request.route_path("manage.checks", code=call.code))


def _address(request: Request, reference: str) -> str:
    return str(request.route_path("proposal.check", reference=reference))
