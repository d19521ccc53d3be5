"""One proposal on a panel's agenda: called up, who leaves the room, votes, the conclusion."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.calls.queries.criteria_in_words import score_in_words
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models.panels import PanelItem
from grants.oversight.queries.panel_tokens import panel_item_version
from grants.rules.scoring import shown
from grants.rules.workflow import PanelStatus
from schemas.evaluation.panel import (
    MovableScore,
    RecusalSchema,
    conclusion_form,
    conclusion_of,
)
from schemas.evaluation.stage import Reason
from schemas.forms.base import _
from views.evaluation.panels.managing import meeting_of, to_meeting
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

PAGE = "templates:evaluation/panel_item.jinja2"


@view_config(
    route_name="manage.panel.item", request_method="GET", permission="inspect", renderer=PAGE
)
def show(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show an item: what it comes to, who leaves the room, and what was concluded."""
    return _page(request, _item(context, request))


@view_config(
    route_name="manage.panel.item",
    request_method="POST",
    request_param="begin",
    permission="evaluate",
)
def begin(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Call the proposal up: who is recused leaves the room now."""
    item = _item(context, request)
    request.services.panel_items.begin(item, by=request.person)
    return _back(request, item)


@view_config(
    route_name="manage.panel.item",
    request_method="POST",
    request_param="recuse",
    permission="evaluate",
    renderer=PAGE,
)
def recuse(context: resources.CallContext, request: Request) -> Any:
    """Record that a member leaves the room for it."""
    item = _item(context, request)
    given, wrong = form_errors.answers(request, _recusal_form(request, item))
    if given is None:
        return _page(request, item, recusing=wrong)
    number = int(given["member"])
    request.services.panel_items.recuse(item, number, reason=given["reason"], by=request.person)
    request.flash(_("The recusal is recorded."))
    return _back(request, item)


@view_config(
    route_name="manage.panel.item",
    request_method="POST",
    request_param="conclude",
    permission="evaluate",
    renderer=PAGE,
)
def conclude(context: resources.CallContext, request: Request) -> Any:
    """Keep what the panel concludes, and go on to the meeting."""
    item = _item(context, request)
    given, wrong = form_errors.answers(request, _conclusion_form(request, item))
    if given is None:
        return _page(request, item, concluding=wrong)
    request.services.panel_items.conclude(item, conclusion_of(given), by=request.person)
    request.flash(
        _("${reference}: concluded.", mapping={"reference": item.proposal.reference}), "good"
    )
    return to_meeting(request, item.meeting)


@view_config(
    route_name="manage.panel.item",
    request_method="POST",
    request_param="retract",
    permission="evaluate",
    renderer=PAGE,
)
def retract(context: resources.CallContext, request: Request) -> Any:
    """Withdraw a conclusion while the meeting sits."""
    item = _item(context, request)
    given, wrong = form_errors.answers(request, _retract_form(request, item))
    if given is None:
        return _page(request, item, retracting=wrong)
    request.services.panel_items.retract(item, reason=given["reason"], by=request.person)
    request.flash(_("The conclusion is withdrawn."))
    return _back(request, item)


def _item(context: resources.CallContext, request: Request) -> PanelItem:
    meeting, position = meeting_of(context, request), int(request.matchdict["position"])
    found = next((it for it in meeting.items if it.position == position), None)
    if found is None:
        raise HTTPNotFound
    return found


def _back(request: Request, item: PanelItem) -> HTTPSeeOther:
    meeting = item.meeting
    return HTTPSeeOther(
        request.route_path(
            "manage.panel.item",
            code=meeting.stage.call.code,
            number=meeting.number,
            position=item.position,
        )
    )


def _page(
    request: Request,
    item: PanelItem,
    *,
    recusing: Markup | None = None,
    concluding: Markup | None = None,
    retracting: Markup | None = None,
) -> dict[str, Any]:
    meeting = item.meeting
    sits = meeting.status is PanelStatus.OPEN and bool(request.has_permission("evaluate"))
    done = item.concluded_at is not None
    before = bool(request.has_permission("evaluate")) and not done
    may_recuse = before and meeting.status in (PanelStatus.PLANNED, PanelStatus.OPEN)
    if may_recuse and recusing is None:
        recusing = Markup(_recusal_form(request, item).render({}))  # noqa: S704 -- ours escape
    if sits and item.began_at and not done and concluding is None:
        concluding = Markup(_conclusion_form(request, item).render({}))  # noqa: S704 -- ours escape
    if sits and done and retracting is None:
        retracting = Markup(_retract_form(request, item).render({}))  # noqa: S704 -- ours escape
    names = {it.person_id: it.person.name for it in meeting.members}
    return {
        "call": meeting.stage.call,
        "meeting": meeting,
        "item": item,
        "proposal": item.proposal,
        "names": names,
        "may_begin": sits and item.began_at is None,
        "scores": _scores(request, item) if meeting.status is not PanelStatus.PLANNED else (),
        "recusing": recusing if may_recuse else None,
        "concluding": concluding if sits and item.began_at and not done else None,
        "retracting": retracting if sits and done else None,
    }


def _scores(request: Request, item: PanelItem) -> list[tuple[str, str, str]]:
    """Say for each criterion what it comes to, and where the panel moved it to."""
    rules, said = frozen_rules(item.meeting.stage), request.formats
    seeds = _seeds(request, item)
    moved = {it.code: it for it in item.scores}
    found = []
    for each in rules.criteria:
        if each.code not in seeds:
            continue
        row = moved.get(each.code)
        words = score_in_words(rules.scale_of(each), row.halves, said) if row else ""
        seed = Fraction(row.seed) if row else seeds[each.code]
        found.append(
            (each.name, said.figure(shown(seed)), f"{words} – {row.reason}" if row else "")
        )
    return found


def _seeds(request: Request, item: PanelItem) -> Mapping[str, Fraction]:
    """Return what the item comes to; read once a request."""
    known = request.environ.setdefault("panel.seeds", {})
    if item.id not in known:
        known[item.id] = request.services.panel_items.seeds(item)
    found: Mapping[str, Fraction] = known[item.id]
    return found


def _recusal_form(request: Request, item: PanelItem) -> deform.Form:
    out = {it.person_id for it in item.recusals}
    people = [
        (str(it.person_id), it.person.name)
        for it in item.meeting.members
        if it.person_id not in out
    ]
    return request.form(
        RecusalSchema(),
        {"recuse": _("Record the recusal")},
        formid="recuse",
        version=panel_item_version(request.services.versions, item),
        people=people,
    )


def _conclusion_form(request: Request, item: PanelItem) -> deform.Form:
    out = {it.person_id for it in item.recusals}
    voting = [
        (it.person_id, it.person.name)
        for it in item.meeting.members
        if it.is_present and it.person_id not in out
    ]
    return request.form(
        conclusion_form(voting, _movable(request, item)),
        {"conclude": _("Save the conclusion")},
        formid="conclude",
        version=panel_item_version(request.services.versions, item),
    )


def _movable(request: Request, item: PanelItem) -> list[MovableScore]:
    rules, said = frozen_rules(item.meeting.stage), request.formats
    if rules.panel is None or rules.panel.band_halves is None:
        return []
    seeds = _seeds(request, item)
    found = []
    for each in rules.criteria:
        seed = seeds.get(each.code)
        if seed is None:
            continue
        scale = rules.scale_of(each)
        now = _("It comes to ${points}.", mapping={"points": said.figure(shown(seed))})
        found.append(
            MovableScore(
                code=each.code,
                name=each.name,
                now=str(request.localizer.translate(now)),
                choices=[
                    (str(it), score_in_words(scale, it, said))
                    for it in scale.choices
                    if rules.panel.allows(it, seed) and Fraction(it, 2) != seed
                ],
            )
        )
    return found


def _retract_form(request: Request, item: PanelItem) -> deform.Form:
    version = panel_item_version(request.services.versions, item)
    return request.form(
        Reason(), {"retract": _("Withdraw the conclusion")}, formid="retract", version=version
    )
