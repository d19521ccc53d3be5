"""Questions asked during the check, and their answers: compared with the ledger."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grants.oversight.verification.entries import Entries, Finding
from grants.proposals.clarifications import Clarification
from grants.rules.workflow.clarifications import CLARIFICATION_STEPS

NOUN = CLARIFICATION_STEPS.noun


def findings(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare what was asked, opened and answered, and name what is gone."""
    there = set()
    query = sa.select(Clarification).options(
        joinedload(Clarification.proposal), joinedload(Clarification.version)
    )
    for it in session.scalars(query.order_by(Clarification.id)):
        there.add(it.reference)
        yield from _compared(it, entries)
    for reference in entries.references(NOUN):
        if reference not in there:
            yield Finding(reference=reference, what="the ledger knows it, and it is gone")


def _compared(it: Clarification, entries: Entries) -> Iterator[Finding]:
    asked = entries.last(NOUN, it.reference, "ask")
    if asked is None:
        yield Finding(reference=it.reference, what="the ledger knows no such clarification")
        return
    ended = entries.last(NOUN, it.reference, "answer", "revoke")
    said = it.answer or it.reason
    compared = {
        "status": (entries.status(NOUN, it.reference), it.status.value),
        "question": (asked.reason, it.question),
        "list of fields": (asked.facts.get("fields"), it.fields),
        "end": (asked.facts.get("due_at"), it.due_at.isoformat()),
        "answer": (ended.reason if ended else "", said),
        "version": (
            ended.facts.get("version") if ended else None,
            it.version.number if it.version else None,
        ),
    }
    for name, (recorded, now) in compared.items():
        if recorded != now:
            yield Finding(reference=it.reference, what=f"its {name} is not the one in the ledger")
