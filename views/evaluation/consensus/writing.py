"""What reviewers of a proposal agree: a rapporteur writes it, the others answer."""

from fractions import Fraction
from functools import partial
from typing import Any
from urllib.parse import quote

import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.renderers import render
from pyramid.response import Response
from pyramid.view import view_config

from grants.calls.queries.criteria_in_words import score_in_words
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment
from grants.evaluation.models.consensus import ConsensusReport
from grants.evaluation.queries.agreed_texts import draft_of, missing_of
from grants.rules.errors import OutOfDate
from grants.rules.scoring import shown
from grants.rules.words import N_
from grants.rules.workflow import ConsensusAnswer, ConsensusStatus
from schemas.evaluation import consensus as schema
from schemas.forms.base import _
from views.evaluation.consensus.lines import answers_of, lines_of, reviews_of
from views.evaluation.presentation import running_total
from views.evaluation.reviewed_texts import heading_of
from views.web import resources
from views.web.forms import form_errors, windows
from views.web.request import Request

PAGE = "templates:evaluation/consensus_of_reviewer.jinja2"


@view_config(
    route_name="review.consensus", request_method="GET", permission="confer", renderer=PAGE
)
def show(context: resources.AssignmentContext, request: Request) -> dict[str, Any]:
    """Show the reviews side by side, and the report to whoever writes or answers it."""
    return _page(request, context.assignment, _report(request, context.assignment))


@view_config(
    route_name="review.consensus",
    request_method="POST",
    request_param="save",
    permission="confer",
    renderer=PAGE,
)
@view_config(
    route_name="review.consensus",
    request_method="POST",
    request_param="circulate",
    permission="confer",
    renderer=PAGE,
)
def write(context: resources.AssignmentContext, request: Request) -> Any:
    """Keep what the rapporteur typed; circulate it where that is asked and nothing is missing."""
    assignment, report = context.assignment, _report(request, context.assignment)
    consensus = request.services.consensus
    given, wrong = form_errors.answers(request, _form(request, assignment, report))
    if given is None:
        return _page(request, assignment, report, form=wrong)
    try:
        revision = consensus.save(
            report,
            schema.read(given),
            revision=windows.revision(request),
            tab=windows.tab(request),
            by=request.person,
        )
    except OutOfDate as clash:
        again = _form(request, assignment, report, afresh=True)
        saved = schema.typed(draft_of(report))
        form = form_errors.overtaken(request, again, saved, clash)
        return _page(request, assignment, report, form=form)
    if "HX-Request" in request.headers:
        return Response(
            status=204,
            headers={
                "Review-Revision": str(revision),
                "Running-Total": quote(
                    running_total(request, frozen_rules(report.stage), report.halves)
                ),
            },
        )
    here = request.route_path("review.consensus", number=assignment.id)
    reviewed = consensus.reviewed(assignment.stage, assignment.proposal)
    if "circulate" in request.POST and not consensus.is_current(report, reviewed):
        return HTTPSeeOther(here)  # what was typed is saved, and the page says what changed
    if "circulate" in request.POST and missing_of(report):
        # What was typed is saved by now; what is missing is told by the next page.
        return HTTPSeeOther(f"{here}?check=all")
    if "circulate" in request.POST:
        consensus.circulate(report, by=request.person)
        request.flash(_("The report is circulated. The other reviewers are asked to answer."))
    else:
        request.flash(_("Saved."))
    return HTTPSeeOther(here)


@view_config(
    route_name="review.consensus",
    request_method="POST",
    request_param="revise",
    permission="confer",
)
def revise(context: resources.AssignmentContext, request: Request) -> HTTPSeeOther:
    """Take the report back into writing."""
    report = _report(request, context.assignment)
    form_errors.require_unchanged(request, request.services.versions.consensus(report))
    request.services.consensus.revise(report, by=request.person)
    request.flash(_("You can write on. All others have to answer again afterwards."))
    return _back(request, context.assignment)


@view_config(
    route_name="review.consensus",
    request_method="POST",
    request_param="approve",
    permission="confer",
)
def approve(context: resources.AssignmentContext, request: Request) -> HTTPSeeOther:
    """Approve the report that was read."""
    report = _report(request, context.assignment)
    form_errors.require_unchanged(request, request.services.versions.consensus_text(report))
    request.services.consensus.answer(report, by=request.person)
    request.flash(_("Thank you. You have approved the report."))
    return _back(request, context.assignment)


@view_config(
    route_name="review.consensus",
    request_method="POST",
    request_param="dissent",
    permission="confer",
    renderer=PAGE,
)
def dissent(context: resources.AssignmentContext, request: Request) -> Any:
    """Keep a minority view beside the report that was read."""
    assignment, report = context.assignment, _report(request, context.assignment)
    given, wrong = form_errors.answers(request, _minority_form(request, assignment, report))
    if given is None:
        return _page(request, assignment, report, minority=wrong)
    request.services.consensus.answer(
        report, minority_view=given["minority_view"], by=request.person
    )
    request.flash(_("Thank you. Your minority view is kept with the report."))
    return _back(request, assignment)


