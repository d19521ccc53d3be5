"""The floor beneath every page, measured in the same run: machines differ, multiples hardly.

A plain list is what this stack takes at least for sixty rows: a query by the
ORM and a table by Jinja2, with no session, no access and no layout around them.
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from pyramid.config import Configurator
from pyramid.response import Response
from sqlalchemy import select

from grants.portal import Portal
from grants.proposals.models import Proposal

ROWS = 60


def make(portal: Portal) -> Any:
    """Build an application with an empty view and a plain list."""
    page = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)

    def listed(_request: Any) -> Response:
        with portal.sessions() as session:
            found = session.scalars(select(Proposal).order_by(Proposal.id).limit(ROWS)).all()
            return Response(page.get_template("floor.jinja2").render(proposals=found))

    with Configurator() as config:
        config.add_route("empty", "/empty")
        config.add_route("list", "/list")
        config.add_view(lambda _request: Response("empty"), route_name="empty")
        config.add_view(listed, route_name="list")
        return config.make_wsgi_app()
