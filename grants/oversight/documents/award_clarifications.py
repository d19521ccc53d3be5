"""What applicants were asked during the check, for the award report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grants.kit.pdf.document import Column, Noted, Pages
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class ClarificationEntry:
    """A question to an applicant: `outcome` in words, `note` is the answer or why it ended."""

    reference: str
    title: str
    question: str
    asked_at: datetime
    outcome: str
    note: str = ""


def add_clarifications(pages: Pages, asked: Sequence[ClarificationEntry]) -> None:
    """Say who was asked what after the deadline, and what came of it."""
    if not asked:
        return
    imprint, say = pages.imprint, pages.imprint.say
    pages.heading(say(N_("Clarifications")), 3)
    columns = [
        Column(say(N_("Proposal")), 2.3),
        Column(say(N_("Question")), 3.2),
        Column(say(N_("Asked")), 1.9),
        Column(say(N_("Result")), 2.6),
    ]
    rows = [
        (
            Noted(it.title, it.reference),
            it.question,
            imprint.moment(it.asked_at),
            Noted(it.outcome, it.note) if it.note else it.outcome,
        )
        for it in asked
    ]
    pages.table(columns, rows)
