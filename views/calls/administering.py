"""The funds of the portal, for its administrators: made, and given to their managers.

What is in a fund stays closed to them: they see its name and who manages it.
"""

from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.calls.models import Fund, Programme
from grants.calls.service.founding import Plan
from grants.calls.service.programmes import ProgrammeFacts, StrandFacts
from grants.kit.branding import in_order
from grants.rules.words import LANGUAGES
from schemas.calls.fund import NEW, ManagerSchema, NewFundSchema, ProgrammeSchema
from schemas.forms.base import _
from views.web.forms.form_errors import answers
from views.web.request import Request


@view_config(
    route_name="portal.funds",
    request_method="GET",
    permission="administer",
    renderer="templates:calls/portal_funds.jinja2",
)
def listed(request: Request) -> dict[str, Any]:
    """List the programmes of the portal and their funds."""
    programmes = request.services.programmes
    return {"programmes": programmes.all(), "managers": programmes.managers()}


@view_config(
    route_name="portal.funds.new",
    permission="administer",
    renderer="templates:calls/portal_new_fund.jinja2",
)
def new(request: Request) -> Any:
    """Set up a fund, with its programme where that is new, and its first manager."""
    services = request.services
    programmes = {it.code: it for it in services.programmes.all()}
    form = request.form(
        NewFundSchema(),
        {"make": _("Set up the fund")},
        formid="fund",
        programmes=[(code, it.name) for code, it in programmes.items()],
    )
    typed, page = answers(request, form, {"language": "en", "languages": set(LANGUAGES)})
    if typed is None:
        return {"form": page}
    chosen = programmes.get(typed["programme"])
    new = typed["programme"] == NEW
    plan = Plan(
        code=typed["code"],
        name=typed["name"],
        contact_email=typed["contact_email"],
        programme_code=typed["programme_code"] if new or chosen is None else chosen.code,
        programme=typed["programme_name"] if new or chosen is None else chosen.name,
        languages=in_order(typed["languages"]),
    )
    fund = services.founding.new_fund(plan, by=request.person)
    services.founding.manager(
        fund,
        email=typed["manager_email"],
        name=typed["manager_name"],
        language=typed["language"],
        by=request.person,
    )
    request.flash(_("The fund is set up. Its manager gets a link by mail."), "good")
    return HTTPSeeOther(request.route_path("portal.fund", fund=fund.code))


@view_config(
    route_name="portal.fund", permission="administer", renderer="templates:calls/portal_fund.jinja2"
)
def shown(request: Request) -> Any:
    """Show who manages a fund, and appoint another manager."""
    fund, services = _fund(request), request.services
    form = request.form(ManagerSchema(), {"appoint": _("Appoint the manager")}, formid="manager")
    typed, page = answers(request, form, {"language": "en"})
    if typed is None:
        managers = [it for it in services.programmes.people_of(fund) if it.role == "manager"]
        confirmable = {it.id for it in services.founding.confirmable(fund, by=request.person)}
        return {
            "fund_shown": fund,
            "managers": managers,
            "confirmable": confirmable,
            "form": page,
        }
    services.founding.manager(fund, **typed, by=request.person)
    request.flash(_("The manager is appointed, and told by mail."), "good")
    return HTTPSeeOther(request.route_path("portal.fund", fund=fund.code))


@view_config(route_name="portal.fund.confirm", request_method="POST", permission="administer")
def confirm(request: Request) -> HTTPSeeOther:
    """Stand for a manager whom another administrator appointed."""
    fund, services = _fund(request), request.services
    found = services.programmes.appointment(fund, int(request.matchdict["number"]))
    if found is None:
        raise HTTPNotFound
    services.founding.confirm(fund, found, by=request.person)
    request.flash(_("You have confirmed ${name}.", mapping={"name": found.person.name}), "good")
    return HTTPSeeOther(request.route_path("portal.fund", fund=fund.code))


@view_config(
    route_name="portal.programme",
    permission="administer",
    renderer="templates:calls/portal_programme.jinja2",
)
def programme(request: Request) -> Any:
    """Set what a programme says of itself, and its lines of work."""
    found, services = _programme(request), request.services
    form = request.form(
        ProgrammeSchema(),
        {"save": _("Save the programme")},
        formid="programme",
        version=services.versions.programme(found),
    )
    known = {
        "name": found.name,
        "summary": found.summary,
        "strands": [
            {"number": it.id, "name": it.name, "summary": it.summary} for it in found.strands
        ],
    }
    typed, page = answers(request, form, known)
    if typed is None:
        return {"programme": found, "form": page}
    facts = ProgrammeFacts(
        name=typed["name"],
        summary=typed["summary"],
        strands=[StrandFacts(**it) for it in typed["strands"]],
    )
    services.programmes.change(found, facts, by=request.person)
    request.flash(_("The programme is saved."), "good")
    return HTTPSeeOther(request.route_path("portal.programme", programme=found.code))


def _fund(request: Request) -> Fund:
    found: Fund | None = request.services.programmes.fund(request.matchdict["fund"])
    if found is None:
        raise HTTPNotFound
    return found


def _programme(request: Request) -> Programme:
    found: Programme | None = request.services.programmes.get(request.matchdict["programme"])
    if found is None:
        raise HTTPNotFound
    return found
