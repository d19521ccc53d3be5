"""Meetings of a panel as their members prepare and read them."""

from typing import Any

from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from grants.calls.queries.definitions import named_of
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.queries.panel_reading import MemberAgenda, MemberItem
from grants.evaluation.queries.reviewed_texts import hides_applicants, version_heading
from grants.proposals.queries.unnamed_texts import MASK, unnamed_version
from grants.rules.workflow import Interest, PanelStatus
from schemas.forms.base import _
from views.evaluation.consensus.lines import lines_of, reviews_of
from views.evaluation.interests import THANKS, declare_form
from views.evaluation.presentation import shape
from views.web.downloads import as_download
from views.web.forms import form_errors
from views.web.request import Request

PAGE = "templates:evaluation/panel_of_member.jinja2"
ITEM = "templates:evaluation/panel_item_of_member.jinja2"


@view_config(route_name="panel", request_method="GET", permission="work", renderer=PAGE)
def show(request: Request) -> dict[str, Any]:
    """Show the agenda, without anything from which its reader is recused."""
    agenda = _agenda(request)
    return {
        "meeting": agenda.meeting,
        "call": agenda.meeting.stage.call,
        "items": [(it, _heading(request, agenda, it)) for it in agenda.items],
        "closed": agenda.meeting.status is PanelStatus.CLOSED,
        "shape": shape,
    }


@view_config(route_name="panel.item", request_method="GET", permission="work", renderer=ITEM)
def show_item(request: Request) -> dict[str, Any]:
    """Show a proposal: its text once interests are declared, then its reviews without names."""
    agenda = _agenda(request)
    return _item_page(request, agenda, _item(request, agenda))


@view_config(route_name="panel.item", request_method="POST", permission="work", renderer=ITEM)
def declare(request: Request) -> Any:
    """Keep a declaration: it opens the proposal, or hides it for good."""
    agenda = _agenda(request)
    found = _item(request, agenda)
    proposal = found.item.proposal
    given, wrong = form_errors.answers(request, declare_form(request, proposal))
    if given is None:
        return _item_page(request, agenda, found, declaring=wrong)
    interest = Interest(given["interest"])
    request.services.interests.declare(request.person, proposal, interest, given["explanation"])
    if interest is Interest.NONE:
        return HTTPSeeOther(
            request.route_path("panel.item", number=agenda.meeting.id, reference=proposal.reference)
        )
    request.flash(THANKS, "info")
    return HTTPSeeOther(request.route_path("panel", number=agenda.meeting.id))


@view_config(route_name="panel.minutes", request_method="GET", permission="work")
def minutes(request: Request) -> Response:
    """Print the minutes of a closed meeting, without what their reader was recused from."""
    agenda = _agenda(request)
    if agenda.meeting.status is not PanelStatus.CLOSED:
        raise HTTPNotFound
    content = request.services.panel_papers.minutes(
        agenda.meeting,
        items=[it.item for it in agenda.items],
        titles={it.item.id: _heading(request, agenda, it).title for it in agenda.items},
        language=request.language,
    )
    response = Response(body=content, content_type="application/pdf")
    return as_download(response, f"{agenda.meeting.stage.call.code}-panel.pdf")


def _agenda(request: Request) -> MemberAgenda:
    found = request.services.panel_reading.agenda(request.person, int(request.matchdict["number"]))
    if found is None:
        raise HTTPNotFound
    return found


def _item(request: Request, agenda: MemberAgenda) -> MemberItem:
    wanted = request.matchdict["reference"]
    found = next((it for it in agenda.items if it.item.proposal.reference == wanted), None)
    if found is None:
        raise HTTPNotFound
    return found


def _heading(request: Request, agenda: MemberAgenda, it: MemberItem) -> Any:
    mask = str(request.localizer.translate(_(MASK)))
    return version_heading(agenda.meeting.stage, it.item.proposal, it.version, mask)


def _item_page(
    request: Request, agenda: MemberAgenda, found: MemberItem, *, declaring: Markup | None = None
) -> dict[str, Any]:
    item, stage = found.item, agenda.meeting.stage
    proposal, hidden = item.proposal, hides_applicants(stage)
    owes = request.services.access.owes_review(request.person, proposal)
    may_read = found.is_open and not owes and agenda.meeting.status is not PanelStatus.PLANNED
    if declaring is None:
        declaring = Markup(declare_form(request, proposal).render({}))  # noqa: S704 -- ours escape
    mask = str(request.localizer.translate(_(MASK)))
    report = request.services.consensus.of(stage, proposal) if may_read else None
    return {
        "meeting": agenda.meeting,
        "call": stage.call,
        "item": item,
        "proposal": proposal,
        "shown": _heading(request, agenda, found),
        "is_open": found.is_open,
        "declaring": declaring,
        "definition": named_of(proposal, found.version),
        "answers": unnamed_version(found.version, mask) if hidden else found.version.answers,
        "criteria": frozen_rules(stage).criteria,
        "reviews": reviews_of(request, request.services.panel_reading.reviews(item), named=False)
        if may_read
        else (),
        "lines": lines_of(request, report) if report and report.finalised_at else (),
        "overall": report.overall_comment if report else "",
    }
