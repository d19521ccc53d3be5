"""A section of a proposal: shown, saved however incomplete, saved while one types."""

from collections.abc import Mapping, Sequence
from typing import Any

import deform
from markupsafe import Markup
from pyramid.csrf import get_csrf_token
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.renderers import render
from pyramid.response import Response
from pyramid.view import view_config

from grants.calls.models import Call
from grants.calls.queries.definitions import asked_of
from grants.proposals.models import Section
from grants.proposals.queries.known_facts import FilledIn
from grants.proposals.queries.submission_checks import grant_limits, in_section
from grants.proposals.service.proposals import SectionChanged
from grants.rules.errors import WrongFile
from grants.rules.forms.answers import Answers
from grants.rules.forms.definition import Definition
from schemas.forms.base import _
from schemas.proposal_form import compile as forms
from views.proposals import edit_conflicts, known_facts
from views.proposals.progress import address, next_section, steps
from views.web import resources
from views.web.forms import windows
from views.web.request import Request

PAGE = "templates:proposals/section.jinja2"


@view_config(route_name="proposal.section", request_method="GET", permission="edit", renderer=PAGE)
def show(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    """Show a section with its answers, and what is wrong in them."""
    code, definition = _asked(context, request)
    sections = request.services.proposals.sections(context.proposal)
    answers = {name: section.answers for name, section in sections.items()}
    level = forms.Level.SUBMIT if "check" in request.GET else forms.Level.SAVE
    problems = forms.problems(definition, code, answers, level=level)
    against = in_section(context.proposal.call, definition, code, answers)
    contradicting = [forms.Problem(it.field, it.path, it.why, it.values) for it in against]
    return _page(context, request, sections, answers, [*problems, *contradicting])


@view_config(route_name="proposal.section", request_method="POST", permission="edit", renderer=PAGE)
def save(context: resources.ProposalContext, request: Request) -> Any:
    """Keep what was typed, and go where the button says."""
    code, definition = _asked(context, request)
    proposals, proposal = request.services.proposals, context.proposal
    before = proposals.sections(proposal)
    others = {name: section.answers for name, section in before.items() if name != code}
    reading = forms.read(definition, code, _typed(request), request.language, others=others)
    if open_still := edit_conflicts.unanswered(request):
        return edit_conflicts.shown(
            context, request, before[code], reading.answers, asked=open_still
        )
    answers = edit_conflicts.chosen(reading.answers, before.get(code), request.POST)
    if not proposal.is_open(request.arrived_at):
        return _too_late(context, request, before, {**others, code: answers})
    if wrong := _files(context, request, code, reading):
        request.response.status = 422
        return _page(context, request, before, {**others, code: answers}, [wrong])
    try:
        section = proposals.save(
            proposal,
            code,
            answers,
            by=request.person,
            revision=windows.revision(request),
            tab=windows.tab(request),
            base=edit_conflicts.read(request),
        )
    except SectionChanged as clash:
        return edit_conflicts.shown(
            context, request, clash.section, answers, asked=clash.asked, taken=clash.taken
        )
    merged = edit_conflicts.merged(definition.in_language(request.language), section, answers)
    if _is_autosave(request):
        return _autosaved(definition, section, answers, merged=bool(merged))
    if merged:
        _tell_merged(request, merged)
    return HTTPSeeOther(_onward(context, request, definition, code, reading))


def _too_late(
    context: resources.ProposalContext, request: Request, sections: Any, answers: Answers
) -> dict[str, Any]:
    """Show what was typed once more, for whoever typed it: it came after the deadline."""
    request.response.status = 409
    return _page(context, request, sections, answers, ()) | {"late": True}


def _autosaved(
    definition: Definition, section: Section, answers: Mapping[str, Any], *, merged: bool
) -> Response:
    """Tell the window what it has saved, from which it goes on."""
    headers = {
        "Section-Revision": str(section.revision),
        "Section-Base": edit_conflicts.base(definition, section.code, answers),
    }
    return Response(status=204, headers=headers | ({"Section-Merged": "yes"} if merged else {}))


def _tell_merged(request: Request, labels: Sequence[str]) -> None:
    named = ", ".join(labels)
    said = _(
        "In the meantime this was changed in another window, and is kept: ${answers}.",
        mapping={"answers": named},
    )
    request.flash(said, "info")


def _asked(context: resources.ProposalContext, request: Request) -> tuple[str, Definition]:
    definition = asked_of(context.proposal)
    code = request.matchdict["section"]
    if code not in [section.code for section in definition.sections]:
        raise HTTPNotFound
    return code, definition


def _typed(request: Request) -> list[tuple[str, Any]]:
    return [
        (name, value)
        for name, value in request.POST.items()
        if not name.startswith(edit_conflicts.OWN)
    ]


def _is_autosave(request: Request) -> bool:
    return "HX-Request" in request.headers


def _files(
    context: resources.ProposalContext, request: Request, code: str, reading: forms.Reading
) -> forms.Problem | None:
    """Take in and remove files that were sent with the form; tell which was not taken, and why."""
    files, pressed = request.services.files, reading.pressed
    if pressed is not None and pressed.action == "remove_file":
        files.remove(context.proposal, pressed.which, by=request.person)
    for field, sent in reading.uploads:
        place, name = f"{code}.{field}", sent.filename
        try:
            files.attach(context.proposal, place, name=name, content=sent.file, by=request.person)
        except WrongFile as refusal:
            # As a value: whatever the file is called, the sentence is not filled in again.
            return forms.Problem(field, (), "{sentence}", {"sentence": request.said(refusal)})
    return None


def _onward(
    context: resources.ProposalContext,
    request: Request,
    definition: Definition,
    code: str,
    reading: forms.Reading,
) -> str:
    proposal = context.proposal
    if reading.pressed is not None:
        return f"{address(request, proposal, code)}#{code}-{reading.pressed.field_code}"
    request.flash(_("Saved."), "good")
    if "save_next" in request.POST:
        following = next_section(definition, code)
        if following:
            return address(request, proposal, following)
        return str(request.route_path("proposal", reference=proposal.reference))
    return address(request, proposal, code)


def _page(
    context: resources.ProposalContext,
    request: Request,
    sections: Any,
    answers: Answers,
    problems: Any,
) -> dict[str, Any]:
    proposal, code = context.proposal, request.matchdict["section"]
    definition = asked_of(proposal)
    missing = request.services.proposals.missing(proposal, answers)
    listed = steps(request, proposal, sections, missing, current=code)
    section = sections.get(code)
    return {
        "proposal": proposal,
        "call": proposal.call,
        "section": definition.in_language(request.language).section(code),
        "saved": section,
        "steps": listed,
        "open": proposal.is_open(request.arrived_at),
        "late": False,
        "form": _form(context, request, definition, answers, problems, section),
    }


def _form(
    context: resources.ProposalContext,
    request: Request,
    definition: Definition,
    answers: Answers,
    problems: Any,
    section: Section | None,
) -> Markup:
    proposal, code = context.proposal, request.matchdict["section"]
    revision = str(section.revision if section else 0)
    base = edit_conflicts.base(definition, code, section.answers if section else {})
    if request.method == "POST":  # shown again: what it had read has not become newer by that
        revision, base = str(windows.revision(request)), request.POST.get(edit_conflicts.BASE, "")
    takes = proposal.is_open(request.arrived_at)
    filled = FilledIn(answers=answers)
    if request.method == "GET" and takes:
        filled = request.services.known_facts.fill_in(
            proposal, definition, code, answers, by=request.person
        )
    tab = windows.new_tab()
    action = address(request, proposal, code, revision=revision, tab=tab)
    following = next_section(definition, code)
    onward = _("Save and continue") if following else _("Save and preview")
    status = render(
        "templates:proposals/save_status.jinja2", {"saved": section, "call": proposal.call}, request
    )
    saving = {
        "data-autosave": "",
        "hx-post": action,
        "hx-trigger": "input delay:1500ms, change delay:300ms, autosave",
        "hx-swap": "none",
    }
    return forms.render_section(
        definition,
        code,
        filled.answers,
        problems,
        language=request.language,
        csrf_token=get_csrf_token(request),
        translate=request.localizer.translate,
        action=action,
        files=_known_files(context, request),
        attributes={
            "data-keep": f"{proposal.reference}/{code}",
            "data-form": "",
            "data-upload": request.route_path(
                "proposal.upload", reference=proposal.reference, field=f"{code}."
            ),
            **(saving if takes else {}),
        },
        inside=Markup(status) + edit_conflicts.carried(base) if takes else Markup(),  # noqa: S704 -- our own template escapes
        buttons=(
            deform.Button("save_next", onward),
            deform.Button("save", _("Save")),
        ),
        editable=takes,
        notes={
            **known_facts.notes(request, proposal.organisation, definition, code, filled),
            **_notes(request, proposal.call, definition, code),
        },
    )


def _notes(request: Request, call: Call, definition: Definition, code: str) -> dict[str, str]:
    """Say at fields what the form alone does not: what the call gives, what is public anyway."""
    found = definition.playing("may_publish")
    if found is None or found[0].code != code:
        return _grant_notes(request, call, definition, code)
    public = _(
        "If you are awarded, these are published in any case: the title, your organisation and its"
        " country, the paired city, the topic, the grant and the period. The summary, what you"
        " deliver and who took part are published only if you agree here."
    )
    return {found[1].code: request.localizer.translate(public)}


def _grant_notes(request: Request, call: Call, definition: Definition, code: str) -> dict[str, str]:
    """Return what the call gives where the grant is typed."""
    section, field = grant_limits(definition)
    if section != code:
        return {}
    money = request.formats.money
    limits = {
        "least": money(call.smallest_cents, call.currency),
        "most": money(call.largest_cents, call.currency),
        "share": request.formats.share(call.cofinancing),
    }
    said = _(
        "This call offers from ${least} to ${most}, at most ${share} of the costs.", mapping=limits
    )
    return {field: request.localizer.translate(said)}


def _known_files(context: resources.ProposalContext, request: Request) -> dict[str, Any]:
    proposal = context.proposal
    return {
        file.token: {
            "name": file.name,
            "size": request.formats.size(file.size),
            "url": request.route_path(
                "proposal.file", reference=proposal.reference, token=file.token
            ),
        }
        for file in request.services.files.present(proposal)
    }
