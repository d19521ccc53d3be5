"""The ranking of a call: computed, drawn where proposals are level, adopted."""

from collections.abc import Mapping, Sequence
from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.calls.models import Call
from grants.calls.queries.tie_facts import NAMES
from grants.decisions.models import ReserveDraw
from grants.evaluation.models import Ranking
from grants.evaluation.queries.ranking_pages import RankingPage
from grants.evaluation.service.stages import is_last
from grants.kit.language.formats import Formats
from grants.proposals.models import Proposal
from grants.rules.scoring import (
    OVERALL,
    SECTION,
    Basis,
    ListRule,
    Outcome,
    Rules,
    shown,
    shown_down,
)
from grants.rules.scoring.reading import exact
from grants.rules.workflow import RankingStatus, StageStatus
from schemas.evaluation import ranking as schema
from schemas.forms.base import _
from views.evaluation.presentation import shape
from views.web import paging, resources
from views.web.forms import form_errors
from views.web.request import Request

PAGE = "templates:evaluation/ranking.jinja2"

OUTCOMES: Mapping[str, tuple[str, str]] = {
    Outcome.MAIN: (_("Main list"), "good"),
    Outcome.RESERVE: (_("Reserve list"), "waiting"),
    Outcome.BELOW_THRESHOLD: (_("Below a threshold"), "bad"),
    Outcome.UNDECIDED: (_("Decided by lot"), "warning"),
}


