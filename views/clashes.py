"""Two people wrote in one section: both texts side by side, and the choice is hers."""

import secrets
from collections.abc import Mapping
from typing import Any

from pyramid.renderers import render_to_response
from pyramid.response import Response

from grants.forms.answers import differences
from grants.forms.field import Answer, Shape
from grants.models import Section
from grants.services.definitions import named_of
from grants.services.wordings import Teller
from views import resources
from views.request import Request
from views.steps import address

Answers = Mapping[str, Answer]


def chosen(mine: dict[str, Answer], section: Section | None, given: Mapping[str, str]) -> Answers:
    """Take theirs where she said so on the page below, and hers everywhere else."""
    theirs = section.answers if section else {}
    kept = [code for code in mine if given.get(f"keep:{code}") == "theirs"]
    return {**mine, **{code: theirs.get(code) for code in kept}}


def shown(
    context: resources.Proposal, request: Request, theirs: Section, mine: dict[str, Answer]
) -> Response:
    """Show what differs; what she typed goes along, so that nothing is lost."""
    proposal, code = context.proposal, theirs.code
    definition, teller = named_of(proposal), Teller(request.formats)
    asked = definition.section(code)
    found = differences(definition, {code: theirs.answers}, {code: mine})
    values = {
        "proposal": proposal,
        "call": proposal.call,
        "section": asked,
        "theirs": theirs,
        "clashes": [
            {
                "code": it.field,
                "theirs": teller.shown(asked.field(it.field), it.before),
                "mine": teller.shown(asked.field(it.field), it.after),
            }
            for it in found
            if asked.field(it.field).shape is not Shape.FILES
        ],
        "typed": _sent(request),
        "files": any(not isinstance(value, str) for value in request.POST.values()),
        "action": address(
            request, proposal, code, revision=str(theirs.revision), tab=secrets.token_hex(8)
        ),
    }
    template = "clash_fragment" if "HX-Request" in request.headers else "clash"
    response = render_to_response(f"templates:proposals/{template}.jinja2", values, request)
    response.status = 409
    return response


def _sent(request: Request) -> list[tuple[str, Any]]:
    left_out = ("csrf_token", "save", "save_next")
    return [
        (name, value)
        for name, value in request.POST.items()
        if isinstance(value, str) and name not in left_out and not name.startswith("keep:")
    ]
