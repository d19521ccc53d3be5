"""Requests for redress: what was asked, what came of it, and who settled it."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grants.decisions.models import Decision
from grants.decisions.redress import RedressRequest
from grants.oversight.verification.entries import Entries, Finding
from grants.oversight.verification.proposals import status
from grants.rules.workflow.redress import REDRESS_STEPS, RedressStatus

_KIND = REDRESS_STEPS.noun
_ENDS = {RedressStatus.FOUNDED: "uphold", RedressStatus.UNFOUNDED: "dismiss"}


def findings(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare every request with what was recorded of it."""
    there = set()
    query = sa.select(RedressRequest).options(
        joinedload(RedressRequest.decision).joinedload(Decision.proposal)
    )
    for it in session.scalars(query.order_by(RedressRequest.id)):
        there.add(it.reference)
        asked = entries.last(_KIND, it.reference, "ask")
        if asked is None:
            yield Finding(reference=it.reference, what="the ledger does not know this request")
            continue
        yield from status(entries, _KIND, it.reference, it.status.value)
        recorded = (asked.reason, asked.actor_id, asked.at)
        if recorded != (it.grounds, it.asked_by_id, it.asked_at):
            yield Finding(reference=it.reference, what="what was asked is not what the ledger has")
        if it.status is RedressStatus.ASKED:
            continue
        settled = entries.last(_KIND, it.reference, _ENDS[it.status])
        if settled is None or (settled.reason, settled.actor_id) != (it.reasons, it.settled_by_id):
            what = "what came of it is not what the ledger has"
            yield Finding(reference=it.reference, what=what)
    for reference in entries.references(_KIND):
        if reference not in there:
            what = "the ledger knows this request for redress, and it is gone"
            yield Finding(reference=reference, what=what)
