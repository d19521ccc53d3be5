"""The sections of a proposal as steps, and what is still to do, as pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from grants.calls.queries.definitions import definition_of
from grants.kit.language.i18n import DOMAIN
from grants.proposals.models import Proposal, Section
from grants.rules.forms import formtext
from grants.rules.forms.answers import Missing
from grants.rules.forms.definition import Definition
from grants.rules.forms.definition import FormSection as Asked
from views.web.request import Request


@dataclass(frozen=True)
class ToDo:
    """Something missing or wrong: a sentence, and the address of the very field."""

    label: str
    why: str
    url: str


@dataclass(frozen=True)
class SectionStep:
    """A section with its state in words (empty, partly, wrong, complete) and who wrote last."""

    title: str
    url: str
    state: str
    to_do: Sequence[ToDo]
    saved_at: datetime | None
    saved_by: str
    current: bool = False


def steps(
    request: Request,
    proposal: Proposal,
    sections: Mapping[str, Section],
    missing: Sequence[Missing],
    *,
    current: str = "",
) -> list[SectionStep]:
    """List the sections in their order."""
    definition = definition_of(proposal.form).in_language(request.language)
    return [
        _step(request, proposal, asked, sections.get(asked.code), missing, current)
        for asked in definition.sections
    ]


def _step(
    request: Request,
    proposal: Proposal,
    asked: Asked,
    written: Section | None,
    missing: Sequence[Missing],
    current: str,
) -> SectionStep:
    here = [one for one in missing if one.section == asked.code]
    return SectionStep(
        title=asked.title,
        url=address(request, proposal, asked.code),
        state=_state(asked, written, here),
        to_do=[to_do(request, proposal, one) for one in here],
        saved_at=written.saved_at if written else None,
        saved_by=written.saved_by.name if written else "",
        current=asked.code == current,
    )


def _state(asked: Asked, written: Section | None, missing: Sequence[Missing]) -> str:
    answers = written.answers if written else {}
    if all(field.is_blank(answers.get(field.code)) for field in asked.fields):
        return "empty" if missing or not written else "complete"
    if any(not one.absent for one in missing):
        return "wrong"
    return "partly" if missing else "complete"


def to_do(request: Request, proposal: Proposal, one: Missing) -> ToDo:
    """Return what is missing, with a link to the field."""
    translate = partial(request.localizer.translate, domain=DOMAIN)
    # The rows of a budget are the field's own; its amounts stand beside them.
    path = one.path[1:] if one.path[:1] == ("rows",) else one.path
    anchor = "-".join([one.section, one.field, *map(str, path)])
    url = address(request, proposal, one.section, check="all")
    why = one.text(translate, request.language)
    label = formtext.said(one.label, request.language, request.localizer.translate)
    return ToDo(label, why, f"{url}#{anchor}")


def address(request: Request, proposal: Proposal, section: str, **query: str) -> str:
    """Return the address of a section."""
    path: str = request.route_path(
        "proposal.section", reference=proposal.reference, section=section, _query=query or None
    )
    return path


def next_section(definition: Definition, code: str) -> str | None:
    """Name the section after one, if it is not the last."""
    codes = [section.code for section in definition.sections]
    after = codes.index(code) + 1
    return codes[after] if after < len(codes) else None
