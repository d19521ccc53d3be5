"""Panels: what was planned, who was there, and what was concluded, held against the ledger."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.evaluation.models.panels import PanelItem, PanelMeeting, PanelMember
from grants.oversight.verification.entries import Entries, Finding
from grants.oversight.verification.proposals import status
from grants.rules.workflow import PANEL_STEPS, PanelStatus

_KIND, _ITEM = PANEL_STEPS.noun, "panel item"


def findings(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare every meeting and every item with what was recorded of it."""
    meetings, items = set(), set()
    query = sa.select(PanelMeeting).options(
        joinedload(PanelMeeting.stage),
        selectinload(PanelMeeting.members),
        selectinload(PanelMeeting.items).options(
            joinedload(PanelItem.proposal),
            selectinload(PanelItem.votes),
            selectinload(PanelItem.scores),
            selectinload(PanelItem.recusals),
        ),
    )
    for it in session.scalars(query.order_by(PanelMeeting.id)):
        meetings.add(it.reference)
        items |= {each.reference for each in it.items}
        yield from _meeting(it, entries)
        for each in it.items:
            yield from _item(it, each, entries)
    for kind, there in ((_KIND, meetings), (_ITEM, items)):
        for reference in entries.references(kind):
            if reference not in there:
                yield Finding(reference=reference, what="the ledger knows it, and it is gone")


def _meeting(it: PanelMeeting, entries: Entries) -> Iterator[Finding]:
    planned = entries.last(_KIND, it.reference, "plan")
    if planned is None:
        yield Finding(reference=it.reference, what="the ledger does not know this meeting")
        return
    yield from status(entries, _KIND, it.reference, it.status.value)
    if planned.facts != it.facts():
        yield Finding(reference=it.reference, what="it is not as it was planned in the ledger")
    cancelled = entries.last(_KIND, it.reference, "cancel")
    if it.reason != (cancelled.reason if cancelled else ""):
        yield Finding(reference=it.reference, what="its reason is not the one in the ledger")
    closed = entries.last(_KIND, it.reference, "close")
    for member in it.members:
        kept = [each and each.isoformat() for each in (member.arrived_at, member.left_at)]
        if kept != _attended(it, member, entries, closed.facts.get("at") if closed else None):
            what = "the attendance of a member is not the one in the ledger"
            yield Finding(reference=it.reference, what=what)


def _attended(
    it: PanelMeeting, member: PanelMember, entries: Entries, closed: str | None
) -> list[str | None]:
    """Return when a member arrived and left, by the ledger."""
    arrived: str | None = None
    left: str | None = None
    for entry in entries.of(_KIND, it.reference):
        if entry.facts.get("member") != member.person_id:
            continue
        if entry.action == "attend":
            arrived, left = arrived or entry.facts["at"], None
        elif entry.action == "leave":
            left = entry.facts["at"]
    return [arrived, left or (closed if arrived else None)]


def _item(meeting: PanelMeeting, it: PanelItem, entries: Entries) -> Iterator[Finding]:
    last = entries.last(_ITEM, it.reference, "conclude", "retract")
    concluded = last is not None and last.action == "conclude"
    if concluded is not (it.concluded_at is not None):
        yield Finding(reference=it.reference, what="the ledger says otherwise whether it is done")
    elif last is not None and concluded:
        if last.facts != it.facts():
            what = "its votes, scores, recusals or moments are not those in the ledger"
            yield Finding(reference=it.reference, what=what)
        if last.reason != it.conclusion:
            yield Finding(reference=it.reference, what="its words are not those in the ledger")
    elif meeting.status is PanelStatus.CLOSED and (it.votes or it.scores):
        yield Finding(reference=it.reference, what="it has votes or scores, and no conclusion")
