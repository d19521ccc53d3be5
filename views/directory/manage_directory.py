"""The register of organisations and pairings, as a fund's managers keep it."""

from collections.abc import Iterator, Mapping
from typing import Any

import colander
import deform
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.directory.models import (
    Organisation,
    OrganisationKind,
    Pairing,
    PairingKind,
    PilotStatus,
)
from grants.directory.service.organisations import NameTaken, OrganisationFacts
from grants.directory.service.pairings import PairingFacts
from grants.oversight.queries.edit_tokens import Version
from grants.rules.errors import Refused
from schemas.directory.organisation import OrganisationCorrectionSchema
from schemas.directory.pairing import SDGS, PairingSchema
from schemas.forms.base import _
from views.web import paging, resources
from views.web.forms.form_errors import answers, complain, require_unchanged
from views.web.request import Request

MOST_WORDS = 200
PAIRING = "templates:directory/pairing.jinja2"


@view_config(
    route_name="manage.organisations",
    request_method="GET",
    permission="view",
    renderer="templates:directory/organisations.jinja2",
)
def organisations(context: resources.FundContext, request: Request) -> dict[str, Any]:
    """List all organisations, by name."""
    words = request.GET.get("q", "").strip()[:MOST_WORDS]
    page = request.services.organisations.find(words, paging.asked(request))
    return {
        "fund_shown": context.fund,
        "page": page,
        "words_sought": words,
        "pages": paging.links(request, page.number, page.pages),
    }


@view_config(
    route_name="manage.organisation",
    permission="keep_register",
    renderer="templates:directory/correct_organisation.jinja2",
)
def organisation(context: resources.FundContext, request: Request) -> Any:
    """Correct what is known of an organisation."""
    organisations = request.services.organisations
    found = organisations.get(int(request.matchdict["number"]))
    if found is None:
        raise HTTPNotFound
    form = request.form(
        OrganisationCorrectionSchema(),
        {"save": _("Save")},
        formid="organisation",
        version=request.services.versions.organisation(found),
        language=request.language,
        countries=request.formats.countries(),
    )
    typed, page = answers(request, form, _known(found))
    if typed is not None:
        facts = OrganisationFacts(
            **{
                **typed,
                "kind": OrganisationKind(typed["kind"]),
                "pilot": PilotStatus(typed["pilot"]),
            }
        )
        try:
            organisations.correct(found, facts, by=request.person)
        except NameTaken as refusal:
            page = complain(request, form, "name", request.said(refusal))
        else:
            request.flash(
                _("What is known of ${name} is saved.", mapping={"name": facts.name}), "good"
            )
            return HTTPSeeOther(request.route_path("manage.organisations", fund=context.fund.code))
    return {
        "fund_shown": context.fund,
        "organisation": found,
        "listed": request.services.funds.is_listed(context.fund, found),
        "members": organisations.members(found),
        "may_name": request.services.officers.may_decide(found, request.person, context.fund),
        "form": page,
    }


def _known(it: Organisation) -> dict[str, Any]:
    names = ("pilot_from", "pilot_until")
    days = {name: getattr(it, name) or colander.null for name in names}
    return {
        "name": it.name,
        "kind": it.kind.value,
        "country": it.country,
        "pilot": it.pilot.value,
        "population": it.population,
        **days,
    }


@view_config(
    route_name="manage.pairings",
    request_method="GET",
    permission="view",
    renderer="templates:directory/pairings.jinja2",
)
def pairings(context: resources.FundContext, request: Request) -> dict[str, Any]:
    """List the cities that cooperate."""
    fund = context.fund
    return {"fund_shown": fund, "pairings": request.services.pairings.of(fund.programme_id)}


@view_config(route_name="manage.pairings.new", permission="keep_register", renderer=PAIRING)
def add_pairing(context: resources.FundContext, request: Request) -> Any:
    """Enter cities that cooperate."""
    form = _pairing_form(context, request)
    typed, page = answers(request, form)
    if typed is not None:
        try:
            request.services.pairings.add(
                context.fund.programme_id, _facts(typed), by=request.person
            )
        except Refused as refusal:
            page = complain(request, form, "cities", request.said(refusal))
        else:
            return _there(context, request, typed)
    return {"fund_shown": context.fund, "pairing": None, "form": page}


@view_config(
    route_name="manage.pairing", request_method="GET", permission="keep_register", renderer=PAIRING
)
@view_config(
    route_name="manage.pairing",
    request_method="POST",
    request_param="save",
    permission="keep_register",
    renderer=PAIRING,
)
def pairing(context: resources.FundContext, request: Request) -> Any:
    """Correct what is known of cities that cooperate."""
    found = _pairing(context, request)
    form = _pairing_form(context, request, request.services.versions.pairing(found))
    shown = {
        "name": found.name,
        "kind": found.kind.value,
        "cities": {str(it.id) for it in found.cities},
        "topics": {str(it.id) for it in found.topics},
        "sdgs": set(found.sdgs),
        "action_plan": found.action_plan,
    }
    typed, page = answers(request, form, shown)
    if typed is not None:
        try:
            request.services.pairings.correct(found, _facts(typed), by=request.person)
        except Refused as refusal:
            page = complain(request, form, "cities", request.said(refusal))
        else:
            return _there(context, request, typed)
    current = request.services.versions.pairing(found).token
    return {"fund_shown": context.fund, "pairing": found, "form": page, "version": current}


@view_config(
    route_name="manage.pairing",
    request_method="POST",
    request_param="remove",
    permission="keep_register",
)
def remove_pairing(context: resources.FundContext, request: Request) -> HTTPSeeOther:
    """Take cities that cooperate no more off the programme."""
    found = _pairing(context, request)
    require_unchanged(request, request.services.versions.pairing(found))
    name = found.name
    request.services.pairings.remove(found, by=request.person)
    request.flash(_("${name} is taken off the programme.", mapping={"name": name}), "good")
    return HTTPSeeOther(request.route_path("manage.pairings", fund=context.fund.code))


def _pairing(context: resources.FundContext, request: Request) -> Pairing:
    number = int(request.matchdict["number"])
    found = request.services.pairings.get(context.fund.programme_id, number)
    if found is None:
        raise HTTPNotFound
    return found


def _pairing_form(
    context: resources.FundContext, request: Request, version: Version | None = None
) -> deform.Form:
    return request.form(
        PairingSchema(),
        {"save": _("Save")},
        formid="pairing",
        version=version,
        cities=list(_cities(request)),
        topics=[(str(it.id), it.name) for it in context.fund.topics],
        sdgs=[(number, f"{number}. {request.localizer.translate(name)}") for number, name in SDGS],
    )


def _cities(request: Request) -> Iterator[tuple[str, str]]:
    for it in request.services.organisations.cities():
        yield str(it.id), f"{it.name}, {request.formats.country(it.country)}"


def _facts(typed: Mapping[str, Any]) -> PairingFacts:
    return PairingFacts(
        name=typed["name"],
        kind=PairingKind(typed["kind"]),
        cities=frozenset(map(int, typed["cities"])),
        topics=frozenset(map(int, typed["topics"])),
        sdgs=sorted(typed["sdgs"]),
        action_plan=typed["action_plan"],
    )


def _there(
    context: resources.FundContext, request: Request, typed: Mapping[str, Any]
) -> HTTPSeeOther:
    request.flash(_("${name} is saved.", mapping={"name": typed["name"]}), "good")
    return HTTPSeeOther(request.route_path("manage.pairings", fund=context.fund.code))
