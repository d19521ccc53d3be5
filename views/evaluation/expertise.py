"""What reviewers know: a fund's pool, and a reviewer's own entry in it."""

from collections.abc import Mapping
from typing import Any

import deform
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.accounts.models import Person
from grants.calls.models import Fund
from grants.evaluation.models import ReviewerProfile
from grants.evaluation.service.expertise import ExpertiseFacts
from grants.oversight.queries.planning_tokens import profile_version
from schemas.evaluation.plan import ExpertiseSchema, languages_in
from schemas.forms.base import _
from views.web import resources
from views.web.forms.form_errors import answers
from views.web.request import Request

PAGE = "templates:evaluation/expertise.jinja2"


@view_config(
    route_name="manage.reviewers",
    request_method="GET",
    permission="view",
    renderer="templates:evaluation/reviewer_pool.jinja2",
)
def pool(context: resources.FundContext, request: Request) -> dict[str, Any]:
    """List a fund's reviewers with what is known of them."""
    return {
        "fund_shown": context.fund,
        "pool": request.services.assignment_plans.expertise.pool(context.fund),
        "topics": {it.code: it.name for it in context.fund.topics},
        "countries": dict(request.formats.countries()),
    }


@view_config(route_name="manage.reviewer", permission="invite", renderer=PAGE)
def of_reviewer(context: resources.FundContext, request: Request) -> Any:
    """Change what is known of a reviewer."""
    person = request.services.assignment_plans.expertise.reviewer(
        context.fund, int(request.matchdict["number"])
    )
    if person is None:
        raise HTTPNotFound
    page = _page(request, person, context.fund)
    if page["form"]:
        return page
    request.flash(_("The expertise of ${name} is saved.", mapping={"name": person.name}), "good")
    return HTTPSeeOther(request.route_path("manage.reviewers", fund=context.fund.code))


@view_config(route_name="reviews.expertise", permission="work", renderer=PAGE)
def own(request: Request) -> Any:
    """Let a reviewer say what they know, to a fund for which they review."""
    funds = request.services.assignment_plans.expertise.funds(request.person)
    fund = next((it for it in funds if it.code == request.matchdict["fund"]), None)
    if fund is None:  # only for those who review there
        return HTTPSeeOther(request.route_path("reviews"))
    page = _page(request, request.person, fund)
    if page["form"]:
        return page
    request.flash(_("Your expertise is saved."), "good")
    return HTTPSeeOther(request.route_path("reviews"))


def _page(request: Request, person: Person, fund: Fund) -> dict[str, Any]:
    """Show the form, or save what was sent: then there is no form any more."""
    expertise = request.services.assignment_plans.expertise
    profile = expertise.of(person, fund)
    form = _form(request, person, fund, profile)
    typed, shown = answers(request, form, _known(profile))
    if typed is not None:
        languages = languages_in(typed.pop("languages"))
        facts = ExpertiseFacts(languages=languages, **typed)
        expertise.save(person, fund, facts, by=request.person)
    return {"fund_shown": fund, "reviewer": person, "form": shown}


def _form(
    request: Request, person: Person, fund: Fund, profile: ReviewerProfile | None
) -> deform.Form:
    return request.form(
        ExpertiseSchema(),
        {"save": _("Save expertise")},
        formid="expertise",
        version=profile_version(request.services.versions, person, fund, profile),
        language=request.language,
        topics=[(it.code, it.name) for it in fund.topics],
        countries=request.formats.countries(),
    )


def _known(profile: ReviewerProfile | None) -> Mapping[str, Any]:
    if profile is None:
        return {"least": 0}
    return {
        "topics": set(profile.topics),
        "languages": ", ".join(profile.languages),
        "country": profile.country,
        "least": profile.least,
        "most": profile.most,
    }
