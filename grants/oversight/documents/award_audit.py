"""How a call was decided: rules, draws, departures, excluded reviews, corrections; for an auditor.

What did not happen is said too: an empty section would leave open whether anybody looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from grants.evaluation.documents.panel_minutes import PanelItemEntry
from grants.kit.pdf.document import Column, Noted, Pages
from grants.kit.pdf.wording import Imprint
from grants.oversight.documents.award_clarifications import (
    ClarificationEntry,
    add_clarifications,
)
from grants.oversight.documents.award_consensus import ConsensusEntry, add_consensus
from grants.oversight.documents.award_panels import add_panels
from grants.oversight.documents.award_redress import RedressEntry, add_redress
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class CriterionEntry:
    """A criterion: its scale and weight as written, its share of the most, its threshold."""

    name: str
    scale: str
    weight: str
    share: Fraction
    threshold: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class DrawEntry:
    """A lot that was drawn: references in the order drawn, who held it, when and why."""

    order: Sequence[str]
    at: datetime
    by: str
    reason: str
    reserve: bool = False
    """Whether it was drawn later, among the reserve list, once money was free."""
    seed: str = ""
    """What the order follows from; nothing where people drew lots."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who did or signed something, and when; None where it is not signed yet, or not known."""

    name: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DepartureEntry:
    """A decision that departs from the ranking; `decision` in words, with its amount."""

    reference: str
    title: str
    decision: str
    justification: str
    decided: Signature
    second: Signature | None


@dataclass(frozen=True, kw_only=True)
class ExcludedReview:
    """A review that does not count, by its reference: nothing tells who wrote it."""

    reference: str
    reason: str
    excluded: Signature | None
    second: Signature | None = None


@dataclass(frozen=True, kw_only=True)
class CorrectionEntry:
    """A correction of the published call; `late` once the deadline was over."""

    number: int
    reason: str
    published: Signature
    second: Signature | None = None
    late: bool = False
    change: str = ""


@dataclass(frozen=True, kw_only=True)
class EndedEntry:
    """An agreement that was given up, or a project that ended before its time; `what` in words."""

    reference: str
    title: str
    what: str
    reason: str
    proposed: Signature | None
    second: Signature | None = None


@dataclass(frozen=True, kw_only=True)
class EarlierStageEntry:
    """A stage of reviews before the last one, its rules as labels and words, and its numbers."""

    name: str
    rules: Sequence[tuple[str, str]]
    evaluated: int
    passed: int
    went_on: int
    settled: Signature | None


@dataclass(frozen=True, kw_only=True)
class Audit:
    """All of it. `rules` are labels and words; `reviews` counts those that were computed with."""

    rules: Sequence[tuple[str, str]] = ()
    criteria: Sequence[CriterionEntry] = ()
    earlier: Sequence[EarlierStageEntry] = ()
    draws: Sequence[DrawEntry] = ()
    departures: Sequence[DepartureEntry] = ()
    excluded: Sequence[ExcludedReview] = ()
    corrections: Sequence[CorrectionEntry] = ()
    ended: Sequence[EndedEntry] = ()
    reviews: int = 0
    separated: Sequence[tuple[str, str]] = ()
    """By which facts of proposals ties were ended, and among whom."""
    unfinished: int = 0
    seed: tuple[str, str] | None = None
    """The SHA-256 of the seed of draws, and the seed once it is revealed."""
    late: Sequence[str] = ()
    consensus: Sequence[ConsensusEntry] = ()
    panels: Sequence[PanelItemEntry] = ()
    clarifications: Sequence[ClarificationEntry] = ()
    redress: Sequence[RedressEntry] = ()


def add_rules(pages: Pages, audit: Audit) -> None:
    """Say by which rules the ranking was computed."""
    imprint, say = pages.imprint, pages.imprint.say
    pages.heading(say(N_("Evaluation rules")))
    for stage in audit.earlier:
        pages.heading(stage.name, 3)
        went_on = say(N_("{went_on} of {evaluated}; {passed} reached the thresholds"))
        numbers = {"went_on": stage.went_on, "evaluated": stage.evaluated, "passed": stage.passed}
        settled = [(say(N_("Settled by")), _signed_line(imprint, stage.settled))]
        pages.facts([*stage.rules, (say(N_("Went on")), went_on.format(**numbers)), *settled])
    if audit.earlier:
        pages.heading(say(N_("Last stage")), 3)
    columns = [
        Column(say(N_("Criterion")), 4),
        Column(say(N_("Scale")), 1.8),
        Column(say(N_("Weight")), 1, "right"),
        Column(say(N_("Share of the largest total")), 1.4, "right"),
        Column(say(N_("Threshold")), 1.2, "right"),
    ]
    rows = [
        (it.name, it.scale, it.weight, imprint.percent(it.share), imprint.score(it.threshold))
        for it in audit.criteria
    ]
    if rows:
        pages.table(columns, rows)
    pages.facts(audit.rules)


def _signed_line(imprint: Imprint, signed: Signature | None) -> str:
    if signed is None:
        return "–"
    return f"{signed.name}, {imprint.moment(signed.at)}" if signed.at else signed.name


