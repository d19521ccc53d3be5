"""What two people did, and lots among the reserve list: as they were proposed, signed, drawn."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grants.calls.models import ProposedAct
from grants.calls.service.proposed_acts import digest_of
from grants.decisions.models import ReserveDraw
from grants.oversight.verification.entries import Entries, Finding, KeptEntry
from grants.rules.workflow import ACT_STEPS

NOUN = ACT_STEPS.noun


def findings(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare proposed acts and draws with what was recorded of them."""
    yield from _acts(session, entries)
    yield from _draws(session, entries)


def _acts(session: Session, entries: Entries) -> Iterator[Finding]:
    there = set()
    for act in session.scalars(sa.select(ProposedAct).order_by(ProposedAct.id)):
        there.add(act.id)
        kept = _of(entries, act.subject, act.id)
        if digest_of(act) != act.sha256:
            yield Finding(reference=act.subject, what="the act does not agree with its hash")
        if not kept:
            yield Finding(reference=act.subject, what="the ledger knows no such act")
            continue
        if kept[-1].facts.get("sha256") != act.sha256:
            yield Finding(reference=act.subject, what="the act’s hash is not the one in the ledger")
        if kept[-1].after != act.status.value:
            what = f"the act stands at {act.status}, not {kept[-1].after}"
            yield Finding(reference=act.subject, what=what)
        if act.settled_by_id is not None and kept[-1].actor_id != act.settled_by_id:
            what = "whoever settled the act is not the one in the ledger"
            yield Finding(reference=act.subject, what=what)
        if kept[0].actor_id != act.proposed_by_id:
            what = "whoever proposed the act is not the one in the ledger"
            yield Finding(reference=act.subject, what=what)
    for subject in sorted(set(entries.references(NOUN))):
        for number in {it.facts.get("act") for it in entries.of(NOUN, subject)} - there - {None}:
            yield Finding(reference=subject, what=f"the ledger knows act {number}, and it is gone")


def _of(entries: Entries, subject: str, number: int) -> list[KeptEntry]:
    return [it for it in entries.of(NOUN, subject) if it.facts.get("act") == number]


def _draws(session: Session, entries: Entries) -> Iterator[Finding]:
    """Hold each lot among a reserve list against the one of its moment in the ledger."""
    held: dict[str, list[ReserveDraw]] = {}
    query = sa.select(ReserveDraw).options(joinedload(ReserveDraw.ranking))
    for it in session.scalars(query.order_by(ReserveDraw.id)):
        held.setdefault(f"{it.ranking.call.code}/{it.ranking.number}", []).append(it)
    for reference in sorted({*entries.references("ranking"), *held}):
        drawn = [
            (it.facts.get("order"), it.reason, it.actor_id)
            for it in entries.of("ranking", reference)
            if it.facts.get("list") == "reserve"
        ]
        if drawn != [(it.order, it.reason, it.held_by_id) for it in held.get(reference, ())]:
            what = "the lots among its reserve list are not those in the ledger"
            yield Finding(reference=reference, what=what)
