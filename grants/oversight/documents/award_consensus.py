"""What reviewers agreed, for the award report: departures, minority views, what is withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grants.kit.pdf.document import Column, Noted, Pages
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class ConsensusEntry:
    """A consensus report; nobody who reviewed is named. `final_at` is None where it was withdrawn.

    `departures` are whole sentences, one for each score that is not what the reviews came to;
    `reason` says why it was withdrawn, or final before everybody answered.
    """

    reference: str
    title: str
    final_at: datetime | None
    departures: Sequence[str] = ()
    minority_views: Sequence[str] = ()
    unanswered: int = 0
    reason: str = ""


def add_consensus(pages: Pages, reports: Sequence[ConsensusEntry]) -> None:
    """Say where what was agreed departs from the reviews, and what somebody did not agree to."""
    if not reports:
        return
    imprint, say = pages.imprint, pages.imprint.say
    pages.heading(say(N_("Consensus reports")), 3)
    columns = [
        Column(say(N_("Proposal")), 2.3),
        Column(say(N_("Final")), 2.2),
        Column(say(N_("Where the score is not what the reviews came to")), 2.9),
        Column(say(N_("Minority views")), 2.4),
    ]
    rows = []
    for it in reports:
        final = imprint.moment(it.final_at) if it.final_at else say(N_("Withdrawn"))
        notes = [it.reason] if it.reason else []
        if it.unanswered:
            words = N_("Not answered by: {count}")
            notes.insert(0, say(words).format(count=imprint.number(it.unanswered)))
        rows.append(
            (
                Noted(it.title, it.reference),
                Noted(final, "\n".join(notes)) if notes else final,
                "\n".join(it.departures) or "–",
                "\n".join(it.minority_views) or "–",
            )
        )
    pages.table(columns, rows)
