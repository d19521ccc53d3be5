"""The ledger of a fund, for those who answer for it."""

from typing import Any

from pyramid.view import view_config

from views.web import paging, resources
from views.web.request import Request


@view_config(
    route_name="manage.ledger",
    request_method="GET",
    permission="view",
    renderer="templates:oversight/ledger.jinja2",
)
def ledger(context: resources.FundContext, request: Request) -> dict[str, Any]:
    """List what happened, the newest first."""
    number = paging.asked(request)
    about = request.GET.get("about", "").strip()[:60]
    page = request.services.ledger_pages.page(
        context.fund, request.person, number=number, about=about
    )
    return {"fund_shown": context.fund, "page": page, "number_shown": number, "about": about}
