"""The grant agreement: who owes what to whom, until when, for how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from grants.kit.pdf.document import Pages
from grants.kit.pdf.parts import (
    BudgetEntry,
    PartnerEntry,
    PlannedDeliverableEntry,
    add_budget,
    add_deliverables,
    add_partners,
)
from grants.kit.pdf.wording import Imprint
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class Party:
    """One side of the agreement; `address` may have several lines.

    Who signs for it may still be open: then there is room to write it beside the signature.
    """

    name: str
    address: str
    represented_by: str = ""
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A titled paragraph of terms."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class AgreementDocument:
    """What an agreement says. The grant is `amount_cents` of a cost of `total_cents`."""

    imprint: Imprint
    reference: str
    title: str
    call: str
    funder: Party
    beneficiary: Party
    starts_on: date
    ends_on: date
    amount_cents: int
    total_cents: int
    currency: str = "EUR"
    partners: Sequence[PartnerEntry] = ()
    budget: Sequence[BudgetEntry] = ()
    deliverables: Sequence[PlannedDeliverableEntry] = ()
    payment_terms: Sequence[str] = ()
    clauses: Sequence[Clause] = ()
    signed_on: date | None = None


def render(document: AgreementDocument) -> bytes:
    """Print an agreement."""
    it, say = document, document.imprint.say
    kind = say(N_("Grant agreement"))
    pages = Pages(it.imprint, kind=kind, title=it.title, reference=it.reference)
    pages.title(it.title, say(N_("Grant agreement {reference}"), reference=it.reference))
    pages.panel(it.imprint.money(it.amount_cents, it.currency), [_period(it)])
    pages.heading(say(N_("The parties")))
    pages.facts(
        [_party(say(N_("The fund")), it.funder), _party(say(N_("The beneficiary")), it.beneficiary)]
    )
    if it.partners:
        pages.heading(say(N_("Partners")), 3)
        add_partners(pages, it.partners)
    pages.heading(say(N_("The project")))
    pages.facts(_project(it))
    pages.heading(say(N_("The grant")))
    pages.facts(_grant(it))
    add_budget(pages, it.budget, it.currency)
    pages.heading(say(N_("Planned deliverables")))
    add_deliverables(pages, it.deliverables)
    _terms(pages, it)
    _signatures(pages, it)
    return pages.pdf()


def _period(it: AgreementDocument) -> str:
    dates = {"start": it.imprint.day(it.starts_on), "end": it.imprint.day(it.ends_on)}
    return it.imprint.say(N_("For work from {start} to {end}"), **dates)


def _party(label: str, party: Party) -> tuple[str, str]:
    lines = (party.name, party.address, party.represented_by, party.role)
    return label, "\n".join(line for line in lines if line)


def _project(it: AgreementDocument) -> list[tuple[str, str]]:
    say = it.imprint.say
    return [
        (say(N_("Title")), it.title),
        (say(N_("Reference")), it.reference),
        (say(N_("Call")), it.call),
        (say(N_("Start")), it.imprint.day(it.starts_on)),
        (say(N_("End")), it.imprint.day(it.ends_on)),
    ]


def _grant(it: AgreementDocument) -> list[tuple[str, str]]:
    say, money = it.imprint.say, it.imprint.money
    own = it.total_cents - it.amount_cents
    share = Fraction(it.amount_cents, it.total_cents) if it.total_cents else Fraction(0)
    return [
        (say(N_("Total cost")), money(it.total_cents, it.currency)),
        (say(N_("Grant of at most")), money(it.amount_cents, it.currency)),
        (say(N_("Share of the cost")), it.imprint.percent(share)),
        (say(N_("Co-financing by the beneficiary")), money(own, it.currency)),
    ]


def _terms(pages: Pages, it: AgreementDocument) -> None:
    say = it.imprint.say
    if it.payment_terms:
        pages.heading(say(N_("Payments")))
        pages.bullets(it.payment_terms)
    if it.clauses:
        pages.heading(say(N_("Terms")))
    for clause in it.clauses:
        pages.heading(clause.title, 3)
        pages.text(clause.text)


def _signatures(pages: Pages, it: AgreementDocument) -> None:
    say = it.imprint.say
    pages.heading(say(N_("Signatures")), room=170)
    if it.signed_on:
        pages.text(say(N_("Signed on {date}."), date=it.imprint.day(it.signed_on)))
    parties = (it.funder, it.beneficiary)
    name, position = say(N_("Name of the signatory:")), say(N_("Position:"))
    pages.signatures(
        [(f"{it.represented_by or name}\n{it.name}", it.role or position) for it in parties]
    )
