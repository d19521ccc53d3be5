"""What applicants answered to their awards, and until when they were asked to."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grants.decisions.models import AwardAnswer, Decision
from grants.oversight.verification.entries import Entries, Finding, KeptEntry

NOUN = "award answer"
_ACTIONS = {True: "accept award", False: "decline award"}


def findings(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare answers, and the days asked for, with what was recorded of them."""
    yield from _asked(session, entries)
    there = set()
    query = sa.select(AwardAnswer).options(
        joinedload(AwardAnswer.decision).joinedload(Decision.proposal)
    )
    for it in session.scalars(query.order_by(AwardAnswer.id)):
        reference, number = it.decision.proposal.reference, it.decision.number
        there.add((reference, number))
        kept = _answer(entries, reference, number)
        if kept is None:
            what = "the ledger knows no answer to its award"
            yield Finding(reference=reference, what=what)
            continue
        compared = {
            "answer": (kept.action, _ACTIONS[it.accepted]),
            "reason": (kept.reason, it.reason),
            "author": (kept.actor_id, it.answered_by_id),
            "moment": (kept.at, it.answered_at),
            "amount": (kept.facts.get("awarded_cents"), it.decision.awarded_cents),
        }
        for name, (recorded, now) in compared.items():
            if recorded != now:
                what = f"the {name} of what was answered to its award is not the one in the ledger"
                yield Finding(reference=reference, what=what)
    for reference in sorted(entries.references(NOUN)):
        known = {it.facts.get("decision") for it in entries.of(NOUN, reference)}
        if any((reference, number) not in there for number in known):
            yield Finding(reference=reference, what="what was answered to its award is gone")


def _answer(entries: Entries, reference: str, number: int) -> KeptEntry | None:
    its = (it for it in entries.of(NOUN, reference) if it.facts.get("decision") == number)
    return next(its, None)


def _asked(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare the day until which the newest letter of each proposal asks for an answer."""
    query = (
        sa.select(Decision)
        .where(Decision.notified_at.is_not(None), Decision.is_current)
        .options(joinedload(Decision.proposal))
    )
    for it in session.scalars(query.order_by(Decision.id)):
        reference = it.proposal.reference
        sent = entries.last("decision", reference, "send letter")
        recorded = sent.facts.get("answer_by") if sent else None
        if recorded != (it.answer_by.isoformat() if it.answer_by else None):
            what = "the day until which its award is to be answered is not the one in the ledger"
            yield Finding(reference=reference, what=what)
