"""A fund as its managers set it up: how it shows itself, its logo, its forms, who may apply."""

from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.calls.models import Fund, Registration
from grants.calls.service.funds import FundFacts, TopicFacts
from grants.directory.models import Organisation
from grants.kit.branding import in_order
from grants.oversight.queries.edit_tokens import Version
from grants.rules import timezones
from grants.rules.errors import Refused
from grants.rules.forms.definition import Definition
from grants.rules.forms.definition_errors import InvalidDefinition
from schemas.calls.fund import FundSchema, NewFormVersionSchema
from schemas.forms.base import _
from views.web import resources
from views.web.forms.form_errors import answers, require_unchanged
from views.web.request import Request

SETTINGS = "templates:calls/fund_settings.jinja2"
FORMS = "templates:calls/fund_forms.jinja2"
LARGEST_FORM = 2 * 1024 * 1024
"""Bytes of a form's definition."""


@view_config(route_name="manage.settings", permission="set_up", renderer=SETTINGS)
def settings(context: resources.FundContext, request: Request) -> Any:
    """Set how a fund shows itself, its topics, and who may apply to it."""
    fund = context.fund
    version = request.services.versions.fund(fund)
    form = _form(request, version)
    typed, page = answers(request, form, _known(fund, request))
    if typed is None:
        return _page(fund, form=page, version=version.token)
    request.services.funds.change(fund, _facts(typed, request), by=request.person)
    request.flash(
        _("The settings are saved and apply to pages, documents and emails from now on."), "good"
    )
    return HTTPSeeOther(request.route_path("manage.settings", fund=fund.code))


@view_config(
    route_name="manage.logo", request_method="POST", permission="set_up", renderer=SETTINGS
)
def put_logo(context: resources.FundContext, request: Request) -> Any:
    """Show a picture beside the fund's name."""
    fund, sent = context.fund, request.POST.get("logo")
    version = request.services.versions.fund(fund)
    require_unchanged(request, version)
    try:
        if not hasattr(sent, "file"):
            raise Refused(_("Choose a picture first."))
        request.services.funds.put_logo(fund, sent.file, by=request.person)
    except Refused as refusal:
        request.response.status = 422
        form = Markup(_form(request, version).render(_known(fund, request)))  # noqa: S704
        return _page(fund, form=form, version=version.token, problem=request.said(refusal))
    request.flash(_("The logo is saved."), "good")
    return HTTPSeeOther(request.route_path("manage.settings", fund=fund.code, _anchor="logo"))


@view_config(route_name="manage.logo.remove", request_method="POST", permission="set_up")
def remove_logo(context: resources.FundContext, request: Request) -> HTTPSeeOther:
    """Show no picture any more."""
    require_unchanged(request, request.services.versions.fund(context.fund))
    request.services.funds.remove_logo(context.fund, by=request.person)
    request.flash(_("The logo is removed. Documents already sent keep theirs."), "good")
    return HTTPSeeOther(request.route_path("manage.settings", fund=context.fund.code))


@view_config(route_name="manage.listed", request_method="POST", permission="set_up")
def let_apply(context: resources.FundContext, request: Request) -> HTTPSeeOther:
    """Put an organisation on the list of those that may start proposals."""
    found = _organisation(request)
    request.services.funds.list_organisation(context.fund, found, by=request.person)
    request.flash(_("${name} can start proposals.", mapping={"name": found.name}), "good")
    return _to_organisation(context, request, found)


@view_config(route_name="manage.listed.end", request_method="POST", permission="set_up")
def let_apply_no_more(context: resources.FundContext, request: Request) -> HTTPSeeOther:
    """Take an organisation off that list."""
    found = _organisation(request)
    request.services.funds.unlist_organisation(context.fund, found, by=request.person)
    said = _(
        "${name} can start no more proposals; those already started continue.",
        mapping={"name": found.name},
    )
    request.flash(said, "good")
    return _to_organisation(context, request, found)


@view_config(route_name="manage.forms", request_method="GET", permission="view", renderer=FORMS)
def forms(context: resources.FundContext, request: Request) -> dict[str, Any]:
    """List the forms that the fund's calls may ask, with all their versions."""
    return _forms(request, context.fund)


