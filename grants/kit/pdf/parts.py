"""What several documents show: files, budgets, partners and planned deliverables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from grants.kit.pdf.charts import Bar, bars, in_words
from grants.kit.pdf.document import Cells, Column, Noted, Pages
from grants.kit.pdf.wording import Imprint
from grants.rules.words import N_

MOST_BARS = 15


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """A file that belongs to a frozen version; `size` in bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class BudgetEntry:
    """A heading of the budget: what it costs and what of it is asked for, in cents."""

    heading: str
    total_cents: int
    requested_cents: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PartnerEntry:
    """An organisation that takes part; `kind` and `role` are words for people."""

    name: str
    kind: str
    country: str
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class PlannedDeliverableEntry:
    """What the project will owe, and by when; `kind` in words."""

    title: str
    kind: str
    due: date | None
    description: str = ""


def submitted_moment(imprint: Imprint, moment: datetime | None) -> str:
    """Return when something was submitted: the call's zone on one line, UTC on the next."""
    if moment is None:
        return imprint.say(N_("Not submitted yet"))
    return f"{imprint.moment(moment)}\n{imprint.moment_utc(moment)}"


def period(imprint: Imprint, start: date | None, end: date | None) -> str:
    """Write one day, or the first and the last, or nothing."""
    if start is None:
        return ""
    if end is None or end == start:
        return imprint.day(start)
    days = {"start": imprint.day(start), "end": imprint.day(end)}
    return imprint.say(N_("{start} to {end}"), **days)


def add_chart(pages: Pages, chart: Sequence[Bar], title: str) -> None:
    """Draw bars, the first of them where there are many; a table beside it has all figures."""
    imprint = pages.imprint
    pages.figure(
        bars(chart[:MOST_BARS], accent=imprint.accent), f"{title} {in_words(chart[:MOST_BARS])}"
    )
    if len(chart) > MOST_BARS:
        words = N_("The chart shows the first {number} of {count}.")
        pages.text(imprint.say(words, number=MOST_BARS, count=len(chart)), "small")


def add_files(pages: Pages, files: Sequence[FileEntry]) -> None:
    """List files with size and fingerprint."""
    say = pages.imprint.say
    columns = [
        Column(say(N_("File")), 3.2),
        Column(say(N_("Bytes")), 1.3, "right"),
        Column("SHA-256", 5.4, tiny=True),
    ]
    rows = [(file.name, pages.imprint.number(file.size), file.sha256) for file in files]
    pages.table(columns, rows, empty=say(N_("No files.")))


def add_budget(pages: Pages, budget: Sequence[BudgetEntry], currency: str) -> None:
    """Set a budget by heading: cost, what the fund pays, and what is left to the applicant."""
    say = pages.imprint.say
    columns = [
        Column(say(N_("Heading")), 3.4),
        Column(say(N_("Total cost")), 2, "right"),
        Column(say(N_("From the fund")), 2, "right"),
        Column(say(N_("Own contribution")), 2, "right"),
    ]

    def row(words: str | Noted, total: int, requested: int) -> Cells:
        amounts = (total, requested, total - requested)
        return (words, *(pages.imprint.money(cents, currency) for cents in amounts))

    rows = [
        row(
            "\n".join(filter(None, (line.heading, line.note))),
            line.total_cents,
            line.requested_cents,
        )
        for line in budget
    ]
    total = sum(line.total_cents for line in budget)
    requested = sum(line.requested_cents for line in budget)
    totals = [row(say(N_("Total")), total, requested)]
    pages.table(columns, rows, totals, empty=say(N_("No budget lines.")))


def add_partners(pages: Pages, partners: Sequence[PartnerEntry]) -> None:
    """List the organisations that take part."""
    say = pages.imprint.say
    columns = [
        Column(say(N_("Organisation")), 3),
        Column(say(N_("Kind")), 1.5),
        Column(say(N_("Country")), 1.5),
        Column(say(N_("Role")), 2),
    ]
    rows = [(p.name, p.kind, p.country, p.role) for p in partners]
    pages.table(columns, rows, empty=say(N_("No partners.")))


def add_deliverables(pages: Pages, deliverables: Sequence[PlannedDeliverableEntry]) -> None:
    """List what the project will owe, and by when."""
    say = pages.imprint.say
    columns = [
        Column(say(N_("Deliverable")), 4),
        Column(say(N_("Kind")), 1.4),
        Column(say(N_("Due")), 1.8),
    ]
    rows = [
        (
            Noted(d.title, d.description),
            d.kind,
            pages.imprint.day(d.due) if d.due else say(N_("No date")),
        )
        for d in deliverables
    ]
    pages.table(columns, rows, empty=say(N_("No deliverables.")))
