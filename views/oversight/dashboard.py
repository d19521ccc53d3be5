"""The first page for everybody with an account: what waits for them."""

from collections.abc import Mapping
from typing import Any

from pyramid.view import view_config

from grants.evaluation.queries.review_list import ReviewPage
from grants.evaluation.queries.reviewed_texts import ReviewedHeading
from views.evaluation.reviewed_texts import headings
from views.proposals.proposals import KINDS
from views.web.request import Request


@view_config(
    route_name="work",
    request_method="GET",
    permission="work",
    renderer="templates:oversight/dashboard.jinja2",
)
def show(request: Request) -> dict[str, Any]:
    """Show somebody's own work, whatever their roles."""
    person = request.person
    desk = request.services.dashboards.desk(person)
    return {
        "desk": desk,
        "shown": _shown(request, desk.reviews),
        "kinds": KINDS,
        "organisations": [membership.organisation for membership in person.memberships],
    }


def _shown(request: Request, page: ReviewPage | None) -> Mapping[int, ReviewedHeading]:
    """Return how the proposals are called that somebody reviews, by the reviews' numbers."""
    if page is None:
        return {}
    first = [page.first] if page.first else []
    return headings(request, [*page.reviews, *first, *(mine for mine, _writes in page.consensus)])
