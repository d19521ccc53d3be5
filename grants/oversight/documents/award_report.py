"""The award report of a call: how proposals became awards, and where the money ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from grants.kit.pdf.charts import Bar
from grants.kit.pdf.document import Band, Cells, Column, Noted, Pages
from grants.kit.pdf.parts import add_chart
from grants.kit.pdf.wording import ROUNDED, Imprint
from grants.oversight.documents.award_audit import Audit, add_decisions, add_rules
from grants.oversight.documents.award_pages import AwardEntry, add_award
from grants.rules.labels import NOT_FUNDED
from grants.rules.words import N_
from grants.rules.workflow import DecisionKind


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """How many proposals came how far."""

    received: int
    eligible: int
    evaluated: int
    above_thresholds: int
    awarded: int


@dataclass(frozen=True, kw_only=True)
class RankedEntry:
    """A line of the ranking; `rank` is None below a threshold, `tie` says what is level with it.

    `score` is the exact total; `granted_cents` is 0 where nothing is granted; `outcome` in words.
    """

    rank: int | None
    reference: str
    title: str
    applicant: str
    score: Fraction
    requested_cents: int
    granted_cents: int
    outcome: str
    tie: str = ""
    offered_cents: int = 0
    share: Fraction | None = None
    """Of the largest total that is possible, where a threshold looks at it."""


@dataclass(frozen=True, kw_only=True)
class NotFundedEntry:
    """A proposal without an award, and the kind of reason; `note` for words of the decision."""

    reference: str
    title: str
    applicant: str
    kind: DecisionKind
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AwardReport:
    """What the award report of a call says.

    `ranking` is in order, those below a threshold last; `budget_line` counts the entries above
    the line, None when every ranked one is. `envelope_cents` is what the ranking was computed
    with; `envelope_now_cents` what it is by now, with `envelope_changed` in words.
    `reference` is the call's code, `ledger_head` the hash of the
    last entry of the ledger and `ledger_entries` their number when the report was made.
    """

    imprint: Imprint
    reference: str
    title: str
    programme: str
    opened_at: datetime
    closed_at: datetime
    envelope_cents: int
    funnel: Funnel
    ranking_sha256: str
    ledger_head: str
    ledger_entries: int
    currency: str = "EUR"
    decided_on: date | None = None
    budget_line: int | None = None
    envelope_now_cents: int | None = None
    envelope_changed: str = ""
    freed_cents: int = 0
    """What is free again of awards whose projects ended before their time."""
    maximum: Fraction | None = None
    """The largest total that is possible."""
    moves_up: bool = False
    """Whether later proposals that fit are offered money below the line."""
    by_topic: bool = True
    """Whether the call asks for a topic."""
    audit: Audit = field(default_factory=Audit)
    ranking: Sequence[RankedEntry] = ()
    awards: Sequence[AwardEntry] = ()
    not_funded: Sequence[NotFundedEntry] = ()


def render(document: AwardReport) -> bytes:
    """Print an award report."""
    it, say = document, document.imprint.say
    pages = Pages(it.imprint, kind=say(N_("Award report")), title=it.title, reference=it.reference)
    pages.cover(it.title, it.programme)
    pages.facts(_facts(it))
    _funnel(pages, it.funnel)
    pages.new_page()
    add_rules(pages, it.audit)
    _ranking(pages, it)
    add_decisions(pages, it.audit)
    pages.new_page()
    topics = [(award.topic, award.amount_cents) for award in it.awards]
    countries = [(award.country, award.amount_cents) for award in it.awards]
    if it.by_topic:
        _spread(pages, it, (say(N_("Awards by topic")), say(N_("Topic"))), topics)
    _spread(pages, it, (say(N_("Awards by country")), say(N_("Country"))), countries)
    for place, award in enumerate(it.awards, start=1):
        add_award(pages, award, it.currency, (place, len(it.awards)))
    pages.new_page()
    _not_funded(pages, it)
    _integrity(pages, it)
    return pages.pdf()


def _facts(it: AwardReport) -> list[tuple[str, str]]:
    imprint, say = it.imprint, it.imprint.say
    granted = sum(award.amount_cents for award in it.awards)
    return [
        (say(N_("Call")), it.reference),
        (say(N_("Opened")), imprint.moment(it.opened_at)),
        (say(N_("Closed")), imprint.moment(it.closed_at)),
        (say(N_("Decided")), imprint.day(it.decided_on) if it.decided_on else ""),
        *_envelopes(it),
        (say(N_("Awarded")), imprint.money(granted, it.currency)),
        *_freed(it),
        (
            say(N_("Remaining")),
            imprint.money(_envelope_now(it) - granted + it.freed_cents, it.currency),
        ),
    ]


def _freed(it: AwardReport) -> list[tuple[str, str]]:
    words = it.imprint.say(N_("Released by terminated projects"))
    return [(words, it.imprint.money(it.freed_cents, it.currency))] if it.freed_cents else []


def _envelope_now(it: AwardReport) -> int:
    return it.envelope_cents if it.envelope_now_cents is None else it.envelope_now_cents


def _envelopes(it: AwardReport) -> list[tuple[str, str]]:
    """Return the envelope; both, where it was changed after the ranking was computed."""
    imprint, say = it.imprint, it.imprint.say
    ranked = imprint.money(it.envelope_cents, it.currency)
    if _envelope_now(it) == it.envelope_cents:
        return [(say(N_("Budget envelope")), ranked)]
    now = imprint.money(_envelope_now(it), it.currency)
    return [
        (say(N_("Budget envelope of the ranking")), ranked),
        (say(N_("Budget envelope since")), f"{now}\n{it.envelope_changed}".strip()),
    ]


def _funnel(pages: Pages, funnel: Funnel) -> None:
    imprint, say = pages.imprint, pages.imprint.say
    steps = [
        (say(N_("Received")), funnel.received),
        (say(N_("Eligible")), funnel.eligible),
        (say(N_("Evaluated")), funnel.evaluated),
        (say(N_("Above all thresholds")), funnel.above_thresholds),
        (say(N_("Awarded")), funnel.awarded),
    ]
    pages.heading(say(N_("From proposals to awards")), room=230)
    chart = [Bar(label, count, imprint.number(count)) for label, count in steps]
    add_chart(pages, chart, say(N_("Bar chart of how many proposals came how far.")))


def _ranking(pages: Pages, it: AwardReport) -> None:
    say = it.imprint.say
    pages.heading(say(N_("Ranking")))
    in_currency = {"currency": it.currency}
    score = say(N_("Score"))
    if it.maximum is not None:
        score = say(N_("Points of {maximum}"), maximum=it.imprint.score(it.maximum))
    columns = [
        Column(say(N_("Rank")), 0.7, "right"),
        Column(say(N_("Proposal")), 4),
        Column(score, 0.95, "right"),
        Column(say(N_("Requested, {currency}"), **in_currency), 1.4, "right"),
        Column(say(N_("Offered, {currency}"), **in_currency), 1.4, "right"),
        Column(say(N_("Granted, {currency}"), **in_currency), 1.4, "right"),
        Column(say(N_("Outcome")), 1.8),
    ]
    pages.table(columns, _ranked(it), empty=say(N_("Nothing was ranked.")))
    pages.text(say(ROUNDED), "small")


def _ranked(it: AwardReport) -> Iterator[Cells | Band]:
    """Return the ranking's lines, with the budget line and the thresholds between them."""
    ranked = sum(1 for entry in it.ranking if entry.rank is not None)
    line = ranked if it.budget_line is None else min(it.budget_line, ranked)
    for place, entry in enumerate(it.ranking):
        if place == line:
            yield Band(_budget_line(it))
        if place == ranked:
            yield Band(it.imprint.say(N_("Below a threshold: not ranked")), rule=False)
        yield _ranked_row(it, entry)
    if it.ranking and line == len(it.ranking):
        yield Band(_budget_line(it))


