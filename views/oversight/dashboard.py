"""The first page for everybody with an account: what waits for them."""

from typing import Any

from pyramid.view import view_config

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
    return {
        "desk": request.services.dashboards.desk(person),
        "kinds": KINDS,
        "organisations": [membership.organisation for membership in person.memberships],
    }