@view_config(route_name="manage.forms", request_method="POST", permission="set_up", renderer=FORMS)
def keep_form(context: resources.FundContext, request: Request) -> Any:
    """Keep a form as a new version, from the file that says what it asks."""
    fund, sent = context.fund, request.POST.get("definition")
    problems, typed = _code_problems(request)
    if not hasattr(sent, "file"):
        problems.append(("definition", request.localizer.translate(_("Choose a file first."))))
    if problems:
        return _refused(request, fund, problems)
    content = sent.file.read(LARGEST_FORM + 1)
    try:
        if len(content) > LARGEST_FORM:
            raise Refused(_("The file is larger than 2 MB."))
        kept = request.services.calls.keep_form(
            typed, Definition.from_text(content), fund=fund, by=request.person
        )
    except InvalidDefinition as refusal:
        translate = request.localizer.translate
        faults = [("definition", it.text(translate)) for it in refusal.faults]
        return _refused(request, fund, faults)
    except Refused as refusal:
        return _refused(request, fund, [("definition", request.said(refusal))])
    named = {"title": kept.title, "number": kept.number}
    request.flash(_("“${title}” is kept as version ${number}.", mapping=named), "good")
    return HTTPSeeOther(request.route_path("manage.forms", fund=fund.code))


def _code_problems(request: Request) -> tuple[list[tuple[str, str]], str]:
    """Read the code of a form; return what is wrong with it, and the code."""
    form = request.form(NewFormVersionSchema(), {"keep": _("Upload the form")}, formid="new-form")
    typed, _page_again = answers(request, form)
    if typed is not None:
        return [], typed["code"]
    said = request.localizer.translate
    wrong = form["code"].errormsg or _("Write the code of the form.")
    return [("code", str(said(wrong)))], ""


def _refused(request: Request, fund: Fund, problems: list[tuple[str, str]]) -> dict[str, Any]:
    request.response.status = 422
    return _forms(request, fund) | {"problems": problems, "code": request.POST.get("code", "")}


def _forms(request: Request, fund: Fund) -> dict[str, Any]:
    versions = request.services.calls.form_versions(fund)
    return {"fund_shown": fund, "versions": versions, "problems": (), "code": ""}


def _form(request: Request, version: Version) -> deform.Form:
    return request.form(
        FundSchema(),
        {"save": _("Save the settings")},
        formid="fund",
        version=version,
        zones=[(name, name.replace("_", " ")) for name in timezones.zones()],
    )


def _page(fund: Fund, **more: Any) -> dict[str, Any]:
    return {"fund_shown": fund, "logo": fund.logo, "problem": "", **more}


def _known(fund: Fund, request: Request) -> dict[str, Any]:
    shown = request.branding
    return {
        "name": fund.name,
        "summary": fund.summary,
        "contact_email": fund.contact_email,
        "run_by": fund.run_by,
        "accent": fund.accent or shown.accent,
        "languages": set(fund.languages or shown.languages),
        "main_language": shown.languages[0],
        "zone": fund.zone or "",
        "registration": fund.registration.value,
        "topics": [{"number": it.id, "name": it.name} for it in fund.topics],
    }


def _facts(typed: dict[str, Any], request: Request) -> FundFacts:
    own = request.registry["portal"].settings.branding
    same = ("name", "summary", "contact_email", "run_by", "zone")
    main = typed["main_language"]
    languages = [main, *(it for it in in_order(typed["languages"]) if it != main)]
    return FundFacts(
        **{name: typed[name] for name in same},
        # What is as the portal has it follows the portal.
        accent="" if typed["accent"] == own.accent else typed["accent"],
        languages=[] if tuple(languages) == own.languages else languages,
        registration=Registration(typed["registration"]),
        topics=[TopicFacts(**it) for it in typed["topics"]],
    )


def _organisation(request: Request) -> Organisation:
    found: Organisation | None = request.services.organisations.get(
        int(request.matchdict["number"])
    )
    if found is None:
        raise HTTPNotFound
    return found


def _to_organisation(
    context: resources.FundContext, request: Request, found: Organisation
) -> HTTPSeeOther:
    address = request.route_path("manage.organisation", fund=context.fund.code, number=found.id)
    return HTTPSeeOther(address)