def _budget_line(it: AwardReport) -> str:
    """Return what the ranking offered; what was granted in the end may be more, or less."""
    offered = sum(entry.offered_cents for entry in it.ranking)
    if it.budget_line is None:
        words = N_(
            "The funds cover all ranked proposals: {offered} of {envelope} is offered, {left}"
            " remains."
        )
    elif it.moves_up:
        words = N_(
            "Budget line: the remaining funds do not cover the next proposal; later proposals"
            " that fit move up. In total, {offered} of {envelope} is offered and {left}"
            " remains."
        )
    else:
        words = N_("Budget line: {offered} of {envelope} is offered, {left} remains.")
    return it.imprint.say(
        words,
        offered=it.imprint.money(offered, it.currency),
        envelope=it.imprint.money(it.envelope_cents, it.currency),
        left=it.imprint.money(it.envelope_cents - offered, it.currency),
    )


def _ranked_row(it: AwardReport, entry: RankedEntry) -> Cells:
    imprint = it.imprint
    share = "" if entry.share is None else imprint.percent_exactly(entry.share)
    return (
        "–" if entry.rank is None else imprint.number(entry.rank),
        Noted(entry.title, f"{entry.reference} · {entry.applicant}"),
        Noted(imprint.score(entry.score), share),
        imprint.amount(entry.requested_cents, it.currency),
        imprint.amount(entry.offered_cents, it.currency) if entry.offered_cents else "–",
        imprint.amount(entry.granted_cents, it.currency) if entry.granted_cents else "–",
        Noted(entry.outcome, entry.tie),
    )


