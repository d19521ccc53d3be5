"""Jobs that were given up, for administrators of the portal."""

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from schemas.forms.base import _
from views.web.request import Request


@view_config(
    route_name="portal.jobs",
    request_method="GET",
    permission="administer",
    renderer="templates:oversight/failed_jobs.jinja2",
)
def show(request: Request) -> dict[str, Any]:
    """List jobs that were given up, by their names: what they are about stays closed."""
    jobs = request.services.failed_jobs.all()
    # An error may quote whom a job was about; its kind does not, and the log has the rest.
    return {"jobs": [(it.number, it.task, it.error.partition(":")[0]) for it in jobs]}


@view_config(route_name="portal.jobs", request_method="POST", permission="administer")
def try_again(request: Request) -> HTTPSeeOther:
    """Try one of them again, or all."""
    jobs, wanted = request.services.failed_jobs, request.POST.get("job", "")
    numbers = [it.number for it in jobs.all() if wanted in ("", str(it.number))]
    count = jobs.try_again(numbers, by=request.person)
    request.flash(_("Jobs that are tried again: ${count}.", mapping={"count": count}))
    return HTTPSeeOther(request.route_path("portal.jobs"))
