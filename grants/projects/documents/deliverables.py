"""A project's deliverables report: what it owed, what it delivered, who took part, the proof."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grants.kit.pdf.charts import Bar
from grants.kit.pdf.document import Column, Pages
from grants.kit.pdf.parts import FileEntry, add_chart, add_files, period
from grants.kit.pdf.wording import Imprint
from grants.rules.countries import alphabetical
from grants.rules.labels import PARTICIPANTS_OF_KINDS as KINDS
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class Participants:
    """How many people came, from a country (in words) and a kind of organisation (see KINDS)."""

    country: str
    kind: str
    count: int


@dataclass(frozen=True, kw_only=True)
class LinkEntry:
    """A web address with a title."""

    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class DeliverableEntry:
    """A deliverable as it stands; `kind` and `status` are words for people.

    `held_on` and `held_until` say when it took place, `planned` what was promised,
    `return_reason` why the fund gave it back.
    """

    number: int
    title: str
    kind: str
    status: str
    due_on: date
    held_on: date | None = None
    held_until: date | None = None
    place: str = ""
    address: str = ""
    planned: str = ""
    description: str = ""
    return_reason: str = ""
    participants: Sequence[Participants] = ()
    links: Sequence[LinkEntry] = ()
    evidence: Sequence[FileEntry] = ()


@dataclass(frozen=True, kw_only=True)
class DeliverablesReport:
    """What the report of one project says."""

    imprint: Imprint
    reference: str
    title: str
    call: str
    beneficiary: str
    status: str
    starts_on: date
    ends_on: date
    amount_cents: int
    currency: str = "EUR"
    deliverables: Sequence[DeliverableEntry] = ()


def render(document: DeliverablesReport) -> bytes:
    """Print a project's deliverables report."""
    it, say = document, document.imprint.say
    kind = say(N_("Deliverables report"))
    pages = Pages(it.imprint, kind=kind, title=it.title, reference=it.reference)
    pages.title(it.title, it.beneficiary)
    pages.facts(_facts(it))
    pages.heading(say(N_("All deliverables")))
    _overview(pages, it.deliverables)
    everyone = [people for entry in it.deliverables for people in entry.participants]
    if everyone:
        pages.heading(say(N_("Participants")), room=220)
        _countries(pages, everyone)
        _participants(pages, everyone)
    for entry in it.deliverables:
        _deliverable(pages, entry)
    return pages.pdf()


def _facts(it: DeliverablesReport) -> list[tuple[str, str]]:
    imprint, say = it.imprint, it.imprint.say
    return [
        (say(N_("Reference")), it.reference),
        (say(N_("Call")), it.call),
        (say(N_("Beneficiary")), it.beneficiary),
        (say(N_("Status of the project")), it.status),
        (say(N_("Period")), period(imprint, it.starts_on, it.ends_on)),
        (say(N_("Grant")), imprint.money(it.amount_cents, it.currency)),
    ]


def _overview(pages: Pages, entries: Sequence[DeliverableEntry]) -> None:
    imprint, say = pages.imprint, pages.imprint.say
    columns = [
        Column(say(N_("No.")), 0.6, "right"),
        Column(say(N_("Deliverable")), 4),
        Column(say(N_("Kind")), 1.4),
        Column(say(N_("Due")), 1.8),
        Column(say(N_("Took place")), 1.8),
        Column(say(N_("Status")), 1.5),
    ]
    rows = [
        (
            imprint.number(entry.number),
            entry.title,
            entry.kind,
            imprint.day(entry.due_on),
            period(imprint, entry.held_on, entry.held_until) or "–",
            entry.status,
        )
        for entry in entries
    ]
    pages.table(columns, rows, empty=say(N_("No deliverables.")))


def _countries(pages: Pages, people: Iterable[Participants]) -> None:
    imprint, say = pages.imprint, pages.imprint.say
    counts: Counter[str] = Counter()
    for group in people:
        counts[group.country] += group.count
    most_first = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    chart = [Bar(country, count, imprint.number(count)) for country, count in most_first]
    add_chart(pages, chart, say(N_("Bar chart of participants by country.")))


def _participants(pages: Pages, people: Iterable[Participants]) -> None:
    """Set countries against kinds of organisation, with both totals."""
    imprint, say = pages.imprint, pages.imprint.say
    counts: Counter[tuple[str, str]] = Counter()
    for group in people:
        counts[group.country, group.kind if group.kind in KINDS else "other"] += group.count
    countries = sorted(
        {country for country, _ in counts}, key=lambda it: alphabetical(it, imprint.language)
    )
    columns = [Column(say(N_("Country")), 2.2)]
    columns += [Column(say(words), 1.3, "right") for words in KINDS.values()]
    columns += [Column(say(N_("Total")), 1, "right")]

    def row(name: str, chosen: Sequence[str]) -> tuple[str, ...]:
        figures = [sum(counts[country, kind] for country in chosen) for kind in KINDS]
        return (name, *(imprint.number(figure) for figure in [*figures, sum(figures)]))

    rows = [row(country, [country]) for country in countries]
    pages.table(columns, rows, [row(say(N_("Total")), countries)])


def _deliverable(pages: Pages, entry: DeliverableEntry) -> None:
    say = pages.imprint.say
    number = pages.imprint.number(entry.number)
    pages.heading(say(N_("{number}. {title}"), number=number, title=entry.title), room=160)
    pages.facts(_entry_facts(pages.imprint, entry))
    for label, text in (
        (say(N_("What was planned")), entry.planned),
        (say(N_("What was delivered")), entry.description),
        (say(N_("Why it was returned")), entry.return_reason),
    ):
        if text.strip():
            pages.label(label)
            pages.text(text)
    if entry.participants:
        pages.label(say(N_("Participants")))
        _participants(pages, entry.participants)
    if entry.links:
        pages.label(say(N_("Links")))
        pages.bullets(f"{link.title}: {link.url}" for link in entry.links)
    if entry.evidence:
        pages.label(say(N_("Evidence")))
        add_files(pages, entry.evidence)


def _entry_facts(imprint: Imprint, entry: DeliverableEntry) -> list[tuple[str, str]]:
    say = imprint.say
    return [
        (say(N_("Kind")), entry.kind),
        (say(N_("Status")), entry.status),
        (say(N_("Due")), imprint.day(entry.due_on)),
        (say(N_("Took place")), period(imprint, entry.held_on, entry.held_until)),
        (say(N_("Place")), entry.place),
        (say(N_("Address")), entry.address),
    ]
