"""Decisions on proposals, and the letters that tell them."""

from datetime import date
from typing import Any

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from grants.access import role_in
from grants.accounts.models import Person
from grants.calls.queries.rules_in_words import OVERALL_NAMES, unit
from grants.decisions.models import Decision
from grants.decisions.queries.awarded_money import AWARDS
from grants.decisions.queries.letter_facts import LetterFacts
from grants.decisions.queries.offers import Offer, could_be, departs
from grants.decisions.service.decisions import DECIDABLE, CallMoney
from grants.kit.paging import PAGE, pages
from grants.rules.errors import Refused
from grants.rules.workflow import DecisionKind
from schemas.decisions.decision import WORDS, DecisionSchema
from schemas.forms.base import _
from schemas.forms.days import OTHER_TIMES, is_of_our_time
from views.evaluation.presentation import shape
from views.web import paging, resources
from views.web.forms import form_errors
from views.web.request import Request

TEMPLATE = "templates:decisions/decide.jinja2"

KINDS = {kind: "good" if kind in AWARDS else "bad" for kind in DecisionKind} | {
    DecisionKind.RESERVE: "waiting"
}


@view_config(
    route_name="proposal.decide",
    request_method="GET",
    permission="read_decision",
    renderer=TEMPLATE,
)
def show(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Show what the evaluation says of a proposal, and the form to decide."""
    if not request.has_permission("decide"):
        request.override_renderer = "templates:decisions/decision.jinja2"
        return _page(context, request, Markup(), _facts(context, request))
    offer = request.services.decisions.offer(context.proposal)
    facts = _facts(context, request)
    form = _form(context, request, offer)
    given = _given(facts.decision) if facts.decision else _suggested(context, offer)
    shown = Markup(form.render(given))  # noqa: S704 -- ours escape
    return _page(context, request, shown, facts, offer)


@view_config(
    route_name="proposal.decide",
    request_method="POST",
    request_param="decide",
    permission="decide",
    renderer=TEMPLATE,
)
def decide(context: resources.ProposalContext, request: Request) -> Any:
    """Keep the decision; the letter is sent later, with the others."""
    form = _form(context, request)
    given, wrong = form_errors.answers(request, form, _standing(context, request))
    if given is None:
        return _page(context, request, wrong, _facts(context, request))
    signatories = {str(each.id): each for each in _signatories(context, request)}
    request.services.decisions.decide(
        context.proposal,
        DecisionKind(given["kind"]),
        awarded_cents=given["awarded_cents"],
        reasons=given["reasons"],
        conditions=given["conditions"],
        justification=given["justification"],
        signatory=signatories.get(given["signatory"]),
        by=request.person,
    )
    request.flash(_("The decision is saved. Its letter is not sent yet."))
    return HTTPSeeOther(request.route_path("manage.decisions", code=context.proposal.call.code))


@view_config(
    route_name="proposal.decide",
    request_method="POST",
    request_param="countersign",
    permission="decide",
)
def countersign(context: resources.ProposalContext, request: Request) -> HTTPSeeOther:
    """Sign as the second signatory."""
    decision = request.services.decisions.of(context.proposal)
    if decision:
        read = request.POST["countersign"]
        request.services.decisions.countersign(decision, by=request.person, read=read)
        request.flash(_("You have signed this decision."))
    return HTTPSeeOther(request.route_path("manage.decisions", code=context.proposal.call.code))


@view_config(
    route_name="manage.decisions",
    request_method="GET",
    permission="inspect",
    renderer="templates:decisions/desk.jinja2",
)
def letters(context: resources.CallContext, request: Request) -> dict[str, Any]:
    """List all decisions of a call: what is missing, what can be sent, what was sent."""
    call, services = context.call, request.services
    waiting, decided = paging.asked(request, "waiting"), paging.asked(request)
    owing = paging.asked(request, "projects")
    desk = services.decisions.desk(call, waiting=waiting, page=decided)
    projects = services.projects.in_call(call, request.person, role_in(context.roles), page=owing)
    return {
        "call": call,
        "version": services.versions.letters(call).token,
        "desk": desk,
        "waiting_pages": paging.links(request, waiting, pages(desk.to_decide), "waiting"),
        "decided_pages": paging.links(request, decided, pages(desk.decided)),
        "project_pages": paging.links(request, owing, owing + (len(projects) > PAGE), "projects"),
        "mine": [each for each in desk.unsigned if each.signatory_id == request.person.id],
        "envelope": CallMoney(envelope=call.envelope_cents, awarded=desk.awarded),
        "kinds": KINDS,
        "kind_words": WORDS,
        "decidable": DECIDABLE,
        "projects": projects[:PAGE],
        "shape": shape,
    }


@view_config(route_name="manage.decisions", request_method="POST", permission="evaluate")
def send(context: resources.CallContext, request: Request) -> HTTPSeeOther:
    """Send every letter that can leave."""
    form_errors.require_unchanged(request, request.services.versions.letters(context.call))
    count = request.services.decisions.send_letters(
        context.call, by=request.person, answer_by=_answer_by(request)
    )
    request.flash(_("Letters sent: ${count}.", mapping={"count": count}))
    return HTTPSeeOther(request.route_path("manage.decisions", code=context.call.code))


def _answer_by(request: Request) -> date | None:
    """Read the day until which awards are to be answered, if one was typed."""
    typed = request.POST.get("answer_by", "").strip()
    try:
        day = date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Refused(_("Give the day until which to answer as a date.")) from None
    if day and not is_of_our_time(day):
        raise Refused(OTHER_TIMES)
    return day


def _page(
    context: resources.ProposalContext,
    request: Request,
    form: Markup,
    facts: LetterFacts,
    offer: Offer | None = None,
) -> dict[str, Any]:
    proposal, decision = context.proposal, facts.decision
    before = request.services.decisions.before(decision) if decision else ()
    return {
        "proposal": proposal,
        "call": proposal.call,
        "facts": facts,
        "decision": decision,
        "before": before,
        "has_letter": decision is not None and any(it.notified_at for it in (*before, decision)),
        "mine": decision is not None
        and decision.signatory_id == request.person.id
        and _waits_for_signature(decision),
        "envelope": request.services.decisions.money(proposal.call),
        "offer": offer or request.services.decisions.offer(proposal),
        "form": form,
        "kind_words": WORDS,
        "kinds": KINDS,
        "overall_names": OVERALL_NAMES,
        "shape": shape,
        "unit_of": unit,
    }


def _waits_for_signature(decision: Decision) -> bool:
    return decision.departs and decision.signed_at is None and decision.notified_at is None


def _form(
    context: resources.ProposalContext, request: Request, offer: Offer | None = None
) -> deform.Form:
    proposal = context.proposal
    kinds = DECIDABLE[proposal.status]
    offer = offer or request.services.decisions.offer(proposal)
    return request.form(
        DecisionSchema(),
        {"decide": _("Save decision")},
        formid="decision",
        version=request.services.versions.decision(context.proposal),
        language=request.language,
        currency=context.proposal.call.currency,
        kinds=kinds,
        # What no signature makes possible is refused by its own rule.
        departs=lambda kind, cents: (
            departs(proposal, kind, cents, offer) and could_be(proposal, cents)
        ),
        signatories=[(str(each.id), each.name) for each in _signatories(context, request)],
    )


def _signatories(context: resources.ProposalContext, request: Request) -> list[Person]:
    call = context.proposal.call
    return request.services.decisions.signatories(call, but=request.person)


def _facts(context: resources.ProposalContext, request: Request) -> LetterFacts:
    return request.services.decisions.letter_facts(context.proposal)


def _standing(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Return what was decided; before that, what the ranking suggests."""
    decision = request.services.decisions.of(context.proposal)
    return (
        _given(decision)
        if decision
        else _suggested(context, request.services.decisions.offer(context.proposal))
    )


def _given(decision: Decision) -> dict[str, Any]:
    return {
        "kind": decision.kind.value,
        "awarded_cents": decision.awarded_cents,
        "reasons": decision.reasons,
        "conditions": decision.conditions,
        "justification": decision.justification,
        "signatory": str(decision.signatory_id or ""),
    }


def _suggested(context: resources.ProposalContext, offer: Offer) -> dict[str, Any]:
    """Begin with what the ranking says: its own answer, and what it offers."""
    kind = DECIDABLE[context.proposal.status][0]
    return {"kind": kind.value} | ({"awarded_cents": offer.cents} if offer.cents else {})
