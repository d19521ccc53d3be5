"""Requests for redress, for the award report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grants.kit.pdf.document import Column, Noted, Pages
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class RedressEntry:
    """A request to look again at the procedure, and what came of it, in words."""

    reference: str
    title: str
    asked_at: datetime
    grounds: str
    outcome: str
    reasons: str = ""
    settled_by: str = ""


def add_redress(pages: Pages, requests: Sequence[RedressEntry]) -> None:
    """Say what applicants asked to be looked at again, who did, and what they found."""
    if not requests:
        return
    imprint, say = pages.imprint, pages.imprint.say
    pages.heading(say(N_("Requests for redress")), 3)
    columns = [
        Column(say(N_("Proposal")), 2.2),
        Column(say(N_("Asked")), 1.9),
        Column(say(N_("What the applicant asks")), 3),
        Column(say(N_("What the fund found")), 3),
    ]
    rows = [
        (
            Noted(it.title, it.reference),
            imprint.moment(it.asked_at),
            it.grounds,
            Noted(it.outcome, "\n".join(filter(None, (it.reasons, it.settled_by)))),
        )
        for it in requests
    ]
    pages.table(columns, rows)