@view_config(route_name="manage.ranking", request_method="GET", permission="inspect", renderer=PAGE)
def show(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show the newest ranking with its budget line."""
    return _page(context, request)


@view_config(
    route_name="manage.ranking.recompute",
    request_method="GET",
    permission="inspect",
    renderer="templates:evaluation/ranking_recomputed.jinja2",
)
def again(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show the newest ranking computed again from frozen rules and final reviews, and compare."""
    rankings = request.services.rankings
    ranking = rankings.of(context.call)
    if ranking is None:
        raise HTTPNotFound
    found = rankings.again(ranking)
    proposals, said = rankings.proposals(ranking), request.formats
    return {
        "call": context.call,
        "ranking": ranking,
        "found": found,
        "rows": [
            (proposals.get(reference), reference, _place(kept, said), _place(now, said))
            for reference, kept, now in found.differing
        ],
        "shape": shape,
    }


def _place(place: Mapping[str, Any] | None, said: Formats) -> str:
    """Write a place in one line: rank, total, what it asks for."""
    if place is None:
        return "–"
    total = said.figure(shown(exact(place["total"])))
    return f"{place['rank'] or '–'} · {total}"


@view_config(route_name="manage.ranking", request_method="POST", permission="evaluate")
def compute(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Compute the ranking, or compute it again."""
    request.services.rankings.compute(context.call, by=request.person)
    request.flash(_("The ranking is computed."))
    return _back(context, request)


@view_config(route_name="manage.ranking.adopt", request_method="POST", permission="evaluate")
def adopt(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Adopt the ranking: it stands from now on."""
    request.services.rankings.adopt(
        context.call, seen=request.POST.get("seen", ""), by=request.person
    )
    request.flash(_("The ranking is adopted. Decide on each proposal now."))
    return HTTPSeeOther(request.route_path("manage.decisions", code=context.call.code))


@view_config(
    route_name="manage.ranking.draw",
    request_method="POST",
    permission="evaluate",
    renderer=PAGE,
)
def draw(context: resources.CallContext, request: Request) -> Any:
    """Record a draw among an open tie."""
    rankings, call = request.services.rankings, context.call
    ranking = rankings.of(call)
    found = (
        _ties(context, request, ranking, request.services.reserve_draws.of(ranking))
        if ranking
        else ()
    )
    ties = {str(tie["number"]): tie for tie in found}
    tie = ties.get(request.POST.get("tie", ""))
    if ranking is None or tie is None:
        form_errors.require_unchanged(request, request.services.versions.ranking(call))
        raise HTTPNotFound
    seeded = rankings.seed(ranking) is not None
    proposals = rankings.proposals(ranking, tie["references"])
    form = _draw_form(context, request, tie, proposals, seeded=seeded)
    given, wrong = form_errors.answers(request, form)
    if given is None:
        return _page(context, request, {tie["number"]: wrong})
    adopted, by = ranking.status is RankingStatus.ADOPTED, request.person
    if seeded:
        _draw_by_seed(request, call, ranking, tie["references"])
    else:
        order, reason = schema.order(given["places"]), given["reason"]
        hold = request.services.reserve_draws.hold if adopted else rankings.draw
        hold(call, order, reason=reason, by=by)
    if adopted:
        request.flash(_("The draw is recorded. The reserve list follows its order."))
        return HTTPSeeOther(request.route_path("manage.decisions", code=call.code))
    request.flash(_("The draw is recorded, and the ranking computed again."))
    return _back(context, request)


def _draw_by_seed(request: Request, call: Call, ranking: Ranking, tied: Sequence[str]) -> None:
    """Draw by the seed of the call: of a computed ranking, or among its reserve."""
    if ranking.status is RankingStatus.ADOPTED:
        request.services.reserve_draws.hold_by_seed(call, tied, by=request.person)
    else:
        request.services.rankings.draw_by_seed(call, tied, by=request.person)


def _ties(
    context: resources.CallContext, request: Request, ranking: Ranking, drawn: Sequence[ReserveDraw]
) -> Sequence[Mapping[str, Any]]:
    """List the ties that can be drawn: of a computed ranking all, of the reserve what matters."""
    if ranking.status is RankingStatus.COMPUTED:
        return [tie for tie in ranking.summary["open_ties"] if tie["decides_money"]]
    adopted = ranking if ranking.status is RankingStatus.ADOPTED else None
    tied = request.services.reserve_draws.tie_to_draw(context.call, adopted, drawn)
    return [{"number": 1, "references": tied}] if tied else []


def _page(
    context: resources.CallContext,
    request: Request,
    shown_forms: Mapping[int, Markup] | None = None,
) -> dict[str, Any]:
    call, services = context.call, request.services
    stage, ranking = services.stages.of(call), services.rankings.of(call)
    page = services.rankings.page(ranking, paging.asked(request)) if ranking else None
    result = ranking.summary if ranking else None
    drawn = services.reserve_draws.of(ranking) if ranking else ()
    return {
        "call": call,
        "stage": stage,
        "ready": stage is not None and stage.status is StageStatus.CLOSED and is_last(stage),
        "ranking": ranking,
        "adopted": ranking is not None and ranking.status is RankingStatus.ADOPTED,
        "result": result,
        "rows": _rows(ranking, page, request.formats) if ranking and page else (),
        "page": page,
        "pages": paging.links(request, page.number, page.pages) if page else None,
        "line_url": _at(request, page.line, "budget-line") if page else "",
        "tie_urls": {
            tie: _at(request, at, f"tie-{tie}") for tie, at in (page.ties if page else {}).items()
        },
        "criteria": ranking.stage.rules["criteria"] if ranking else (),
        "outcomes": OUTCOMES,
        "names": _names(request, result),
        "reserve_draws": drawn,
        "tie_facts": NAMES,
        "draw_seed": services.rankings.seed(ranking) if ranking else None,
        "most": request.formats.figure(shown(Rules.from_dict(result["rules"]).maximum_total))
        if result
        else "",
        "in_percent": result is not None and result["rules"]["basis"] == Basis.WEIGHTED_SHARE,
        "reduces": result is not None and result["rules"]["list_rule"] == ListRule.OFFER_REDUCED,
        "shape": shape,
        "draw_forms": _draw_forms(context, request, ranking, drawn, shown_forms or {}),
    }


def _at(request: Request, page: int | None, anchor: str) -> str:
    """Write the address of a place in the ranking, on whichever page it is."""
    if page is None:
        return ""
    return f"{paging.address(request, page=str(page) if page > 1 else '')}#{anchor}"


def _rows(ranking: Ranking, page: RankingPage, said: Formats) -> list[dict[str, Any]]:
    """Return the places as people read them: exact figures rounded half up to two decimals."""
    rules = Rules.from_dict(ranking.summary["rules"])
    order = [each["code"] for each in ranking.stage.rules["criteria"]]
    names = (*order, *(it.code for it in rules.sections), OVERALL)
    rows, seen = [], set()
    for place in page.places:
        missed = {each["code"] for each in place["failed"]}
        scores = {
            code: said.figure((shown_down if code in missed else shown)(exact(score)))
            for code, score in place["scores"].items()
        }
        first = place["tie_group"] if place["tie_group"] not in seen else None
        seen.add(place["tie_group"])
        rows.append(
            {
                "place": place,
                "begins_tie": first,
                "proposal": page.proposals[place["reference"]],
                "scores": scores,
                "total": said.figure(shown(exact(place["total"]))),
                "share": said.figure(shown(100 * exact(place["total"]) / rules.maximum_total)),
                "missed": [code for code in names if code in missed],
            }
        )
    return rows


def _names(request: Request, result: Mapping[str, Any] | None) -> dict[str, str]:
    """Name what a threshold may be on."""
    criteria = result["rules"]["criteria"] if result else ()
    overall = request.localizer.translate(_("Overall"))
    sections = result["rules"].get("sections", ()) if result else ()
    return (
        {OVERALL: overall}
        | {each["code"]: each["name"] for each in criteria}
        | {f"{SECTION}{each['section']}": each["section"] for each in sections}
    )


def _draw_forms(
    context: resources.CallContext,
    request: Request,
    ranking: Ranking | None,
    drawn: Sequence[ReserveDraw],
    shown_forms: Mapping[int, Markup],
) -> list[Mapping[str, Any]]:
    forms: list[Mapping[str, Any]] = []
    if ranking is None or not request.has_permission("evaluate"):
        return forms
    rankings = request.services.rankings
    seeded = rankings.seed(ranking) is not None
    for tie in _ties(context, request, ranking, drawn):
        proposals = rankings.proposals(ranking, tie["references"])
        form = _draw_form(context, request, tie, proposals, seeded=seeded)
        rendered = form.render({"tie": tie["number"]})
        shown_form = shown_forms.get(tie["number"]) or Markup(rendered)  # noqa: S704
        forms.append({"form": shown_form, "proposals": proposals if seeded else {}})
    return forms


def _draw_form(
    context: resources.CallContext,
    request: Request,
    tie: Mapping[str, Any],
    proposals: Mapping[str, Proposal],
    *,
    seeded: bool,
) -> deform.Form:
    tied = {reference: proposals[reference].title for reference in tie["references"]}
    return request.form(
        schema.seeded_draw_form(tie["number"]) if seeded else schema.draw_form(tied, tie["number"]),
        {"draw": _("Draw now") if seeded else _("Record the draw")},
        formid=f"draw-{tie['number']}",
        action=request.route_path("manage.ranking.draw", code=context.call.code),
        version=request.services.versions.ranking(context.call),
    )


def _back(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    return HTTPSeeOther(request.route_path("manage.ranking", code=context.call.code))
