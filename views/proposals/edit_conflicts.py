"""Two windows wrote in one section: what both changed is asked, with both texts side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from pyramid.renderers import render_to_response
from pyramid.response import Response

from grants.calls.queries.definitions import named_of
from grants.proposals.models import Section
from grants.proposals.queries.presentation import Shown, Teller
from grants.rules.forms import merging
from grants.rules.forms.definition import Definition
from grants.rules.forms.field import Answer, Shape
from views.proposals.progress import address
from views.web import resources
from views.web.forms import windows
from views.web.request import Request

Answers = Mapping[str, Answer]

BASE = "base"
"""The hidden field with the fingerprints of what the page had read."""

OWN = ("keep:", "ask:", BASE)
"""How the fields begin that are no answers."""

_LEFT_OUT = ("csrf_token", "save", "save_next")


def base(definition: Definition, code: str, answers: Answers) -> str:
    """Write down what a page shows, so that the save that follows can tell who changed it."""
    fields = definition.section(code).fields
    codes = [field.code for field in fields if field.shape is not Shape.FILES]
    return merging.packed(merging.fingerprints(answers, codes))


def carried(line: str) -> Markup:
    """Put it into a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(BASE, line)


def read(request: Request) -> dict[str, str]:
    """Read what the page had shown."""
    return merging.unpacked(str(request.POST.get(BASE, "")))


def unanswered(request: Request) -> list[str]:
    """Name what the page below asked, if one of its answers is still open."""
    asked = [it.removeprefix("ask:") for it in request.POST if it.startswith("ask:")]
    return asked if any(f"keep:{code}" not in request.POST for code in asked) else []


def chosen(mine: dict[str, Answer], section: Section | None, given: Mapping[str, str]) -> Answers:
    """Take theirs where she said so on the page below, and hers everywhere else."""
    theirs = section.answers if section else {}
    kept = [code for code in mine if given.get(f"keep:{code}") == "theirs"]
    return {**mine, **{code: theirs.get(code) for code in kept}}


def merged(definition: Definition, section: Section, sent: Answers) -> list[str]:
    """Name the questions whose answers were not saved as sent: others had changed them alone."""
    return [
        field.label
        for field in definition.section(section.code).fields
        if field.shape is not Shape.FILES
        and field.code in sent
        and not merging.same(section.answers.get(field.code), sent[field.code])
    ]


def shown(
    context: resources.ProposalContext,
    request: Request,
    theirs: Section,
    mine: Answers,
    *,
    asked: Sequence[str],
    taken: Sequence[str] = (),
) -> Response:
    """Ask what both changed; what was typed goes along, so that nothing is lost."""
    proposal, code = context.proposal, theirs.code
    definition, teller = named_of(proposal), Teller(request.formats)
    section = definition.in_language(request.language).section(code)
    open_still = bool(unanswered(request))
    values = {
        "proposal": proposal,
        "call": proposal.call,
        "section": section,
        "theirs": theirs,
        "own": theirs.saved_by_id == request.person.id,
        "open_still": open_still,
        "clashes": [
            _pair(teller.shown(field, theirs.answers.get(field.code)), teller.shown(field, answer))
            | {"chosen": request.POST.get(f"keep:{field.code}")}
            for field in section.fields
            if field.code in asked
            for answer in [mine.get(field.code)]
        ],
        "merged": [field.label for field in section.fields if field.code in taken],
        "settled": [*_settled(request, asked), *taken],
        "typed": _sent(request),
        "files": any(not isinstance(value, str) for value in request.POST.values()),
        "base": base(definition, code, theirs.answers),
        "action": address(
            request, proposal, code, revision=str(theirs.revision), tab=windows.new_tab()
        ),
    }
    template = "clash_fragment" if "HX-Request" in request.headers else "clash"
    response = render_to_response(f"templates:proposals/{template}.jinja2", values, request)
    response.status = 422 if open_still else 409
    return response


def _pair(theirs: Shown, mine: Shown) -> dict[str, Any]:
    """Put two answers side by side; where they are text, with what differs marked."""
    return {
        "code": mine.code,
        "theirs": theirs,
        "mine": mine,
        "marked": {
            "theirs": merging.marked(theirs.text, mine.text),
            "mine": merging.marked(mine.text, theirs.text),
        },
    }


def _settled(request: Request, asked: Sequence[str]) -> list[str]:
    """Name what was left to the others before and is not asked again."""
    kept = [name for name, value in request.POST.items() if value == "theirs"]
    codes = [name.removeprefix("keep:") for name in kept if name.startswith("keep:")]
    return [code for code in codes if code not in asked]


def _sent(request: Request) -> list[tuple[str, Any]]:
    return [
        (name, value)
        for name, value in request.POST.items()
        if isinstance(value, str) and name not in _LEFT_OUT and not name.startswith(OWN)
    ]
