"""An award on a page of its own, as it stands in the award report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from grants.kit.pdf.document import LONG_TITLE, Pages
from grants.kit.pdf.parts import (
    PartnerEntry,
    PlannedDeliverableEntry,
    add_deliverables,
    add_partners,
    period,
)
from grants.kit.pdf.wording import Imprint
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class AwardEntry:
    """An award: who gets how much for what. `score` is the exact total."""

    rank: int | None
    reference: str
    title: str
    applicant: str
    country: str
    topic: str
    score: Fraction
    requested_cents: int
    amount_cents: int
    total_cents: int
    starts_on: date | None = None
    ends_on: date | None = None
    summary: str = ""
    reasons: str = ""
    decided: str = ""
    signed: str = ""
    """Who decided, and who signed second, with the day."""
    justification: str = ""
    """Why it departs from the ranking."""
    conditions: Sequence[str] = ()
    partners: Sequence[PartnerEntry] = ()
    deliverables: Sequence[PlannedDeliverableEntry] = ()


def add_award(pages: Pages, award: AwardEntry, currency: str, place: tuple[int, int]) -> None:
    """Begin a page and tell of one award; `place` is its number and how many there are."""
    say = pages.imprint.say
    pages.new_page()
    number, count = place
    pages.text(say(N_("Award {number} of {count}"), number=number, count=count), "kind")
    style = "H1 long" if len(award.title) > LONG_TITLE else "award"
    pages.heading(award.title, style=style)
    pages.text(award.applicant, "lead")
    pages.panel(pages.imprint.money(award.amount_cents, currency), [award.topic])
    pages.facts(_facts(pages.imprint, award, currency), pairs=True)
    for title, text in (
        (say(N_("Summary")), award.summary),
        (say(N_("Reasons")), award.reasons),
        (say(N_("Why it departs from the ranking")), award.justification),
    ):
        if text.strip():
            pages.heading(title, 3)
            pages.text(text)
    if award.conditions:
        pages.heading(say(N_("Conditions")), 3)
        pages.bullets(award.conditions)
    if award.partners:
        pages.heading(say(N_("Partners")), 3)
        add_partners(pages, award.partners)
    if award.deliverables:
        pages.heading(say(N_("Planned deliverables")), 3)
        add_deliverables(pages, award.deliverables)


def _facts(imprint: Imprint, award: AwardEntry, currency: str) -> list[tuple[str, str]]:
    say = imprint.say
    return [
        (say(N_("Reference")), award.reference),
        (say(N_("Country")), award.country),
        (say(N_("Rank")), "" if award.rank is None else imprint.number(award.rank)),
        (say(N_("Score")), imprint.score(award.score)),
        (say(N_("Requested")), imprint.money(award.requested_cents, currency)),
        (say(N_("Total cost")), imprint.money(award.total_cents, currency)),
        (say(N_("Period")), period(imprint, award.starts_on, award.ends_on)),
        (say(N_("Decided by")), award.decided),
        (say(N_("Second signature")), award.signed),
    ]