def _spread(
    pages: Pages, it: AwardReport, titles: tuple[str, str], amounts: Sequence[tuple[str, int]]
) -> None:
    """Show how awards spread over topics or countries, as a chart and as a table."""
    imprint, say = it.imprint, it.imprint.say
    groups: dict[str, list[int]] = {}
    for label, cents in amounts:
        groups.setdefault(label or say(N_("Not given")), []).append(cents)
    title, heading = titles
    ordered = sorted(groups.items(), key=lambda group: (-sum(group[1]), group[0]))
    pages.heading(title, room=120 + 45 * min(len(ordered), 10))
    if not ordered:
        pages.text(say(N_("No awards.")))
        return

    def row(label: str, cents: Sequence[int]) -> tuple[str, str, str]:
        return label, imprint.number(len(cents)), imprint.money(sum(cents), it.currency)

    chart = [Bar(label, sum(cents), row(label, cents)[2]) for label, cents in ordered]
    add_chart(pages, chart, title)
    columns = [
        Column(heading, 4),
        Column(say(N_("Awards")), 1, "right"),
        Column(say(N_("Granted")), 2, "right"),
    ]

    everything = [cents for _, cents in amounts]
    pages.table(columns, [row(*group) for group in ordered], [row(say(N_("Total")), everything)])


def _not_funded(pages: Pages, it: AwardReport) -> None:
    say = it.imprint.say
    pages.heading(say(N_("Not funded")))
    columns = [
        Column(say(N_("Reference")), 1.5),
        Column(say(N_("Proposal")), 3.6),
        Column(say(N_("Reason")), 2.6),
    ]
    rows = [
        (e.reference, Noted(e.title, e.applicant), Noted(say(NOT_FUNDED[e.kind]), e.note))
        for e in it.not_funded
    ]
    pages.table(columns, rows, empty=say(N_("No other proposals.")))


def _integrity(pages: Pages, it: AwardReport) -> None:
    say = it.imprint.say
    pages.new_page()
    pages.heading(say(N_("How to check this report")))
    pages.text(
        say(
            N_(
                "The ranking was computed from frozen rules and final reviews. Computed again "
                "from the same, it gives the same hash. Every change of status, score or decision "
                "is in a ledger whose entries are chained by hashes: as long as the ledger still "
                "contains the head below, nothing before it was changed or removed."
            )
        )
    )
    pages.facts(
        [
            (say(N_("SHA-256 of the ranking")), it.ranking_sha256),
            (say(N_("Head of the ledger")), it.ledger_head),
            (say(N_("Entries in the ledger")), it.imprint.number(it.ledger_entries)),
        ]
    )
