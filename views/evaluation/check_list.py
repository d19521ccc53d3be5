"""The formal checks of all proposals of a call: who is checked, who fails, who is next."""

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from grants.access import role_in
from grants.evaluation.queries.check_list import CheckFilter
from schemas.forms.base import _
from views.evaluation.presentation import shape
from views.web import paging, resources
from views.web.request import Request

FILTERS = {
    CheckFilter.OPEN: _("Open"),
    CheckFilter.FAILURE: _("With an item not met"),
    CheckFilter.CLARIFYING: _("Waiting for the answer"),
    CheckFilter.DONE: _("Completed"),
}


@view_config(
    route_name="manage.checks",
    request_method="GET",
    permission="view",
    renderer="templates:evaluation/check_list.jinja2",
)
def show(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """Show a page of proposals, with a mark for each item."""
    call, services, role = context.call, request.services, role_in(context.roles)
    asked = request.GET.get("show", "")
    wanted = CheckFilter(asked) if asked in set(CheckFilter) else None
    listed = services.check_list
    page = listed.page(
        call, request.person, role, wanted, paging.asked(request), now=request.arrived_at
    )
    following = listed.following(call, request.person, role, "", now=request.arrived_at)
    return {
        "call": call,
        "roles": context.roles,
        "page": page,
        "pages": paging.links(request, page.number, page.pages),
        "items": [(line["code"], line["text"], line.get("phase", 1)) for line in call.checklist],
        "computes": page.counts[CheckFilter.OPEN] and any("rule" in it for it in call.checklist),
        "wanted": wanted,
        "filters": [(it, title, _link(request, it)) for it, title in FILTERS.items()],
        "following": following,
        "shape": shape,
    }


@view_config(route_name="manage.checks", request_method="POST", permission="evaluate")
def fill_in(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Fill in what the portal computes, of everything that is not checked yet."""
    call = context.call
    count = request.services.computed_checks.fill_in(call, request.formats, by=request.person)
    request.flash(_("Filled in for ${count} proposals.", mapping={"count": count}))
    return HTTPSeeOther(request.route_path("manage.checks", code=call.code))


def _link(request: Request, wanted: CheckFilter) -> str:
    return paging.address(request, show=wanted.value, page="")
