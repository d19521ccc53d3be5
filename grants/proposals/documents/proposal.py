"""A proposal as it was frozen: what the applicant wrote, in the order of the form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grants.kit.pdf.document import Column, Pages
from grants.kit.pdf.parts import (
    BudgetEntry,
    FileEntry,
    PartnerEntry,
    PlannedDeliverableEntry,
    add_budget,
    add_deliverables,
    add_files,
    add_partners,
    submitted_moment,
)
from grants.kit.pdf.wording import Imprint
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class TextAnswer:
    """A question and the answer as words, whatever kind of field it came from."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class TableAnswer:
    """Repeated rows: column headings and one tuple of words a row."""

    label: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class SectionEntry:
    """A section of the form with its answers in order."""

    title: str
    answers: Sequence[TextAnswer | TableAnswer]


@dataclass(frozen=True, kw_only=True)
class ProposalDocument:
    """What the proposal's document shows. A draft has no `submitted_at` and no `sha256`."""

    imprint: Imprint
    reference: str
    title: str
    call: str
    organisation: str
    version_number: int
    currency: str
    sections: Sequence[SectionEntry]
    status: str = ""
    sha256: str = ""
    submitted_at: datetime | None = None
    budget: Sequence[BudgetEntry] = ()
    partners: Sequence[PartnerEntry] | None = ()
    """None in a document that must not tell who applies."""
    deliverables: Sequence[PlannedDeliverableEntry] = ()
    files: Sequence[FileEntry] | None = ()
    """None where the reader must learn of none."""


def render(document: ProposalDocument) -> bytes:
    """Print a proposal."""
    it, say = document, document.imprint.say
    pages = Pages(it.imprint, kind=say(N_("Proposal")), title=it.title, reference=it.reference)
    _fill(pages, it)
    return pages.pdf()


def render_together(documents: Sequence[ProposalDocument], *, title: str, lead: str) -> bytes:
    """Print several proposals of a call as one document, each on new pages and in its outline."""
    # Each names its own version; none of them is that of the whole.
    imprint = replace(documents[0].imprint, version="")
    kind = imprint.say(N_("Proposals"))
    pages = Pages(imprint, kind=kind, title=title, reference=documents[0].call)
    pages.title(title, lead)
    columns = [Column(imprint.say(N_("Reference")), 1), Column(imprint.say(N_("Proposal")), 3)]
    pages.table(columns, [(it.reference, it.title) for it in documents])
    for it in documents:
        pages.new_page()
        _fill(pages, it)
    return pages.pdf()


def _fill(pages: Pages, it: ProposalDocument) -> None:
    say = it.imprint.say
    pages.title(it.title, it.organisation)
    pages.facts(_facts(it))
    for section in it.sections:
        pages.heading(section.title)
        for answer in section.answers:
            _answer(pages, answer)
    pages.heading(say(N_("Budget")))
    add_budget(pages, it.budget, it.currency)
    if it.partners is not None:
        pages.heading(say(N_("Partners")))
        add_partners(pages, it.partners)
    pages.heading(say(N_("Planned deliverables")))
    add_deliverables(pages, it.deliverables)
    if it.files is not None:
        pages.heading(say(N_("Files")))
        add_files(pages, it.files)


def _facts(it: ProposalDocument) -> list[tuple[str, str]]:
    imprint, say = it.imprint, it.imprint.say
    return [
        (say(N_("Reference")), it.reference),
        (say(N_("Call")), it.call),
        (say(N_("Applicant")), it.organisation),
        (say(N_("Status")), it.status),
        (say(N_("Version")), imprint.number(it.version_number) if it.version_number else ""),
        (say(N_("Submitted")), submitted_moment(imprint, it.submitted_at)),
        (say(N_("SHA-256 of this version")), it.sha256),
    ]


def _answer(pages: Pages, answer: TextAnswer | TableAnswer) -> None:
    say = pages.imprint.say
    pages.label(answer.label)
    if isinstance(answer, TextAnswer):
        pages.text(answer.text if answer.text.strip() else say(N_("No answer.")))
        return
    columns = [
        Column(heading, _share(heading, [row[place] for row in answer.rows]))
        for place, heading in enumerate(answer.columns)
    ]
    pages.table(columns, answer.rows, empty=say(N_("No rows.")))


def _share(heading: str, texts: Sequence[str]) -> float:
    """Return the width of a column: more the more it has to say, within limits."""
    longest = max(map(len, (heading, *texts)))
    return max(6, min(longest, 36)) ** 0.8
