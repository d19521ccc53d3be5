"""Interests: declared by those who manage the fund, and ruled on."""

from typing import Any

import deform
from markupsafe import Markup
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPForbidden, HTTPNotFound, HTTPSeeOther
from pyramid.view import forbidden_view_config, view_config

from grants.access import role_in
from grants.evaluation.models import Declaration
from grants.evaluation.queries.affiliations import parties
from grants.evaluation.service.interests import waits
from grants.proposals.models import Proposal
from grants.rules.workflow import Interest, Role, Ruling
from schemas.evaluation.interest import Declare, Rule
from schemas.forms.base import _
from views.web import resources
from views.web.forms import form_errors
from views.web.request import Request

PAGE = "templates:evaluation/interests.jinja2"
INTEREST = "templates:evaluation/interest.jinja2"

THANKS = _(
    "Thank you for your declaration. You take no part in this, and it is no longer shown to you."
)


class Recused:
    """A view predicate: whoever asks is recused from the call."""

    def __init__(self, wanted: bool, _config: Configurator) -> None:
        self.wanted = wanted

    def text(self) -> str:
        """Name the predicate."""
        return f"recused = {self.wanted}"

    phash = text

    def __call__(self, _context: object, request: Request) -> bool:
        """Return whether it holds."""
        roles = getattr(getattr(request, "context", None), "roles", ())
        return (Role.RECUSED in roles) is self.wanted


def includeme(config: Configurator) -> None:
    """Offer the predicate `recused`."""
    config.add_view_predicate("recused", Recused)


@forbidden_view_config(recused=True, renderer="templates:evaluation/recused.jinja2")
def recused(_forbidden: HTTPForbidden, request: Request) -> dict[str, Any]:
    """Tell somebody with an interest why the evaluation of this call is closed to them."""
    request.response.status = 403
    return {}


@view_config(
    route_name="manage.interests", request_method="GET", permission="inspect", renderer=PAGE
)
def show(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """List declared interests, those that wait for a ruling first."""
    return _page(context, request, {})


@view_config(
    route_name="manage.interests", request_method="POST", permission="evaluate", renderer=PAGE
)
def rule(context: resources.CallContext, request: Request) -> Any:
    """Rule on a potential conflict."""
    declared = {str(it.id): it for it in _declarations(context, request)}
    declaration = declared.get(request.POST.get("declaration", ""))
    if declaration is None:
        raise HTTPNotFound
    given, wrong = form_errors.answers(request, _form(request, declaration))
    if given is None:
        return _page(context, request, {declaration.id: wrong})
    request.services.interests.rule(
        declaration, Ruling(given["ruling"]), reason=given["reason"], by=request.person
    )
    request.flash(_("Your decision is saved."))
    return HTTPSeeOther(request.route_path("manage.interests", code=context.call.code))


@view_config(
    route_name="proposal.interest", request_method="GET", permission="declare", renderer=INTEREST
)
def ask(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Ask what interests somebody has in a proposal."""
    form = declare_form(request, context.proposal)
    return _asked(context, request, form.render(_declared(context, request)))


@view_config(
    route_name="proposal.interest", request_method="POST", permission="declare", renderer=INTEREST
)
def declare(context: resources.ProposalContext, request: Request) -> Any:
    """Keep it; who has an interest sees the proposal no more."""
    form = declare_form(request, context.proposal)
    given, wrong = form_errors.answers(request, form, _declared(context, request))
    if given is None:
        return _asked(context, request, wrong)
    proposal, interest = context.proposal, Interest(given["interest"])
    request.services.interests.declare(request.person, proposal, interest, given["explanation"])
    if interest is Interest.NONE:
        request.flash(_("Your declaration is saved."))
        return HTTPSeeOther(request.route_path("proposal", reference=proposal.reference))
    request.flash(THANKS, "info")
    return HTTPSeeOther(request.route_path("work"))


def _declared(context: resources.ProposalContext, request: Request) -> dict[str, str]:
    found = request.services.interests.of(request.person, context.proposal)
    return {"interest": found.interest.value, "explanation": found.explanation} if found else {}


def declare_form(request: Request, proposal: Proposal) -> deform.Form:
    """Make the form on which interests are declared."""
    version = request.services.versions.declaration(request.person, proposal)
    buttons = {"declare": _("Declare")}
    return request.form(Declare(), buttons, formid="interest", version=version)


def _asked(context: resources.ProposalContext, request: Request, form: str) -> dict[str, Any]:
    """Show who takes part in the proposal beside the form."""
    versions = request.services.proposals.versions(context.proposal)
    return {
        "proposal": context.proposal,
        "parties": parties(versions[-1]) if versions else None,
        "form": form,
    }


def _page(
    context: resources.CallContext, request: Request, shown: dict[int, Markup]
) -> dict[str, Any]:
    declarations = _declarations(context, request)
    waiting = [each for each in declarations if waits(each)]
    return {
        "call": context.call,
        "waiting": waiting,
        "others": [each for each in declarations if not waits(each)],
        "own": request.person.id,
        "forms": {
            each.id: shown.get(each.id) or _rendered(request, each)
            for each in waiting
            if each.person_id != request.person.id and request.has_permission("evaluate")
        },
    }


def _declarations(context: resources.CallContext, request: Request) -> list[Declaration]:
    return request.services.interests.in_call(
        context.call, seen_by=request.person, role=role_in(context.roles)
    )


def _rendered(request: Request, declaration: Declaration) -> Markup:
    form = _form(request, declaration)
    return Markup(form.render({"declaration": declaration.id}))  # noqa: S704 -- ours escape


def _form(request: Request, declaration: Declaration) -> deform.Form:
    version = request.services.versions.ruling(declaration)
    return request.form(
        Rule(), {"rule": _("Rule")}, formid=f"rule-{declaration.id}", version=version
    )
