"""The minutes of a panel's meeting: who was there, and what it concluded on each proposal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grants.kit.pdf.document import Column, Pages
from grants.kit.pdf.wording import Imprint
from grants.rules.words import N_


@dataclass(frozen=True, kw_only=True)
class AttendanceEntry:
    """A member, and when they were there; None for both where they did not come."""

    name: str
    arrived_at: datetime | None
    left_at: datetime | None
    is_chair: bool = False


@dataclass(frozen=True, kw_only=True)
class RecusalEntry:
    """Who left the room for a proposal, from when to when, and why."""

    name: str
    reason: str
    left_at: datetime | None
    returned_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PanelItemEntry:
    """A proposal on the agenda; `votes` are names by how they voted, in words."""

    reference: str
    title: str
    began_at: datetime | None
    concluded_at: datetime | None
    conclusion: str
    votes: Sequence[tuple[str, str]] = ()
    moved: Sequence[str] = ()
    recusals: Sequence[RecusalEntry] = ()


@dataclass(frozen=True, kw_only=True)
class PanelMinutes:
    """What the minutes show. A meeting that is not closed has no `closed_at`."""

    imprint: Imprint
    reference: str
    title: str
    call: str
    place: str
    starts_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    quorum: int
    status: str
    attendance: Sequence[AttendanceEntry]
    items: Sequence[PanelItemEntry]


def render(minutes: PanelMinutes) -> bytes:
    """Print the minutes."""
    it, say = minutes, minutes.imprint.say
    pages = Pages(
        it.imprint, kind=say(N_("Minutes of the panel")), title=it.title, reference=it.reference
    )
    pages.title(it.title, it.call)
    pages.facts(_facts(it))
    pages.heading(say(N_("Attendance")))
    _attendance(pages, it)
    pages.heading(say(N_("Conclusions")))
    if not it.items:
        pages.text(say(N_("No proposal.")))
    for item in it.items:
        _item(pages, item)
    return pages.pdf()


def _facts(it: PanelMinutes) -> list[tuple[str, str]]:
    imprint, say = it.imprint, it.imprint.say
    return [
        (say(N_("Place")), it.place),
        (say(N_("Planned for")), imprint.moment(it.starts_at)),
        (say(N_("Opened")), imprint.moment(it.opened_at) if it.opened_at else ""),
        (say(N_("Closed")), imprint.moment(it.closed_at) if it.closed_at else ""),
        (say(N_("Quorum")), imprint.number(it.quorum)),
        (say(N_("Status")), it.status),
    ]


def _attendance(pages: Pages, it: PanelMinutes) -> None:
    say, moment = it.imprint.say, it.imprint.moment
    columns = [
        Column(say(N_("Member")), 2.4),
        Column(say(N_("Role")), 1.2),
        Column(say(N_("Present from")), 2),
        Column(say(N_("Until")), 2),
    ]
    rows = [
        (
            each.name,
            say(N_("Chair")) if each.is_chair else say(N_("Member")),
            moment(each.arrived_at) if each.arrived_at else say(N_("absent")),
            moment(each.left_at) if each.left_at else "–",
        )
        for each in it.attendance
    ]
    pages.table(columns, rows)


def _item(pages: Pages, it: PanelItemEntry) -> None:
    imprint, say = pages.imprint, pages.imprint.say
    pages.heading(f"{it.reference}: {it.title}", 3)
    pages.facts(
        [
            (say(N_("Called up")), imprint.moment(it.began_at) if it.began_at else ""),
            (say(N_("Concluded")), imprint.moment(it.concluded_at) if it.concluded_at else ""),
            *it.votes,
        ]
    )
    for each in it.recusals:
        words = say(N_("{name} left the room. {reason}")).format(name=each.name, reason=each.reason)
        if each.left_at and each.returned_at:
            span = f"{imprint.moment(each.left_at)} – {imprint.moment(each.returned_at)}"
            words = f"{words} ({span})"
        pages.text(words)
    pages.text(it.conclusion or say(N_("The panel has not concluded on it.")))
    if it.moved:
        pages.label(say(N_("Scores that the panel moved")))
        pages.bullets(it.moved)
