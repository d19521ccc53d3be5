"""Versions of panels' meetings, and of what they conclude on one proposal."""

from grants.evaluation.models.panels import PanelItem, PanelMeeting
from grants.kit.database.tables import columns
from grants.oversight.queries.edit_tokens import Version, Versions
from grants.rules.workflow import PANEL_STEPS


def panel_version(versions: Versions, meeting: PanelMeeting) -> Version:
    """Return the version of a meeting: where it stands, and who is there."""

    def seen() -> object:
        return columns(meeting), [columns(it) for it in meeting.members]

    kind, reference = PANEL_STEPS.noun, meeting.reference
    return versions.of(kind, reference, locked=meeting, anew=(meeting,), seen=seen)


def panel_item_version(versions: Versions, item: PanelItem) -> Version:
    """Return the version of an item: who is recused, and what was concluded."""

    def seen() -> object:
        rows = (*item.recusals, *item.votes, *item.scores)
        return columns(item), [columns(it) for it in rows]

    return versions.of("panel item", item.reference, locked=item, anew=(item,), seen=seen)
