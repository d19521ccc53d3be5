"""What panels concluded in a ranking's stage, for the award report."""

from sqlalchemy.orm import Session, joinedload, selectinload

from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.documents.keeping import item_entry
from grants.evaluation.documents.panel_minutes import PanelItemEntry
from grants.evaluation.models import Ranking
from grants.evaluation.models.panels import PanelItem, PanelMeeting, PanelMember, PanelRecusal
from grants.evaluation.queries.panel_scores import concluded
from grants.kit.language.formats import Formats


def panel_entries(db: Session, ranking: Ranking, said: Formats) -> list[PanelItemEntry]:
    """Tell of all conclusions, by reference; no query where no panel meets."""
    if frozen_rules(ranking.stage).panel is None:
        return []
    query = concluded(ranking.stage).options(
        joinedload(PanelItem.proposal),
        joinedload(PanelItem.meeting).options(
            joinedload(PanelMeeting.stage),
            selectinload(PanelMeeting.members).joinedload(PanelMember.person),
        ),
        selectinload(PanelItem.votes),
        selectinload(PanelItem.scores),
        selectinload(PanelItem.recusals).joinedload(PanelRecusal.person),
    )
    found = sorted(db.scalars(query), key=lambda it: it.proposal.reference)
    return [item_entry(it, said) for it in found]
