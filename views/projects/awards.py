"""Awarded projects for everybody, and the award report of a call for those who answer for it."""

from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from grants.oversight.queries.award_report import chart_figures
from grants.oversight.queries.award_report.chart_figures import Chart
from grants.projects.queries.participants import table
from grants.rules.countries import named
from views.projects.projects import SHAPES, pdf
from views.web import resources
from views.web.downloads import as_download
from views.web.request import Request


@view_config(
    route_name="awards",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    renderer="templates:projects/awards.jinja2",
)
def listed(request: Request) -> dict[str, Any]:
    """List awarded projects, by country and topic where somebody asks for them."""
    awards = request.services.awards
    country, topic = request.GET.get("country", ""), request.GET.get("topic", "")
    found = awards.public(country=country, topic=topic)
    choices = awards.choices()
    return {
        "awards": found,
        "several": len({it.fund.id for it in found}) > 1,
        "countries": [(name, code) for code, name in named(request.language, choices.countries)],
        "topics": choices.topics,
        "country_chosen": country,
        "topic_chosen": topic,
        "shapes": SHAPES,
    }


@view_config(
    route_name="award",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    renderer="templates:projects/award.jinja2",
)
def show(request: Request) -> dict[str, Any]:
    """Show one awarded project: what it does, who, for how much, what it delivered."""
    award = request.services.awards.find(request.matchdict["reference"])
    if award is None:
        raise HTTPNotFound
    request.show_fund(award.fund)
    participants = table(award.participations, request.formats)
    return {"award": award, "participants": participants, "shapes": SHAPES}


@view_config(route_name="manage.report.pdf", request_method="GET", permission="report")
def report(context: resources.CallContext, request: Request) -> Response:
    """Print the award report of a call."""
    content = request.services.award_reports.pdf(context.call, language=request.language)
    return pdf(content, f"{context.call.code}-awards.pdf")


@view_config(route_name="manage.chart", request_method="GET", permission="report")
def chart(context: resources.CallContext, request: Request) -> Response:
    """Draw one chart as an image."""
    drawn = {it.name: it for it in charts(context, request)}
    found = drawn.get(request.matchdict["name"])
    if found is None:
        raise HTTPNotFound
    image = chart_figures.draw(found, request.branding.accent)
    return as_download(Response(body=image, content_type="image/svg+xml"), f"{found.name}.svg")


def charts(context: resources.CallContext, request: Request) -> list[Chart]:
    """Gather the charts of a call, for `templates/projects/charts.jinja2`."""
    reports = request.services.award_reports
    return chart_figures.charts(reports, context.call, language=request.language)
