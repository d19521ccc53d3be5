"""What was agreed, the work that goes on under it, and the programme's calendar."""

from grants.projects.models.agreements import (
    PAIRED,
    Agreement,
    BudgetLine,
    DeliverableType,
    Partner,
    PlannedDeliverable,
)
from grants.projects.models.calendar import Event
from grants.projects.models.projects import (
    Deliverable,
    ParticipantKind,
    Participation,
    Project,
    due_on,
)

__all__ = [
    "PAIRED",
    "Agreement",
    "BudgetLine",
    "Deliverable",
    "DeliverableType",
    "Event",
    "ParticipantKind",
    "Participation",
    "Partner",
    "PlannedDeliverable",
    "Project",
    "due_on",
]
