"""What panels concluded, for the award report: who left the room, votes, scores that were moved."""

from collections.abc import Sequence

from grants.evaluation.documents.panel_minutes import PanelItemEntry
from grants.kit.pdf.document import Column, Noted, Pages
from grants.rules.words import N_


def add_panels(pages: Pages, items: Sequence[PanelItemEntry]) -> None:
    """Say what a panel concluded on each proposal; nothing where none met."""
    if not items:
        return
    imprint, say = pages.imprint, pages.imprint.say
    pages.heading(say(N_("Panel")), 3)
    columns = [
        Column(say(N_("Proposal")), 2.0),
        Column(say(N_("Concluded")), 2.6),
        Column(say(N_("Out of the room")), 1.7),
        Column(say(N_("Votes")), 3.2),
        Column(say(N_("Scores that the panel moved")), 1.9),
    ]
    rows = [
        (
            Noted(it.title, it.reference),
            Noted(it.conclusion, imprint.moment(it.concluded_at) if it.concluded_at else ""),
            "\n".join(f"{each.name}: {each.reason}" for each in it.recusals) or "–",
            "\n".join(f"{how}: {names}" for how, names in it.votes),
            "\n".join(it.moved) or "–",
        )
        for it in items
    ]
    pages.table(columns, rows)