def add_decisions(pages: Pages, audit: Audit) -> None:
    """Say what people decided beside the rules: with whose signatures, and why."""
    pages.heading(pages.imprint.say(N_("Decisions outside the rules")))
    if audit.separated:
        pages.heading(pages.imprint.say(N_("Ties ended by facts of the proposals")), 3)
        pages.facts(audit.separated)
    _draws(pages, audit.draws)
    _seed(pages, audit)
    _departures(pages, audit.departures)
    _reviews(pages, audit)
    add_consensus(pages, audit.consensus)
    add_panels(pages, audit.panels)
    add_clarifications(pages, audit.clarifications)
    _corrections(pages, audit.corrections)
    _ended(pages, audit.ended)
    add_redress(pages, audit.redress)


def _draws(pages: Pages, draws: Sequence[DrawEntry]) -> None:
    imprint, say = pages.imprint, pages.imprint.say
    pages.heading(say(N_("Draws")), 3)
    columns = [
        Column(say(N_("Order of the draw")), 3),
        Column(say(N_("Why, and before whom")), 3),
        Column(say(N_("Held by")), 2.2),
    ]
    later = say(N_("Within the reserve list, when funds became available"))
    rows = [
        (
            Noted(", ".join(it.order), later) if it.reserve else ", ".join(it.order),
            Noted(say(it.reason), f"{say(N_('Seed of draws'))}: {it.seed}")
            if it.seed
            else it.reason,
            Noted(it.by, imprint.moment(it.at)),
        )
        for it in draws
    ]
    pages.table(columns, rows, empty=say(N_("No draws were held.")))


def _seed(pages: Pages, audit: Audit) -> None:
    """Say what draws by seed follow from, so that anybody can repeat them."""
    if audit.seed is None:
        return
    say, (sha256, seed) = pages.imprint.say, audit.seed
    pages.facts(
        [
            (say(N_("SHA-256 of the seed of draws")), sha256),
            (say(N_("Seed of draws")), seed or say(N_("No draw was held, and it stays secret."))),
        ]
    )


def _departures(pages: Pages, departures: Sequence[DepartureEntry]) -> None:
    say = pages.imprint.say
    pages.heading(say(N_("Departures from the ranking")), 3)
    columns = [
        Column(say(N_("Proposal")), 2.6),
        Column(say(N_("Decision, and reason for the departure")), 3.2),
        Column(say(N_("Decided by")), 1.8),
        Column(say(N_("Second signature")), 1.8),
    ]
    rows = [
        (
            Noted(it.title, it.reference),
            Noted(it.decision, it.justification),
            _signed(pages.imprint, it.decided),
            _signed(pages.imprint, it.second),
        )
        for it in departures
    ]
    pages.table(columns, rows, empty=say(N_("No decision departs from the ranking.")))


def _reviews(pages: Pages, audit: Audit) -> None:
    imprint, say = pages.imprint, pages.imprint.say
    pages.heading(say(N_("Reviews")), 3)
    late = ", ".join(audit.late)
    pages.facts(
        [
            (say(N_("Counted")), imprint.number(audit.reviews)),
            (say(N_("Not submitted when the stage closed")), imprint.number(audit.unfinished)),
            (say(N_("Submitted after they were due")), late or say(N_("none"))),
        ]
    )
    columns = [
        Column(say(N_("Excluded review")), 1.8),
        Column(say(N_("Reason")), 3.4),
        Column(say(N_("Excluded by")), 1.9),
        Column(say(N_("Second signature")), 1.9),
    ]
    rows = [
        (it.reference, it.reason, _signed(imprint, it.excluded), _signed(imprint, it.second))
        for it in audit.excluded
    ]
    pages.table(columns, rows, empty=say(N_("No review was excluded.")))


def _corrections(pages: Pages, corrections: Sequence[CorrectionEntry]) -> None:
    imprint, say = pages.imprint, pages.imprint.say
    pages.heading(say(N_("Corrections of the call")), 3)
    columns = [
        Column(say(N_("Version")), 0.8, "right"),
        Column(say(N_("Reason, and effect on the envelope")), 3.6),
        Column(say(N_("Published by")), 2),
        Column(say(N_("Second signature")), 1.9),
    ]
    after = say(N_("After the deadline"))
    rows = [
        (
            imprint.number(it.number),
            Noted(it.reason, "\n".join(filter(None, (after if it.late else "", it.change)))),
            _signed(imprint, it.published),
            _signed(imprint, it.second),
        )
        for it in corrections
    ]
    pages.table(columns, rows, empty=say(N_("The call was not corrected.")))


def _ended(pages: Pages, ended: Sequence[EndedEntry]) -> None:
    imprint, say = pages.imprint, pages.imprint.say
    pages.heading(say(N_("Cancelled agreements and terminated projects")), 3)
    columns = [
        Column(say(N_("Project")), 2.6),
        Column(say(N_("What ended, and why")), 3.2),
        Column(say(N_("Proposed by")), 1.8),
        Column(say(N_("Second signature")), 1.8),
    ]
    rows = [
        (
            Noted(it.title, it.reference),
            Noted(it.what, it.reason),
            _signed(imprint, it.proposed),
            _signed(imprint, it.second),
        )
        for it in ended
    ]
    nothing = say(N_("No agreement was cancelled, and no project was terminated."))
    pages.table(columns, rows, empty=nothing)


def _signed(imprint: Imprint, signature: Signature | None) -> str | Noted:
    if signature is None:
        return "–"
    when = imprint.moment(signature.at) if signature.at else imprint.say(N_("not signed yet"))
    return Noted(signature.name, when)
