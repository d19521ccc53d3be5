"""Which documents follow from what happened. They are made and sent as jobs: see `grants.tasks`."""

from collections.abc import Callable, Mapping
from typing import Any

from grants import events
from grants.consequences.context import Context
from grants.kit.jobs import defer


def receipt(event: events.ProposalSubmitted, context: Context) -> None:
    """Have the receipt made and sent, exactly once for each version."""
    number = event.version.id
    defer(context.db, "send_receipt", key=f"send_receipt/{number}", version_id=number)


def decision(event: events.LetterSent, context: Context) -> None:
    """Have the decision letter made and sent."""
    number = event.decision.id
    defer(context.db, "send_letter", key=f"send_letter/{number}", decision_id=number)


def agreement(event: events.ProjectPrepared | events.ProjectSigned, context: Context) -> None:
    """Send the agreement to the team: first to be read, then as it was signed."""
    number = event.project.id
    key = f"send_agreement/{number}/{event.project.status.value}"
    if event.project.signing_corrections:
        key += f"/{event.project.signing_corrections}"
    defer(context.db, "send_agreement", key=key, project_id=number)


HANDLERS: Mapping[type, tuple[Callable[[Any, Context], None], ...]] = {
    events.ProposalSubmitted: (receipt,),
    events.LetterSent: (decision,),
    events.ProjectPrepared: (agreement,),
    events.ProjectSigned: (agreement,),
}