def _page(
    request: Request,
    assignment: Assignment,
    report: ConsensusReport,
    *,
    form: Markup | None = None,
    minority: Markup | None = None,
) -> dict[str, Any]:
    consensus, proposal = request.services.consensus, assignment.proposal
    reviewed = consensus.reviewed(assignment.stage, proposal)
    mine = report.rapporteur_id == request.person.id
    draft, circulated = (
        report.status is status for status in (ConsensusStatus.DRAFT, ConsensusStatus.CIRCULATED)
    )
    current = consensus.is_current(report, reviewed)
    asked = current and circulated and not mine and request.person.id not in report.answers
    writes = current and draft and mine
    if writes and form is None:
        form = _shown(request, assignment, report)
    if asked and minority is None:
        minority = Markup(_minority_form(request, assignment, report).render({}))  # noqa: S704 -- ours escape
    versions = request.services.versions
    return {
        "assignment": assignment,
        "proposal": proposal,
        "shown": heading_of(request, assignment),
        "call": proposal.call,
        "report": report,
        "current": current,
        "criteria": frozen_rules(assignment.stage).criteria,
        "reviews": reviews_of(request, reviewed, named=False),
        "mine": mine,
        "missing": missing_of(report) if writes else (),
        "form": form,
        "lines": () if draft and (current or not mine) else lines_of(request, report),
        "answers": () if draft else answers_of(request, report, reviewed, named=False),
        "asked": asked,
        "minority": minority,
        "version": versions.consensus(report).token if circulated and mine else "",
        "text_version": versions.consensus_text(report).token if asked else "",
        "dissent": ConsensusAnswer.DISSENT.value,
    }


def _report(request: Request, assignment: Assignment) -> ConsensusReport:
    """Find the report; what was typed into one that is withdrawn by now goes back to its writer."""
    consensus, where = request.services.consensus, (assignment.stage, assignment.proposal)
    report = consensus.of(*where)
    if report is None and consensus.withdrawn(*where):
        raise OutOfDate(N_("The fund has withdrawn this report. It is kept with its reason."))
    if report is None:
        raise HTTPNotFound
    return report


def _shown(request: Request, assignment: Assignment, report: ConsensusReport) -> Markup:
    """Show what is saved; after a wish to circulate it, with everything that is missing."""
    given = schema.typed(draft_of(report))
    if "check" in request.GET:
        form = _form(request, assignment, report, complete=True)
        try:
            form.validate_pstruct(form.schema.serialize(given))
        except deform.ValidationFailure as failure:
            return Markup(failure.render())  # noqa: S704 -- our own templates escape
    return Markup(_form(request, assignment, report).render(given))  # noqa: S704 -- ours escape


def _form(
    request: Request,
    assignment: Assignment,
    report: ConsensusReport,
    *,
    complete: bool = False,
    afresh: bool = False,
) -> deform.Form:
    rules, said = frozen_rules(report.stage), request.formats
    notes = {
        it.code: request.localizer.translate(
            _(
                "The reviews come to ${points}.",
                mapping={"points": said.figure(shown(Fraction(report.seeds[it.code])))},
            )
        )
        for it in rules.criteria
    }
    sent = request.method == "POST" and not afresh
    query = {
        "revision": str(windows.revision(request) if sent else report.revision),
        "tab": windows.tab(request) if sent else windows.new_tab(),
    }
    url = request.route_path("review.consensus", number=assignment.id, _query=query)
    form = request.form(
        schema.consensus_form(
            rules,
            report.seeds,
            notes,
            partial(score_in_words, said=said),
            complete=complete,
        ),
        {"save": _("Save"), "circulate": _("Check and circulate")},
        formid="consensus",
        action=url,
        attributes={
            "data-keep": f"consensus-{report.id}",
            "data-autosave": "",
            "hx-post": f"{url}&save=",
            "hx-trigger": "input delay:1500ms, change delay:300ms, autosave",
            "hx-swap": "none",
        },
    )
    status = render(
        "templates:evaluation/review_save_status.jinja2",
        {"total": running_total(request, rules, report.halves)},
        request,
    )
    form.inside = Markup(status)  # noqa: S704 -- our own template escapes
    return form


def _minority_form(
    request: Request, assignment: Assignment, report: ConsensusReport
) -> deform.Form:
    return request.form(
        schema.MinorityView(),
        {"dissent": _("Submit a minority view")},
        formid="minority",
        action=request.route_path("review.consensus", number=assignment.id),
        version=request.services.versions.consensus_text(report),
    )


def _back(request: Request, assignment: Assignment) -> HTTPSeeOther:
    return HTTPSeeOther(request.route_path("review.consensus", number=assignment.id))
