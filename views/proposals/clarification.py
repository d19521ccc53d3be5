"""The question that a fund asks about a submitted proposal, for its team: read and answered."""

from dataclasses import replace
from typing import Any

import deform
from markupsafe import Markup, escape
from pyramid.csrf import get_csrf_token
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.calls.queries.definitions import asked_of
from grants.oversight.queries.clarification_tokens import clarifications_version
from grants.proposals.clarifications import Clarification
from grants.proposals.service.clarifications import place
from grants.proposals.service.proposals import NotComplete
from grants.rules.errors import Refused
from grants.rules.forms.answers import Answers
from grants.rules.forms.definition import Definition, FormSection
from grants.rules.forms.kinds.texts import LongTextField
from schemas.forms.base import VERSION, _
from schemas.proposal_form import compile as forms
from views.proposals.proposals import barrier_of
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

PAGE = "templates:proposals/clarification.jinja2"
HERE, ANSWER = "clarification", "answer"


@view_config(
    route_name="proposal.clarification", request_method="GET", permission="clarify", renderer=PAGE
)
def show(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Show the newest question, and while it is open the fields that it names."""
    asked = _newest(context, request)
    return _page(context, request, asked, _standing(asked))


@view_config(
    route_name="proposal.clarification", request_method="POST", permission="clarify", renderer=PAGE
)
def answer(context: resources.ProposalContext, request: Request) -> Any:
    """Answer it: what was typed into its fields is frozen as a new version."""
    version = clarifications_version(request.services.versions, context.proposal)
    asked = _newest(context, request)
    reading = forms.read(
        _opened(context, request, asked), HERE, request.POST.items(), request.language
    )
    typed = reading.answers
    if reading.pressed is not None:  # a row more or less, without a script
        return _page(context, request, asked, typed)
    if reading.problems:
        request.response.status = 422
        return _page(context, request, asked, typed, problems=reading.problems)
    attempt = request.services.attempt()
    try:
        form_errors.require_unchanged(request, version)
        request.services.clarifications.answer(
            asked, answers=_by_section(asked, typed), text=typed[ANSWER] or "", by=request.person
        )
    except Refused as refusal:
        attempt.rollback()
        request.response.status = 422 if isinstance(refusal, NotComplete) else 409
        return _page(context, request, asked, typed, refused=request.said(refusal))
    request.flash(_("Your answer is submitted as a new version."), "good")
    reference = context.proposal.reference
    return HTTPSeeOther(request.route_path("proposal", reference=reference))


def _newest(context: resources.ProposalContext, request: Request) -> Clarification:
    asked = request.services.clarifications.of(context.proposal)
    if not asked:
        raise HTTPNotFound
    return asked[-1]


def _by_section(asked: Clarification, typed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for number, name in enumerate(asked.fields):
        section, _dot, field = name.partition(".")
        found.setdefault(section, {})[field] = typed[_code(number)]
    return found


def _standing(asked: Clarification) -> dict[str, Any]:
    """Return what the version says in the fields that are open."""
    found: dict[str, Any] = {}
    for number, name in enumerate(asked.fields):
        section, _dot, field = name.partition(".")
        found[_code(number)] = asked.before.answers.get(section, {}).get(field)
    return found


def _opened(
    context: resources.ProposalContext, request: Request, asked: Clarification
) -> Definition:
    """Return a form of one section with the open fields alone, and the answer in words."""
    named = {place(section, field): field for section, field in asked_of(context.proposal).fields()}
    translate = request.localizer.translate
    words = LongTextField(code=ANSWER, label=translate(_("Your answer")), required=True)
    fields = (
        replace(named[name], code=_code(number), shown_if=None)
        for number, name in enumerate(asked.fields)
        if name in named
    )
    return Definition("", (FormSection(HERE, "", (*fields, words)),))


def _code(number: int) -> str:
    return f"field_{number + 1}"


def _page(
    context: resources.ProposalContext,
    request: Request,
    asked: Clarification,
    typed: dict[str, Any],
    *,
    problems: Any = (),
    refused: str = "",
) -> dict[str, Any]:
    proposal = context.proposal
    answers: Answers = {HERE: typed}
    form = ""
    barrier = barrier_of(context, request)
    if barrier and not refused:
        pass  # who may answer is said in place of the form
    elif refused or asked.is_open(request.arrived_at):  # what was typed is shown again
        token = clarifications_version(request.services.versions, proposal).token
        form = forms.render_section(
            _opened(context, request, asked),
            HERE,
            answers,
            problems,
            language=request.language,
            csrf_token=get_csrf_token(request),
            translate=request.localizer.translate,
            inside=Markup('<input type="hidden" name="{}" value="{}">').format(VERSION, token),
            buttons=(deform.Button("send", _("Answer the clarification")),),
            formid="clarification",
        )
    return {
        "barrier": "" if refused else barrier,
        "proposal": proposal,
        "call": proposal.call,
        "asked": asked,
        "now": request.arrived_at,
        "form": form,
        "refused": escape(refused),
    }
