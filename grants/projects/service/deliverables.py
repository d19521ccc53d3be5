"""Deliverables: logged by a project's team with evidence, accepted or returned by the fund."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from sqlalchemy import select

from grants.accounts.models import Person
from grants.calls.queries.periods import days_around
from grants.kit.service import Service
from grants.kit.storage import Storage
from grants.ledger import LedgerEntry
from grants.projects.models import Deliverable, ParticipantKind, Participation, Project
from grants.projects.service.projects import deliverable_reference
from grants.proposals.models import File
from grants.proposals.service.files import Files, shown_name
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate, WrongFile
from grants.rules.events import DeliverableAccepted, DeliverableReturned
from grants.rules.forms import text_length
from grants.rules.forms.kinds.files import LARGEST
from grants.rules.forms.kinds.files import FileField as FileField
from grants.rules.forms.kinds.texts import TOO_MANY_CHARACTERS
from grants.rules.urls import is_web_address
from grants.rules.words import N_
from grants.rules.workflow import DELIVERABLE_STEPS, PROJECT_STEPS, DeliverableStatus

EVIDENCE = FileField(
    code="evidence",
    label=N_("Evidence"),
    types=("pdf", "jpg", "png", "docx", "xlsx", "pptx", "odt", "ods", "csv", "mp4"),
    max_bytes=LARGEST,
    max_files=20,
)
"""Which files prove a deliverable."""

LONGEST = 4000
"""Characters of the longest description that is submitted; a draft's may be longer."""


@dataclass(frozen=True, slots=True)
class Group:
    """So many people of one kind of organisation, from one country."""

    country: str
    kind: ParticipantKind
    people: int


@dataclass(frozen=True, slots=True)
class Link:
    """A web address with a title."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What a team says of a deliverable; all of it may still be empty."""

    held_on: date | None = None
    held_until: date | None = None
    place: str = ""
    address: str = ""
    description: str = ""
    participants: Sequence[Group] = ()
    links: Sequence[Link] = ()
    unfinished: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    """What cannot stand yet, as it was typed: by the answer's name, its rows, or itself as one."""


@dataclass(frozen=True, slots=True)
class Deliverables(Service):
    """All that happens to deliverables."""

    storage: Storage = field(kw_only=True)
    clamd: str = field(default="", kw_only=True)

    def was_delivered(self, file: File) -> bool:
        """Return whether a removed file went with something that was delivered meanwhile."""
        if file.deliverable_id is None or file.removed_at is None:
            return False
        deliverable = self.db.get_one(Deliverable, file.deliverable_id)
        delivered = select(LedgerEntry.seq).where(
            LedgerEntry.subject_kind == DELIVERABLE_STEPS.noun,
            LedgerEntry.subject_reference == deliverable_reference(deliverable),
            LedgerEntry.action == "deliver",
            LedgerEntry.at.between(file.uploaded_at, file.removed_at),
        )
        return self.db.scalar(delivered.limit(1)) is not None

    def save(
        self, deliverable: Deliverable, log: Log, *, revision: int, tab: str, by: Person
    ) -> int:
        """Keep a log however incomplete, and give its new revision.

        Raises OutOfDate if another window saved since `revision`, Refused for what can
        never stand: an address that is none, dates that run backwards.
        """
        self._open(deliverable, "edit")
        if not deliverable.was_read(revision=revision, tab=tab):
            raise OutOfDate(N_("Someone else saved this deliverable while you were writing."))
        _require_possible(log)
        deliverable.held_on, deliverable.held_until = log.held_on, log.held_until
        deliverable.place, deliverable.address = log.place, log.address
        deliverable.description = log.description
        deliverable.links = [{"title": it.title, "url": it.url} for it in log.links]
        deliverable.unfinished = {name: list(rows) for name, rows in log.unfinished.items()}
        self._write_participants(deliverable, log.participants)
        deliverable.is_saved(tab=tab, at=self.clock())
        return deliverable.revision

    def attach(self, deliverable: Deliverable, *, name: str, content: BinaryIO, by: Person) -> File:
        """Take a file in as evidence. Raises WrongFile."""
        self._open(deliverable, "edit")
        name = shown_name(name)
        if len(deliverable.evidence) >= EVIDENCE.max_files:
            message = N_("“{name}” was not added: there are {limit} files already. Remove one.")
            raise WrongFile(message, name=name, limit=EVIDENCE.max_files)
        files = Files(self.db, self.publish, self.clock, storage=self.storage, clamd=self.clamd)
        file = files.take_in(EVIDENCE, name, content, by=by)
        files.require_room_for_evidence(file, deliverable.id)
        file.deliverable_id, file.field = deliverable.id, EVIDENCE.code
        self.db.add(file)
        deliverable.saved_at = self.clock()
        self._reread(deliverable)
        return file

    def remove(self, deliverable: Deliverable, token: str, *, by: Person) -> None:
        """Take evidence away again, as long as nothing was delivered with it."""
        self._open(deliverable, "edit")
        for file in deliverable.evidence:
            if file.token == token:
                file.removed_at = deliverable.saved_at = self.clock()
        self._reread(deliverable)

    def find(self, deliverable: Deliverable, token: str) -> File | None:
        """Find a piece of evidence that is there."""
        return next((it for it in deliverable.evidence if it.token == token), None)

    def deliver(self, deliverable: Deliverable, *, by: Person) -> None:
        """Hand a deliverable over. Raises Incomplete while something is missing."""
        self._lock(deliverable)
        if deliverable.status is DeliverableStatus.DELIVERED:
            return  # a double click
        self._require_possible(deliverable, "deliver")
        if lacking := missing(deliverable):
            raise next(iter(lacking.values()))
        # The database asks for who and when before the status says so.
        deliverable.delivered_at, deliverable.delivered_by = self.clock(), by
        facts = {"evidence": [it.sha256 for it in deliverable.evidence]}
        self._step("deliver", deliverable, by, facts=facts)

    def take_back(self, deliverable: Deliverable, *, by: Person) -> None:
        """Have the team write on it again, as long as the fund has not answered."""
        self._open(deliverable, "take_back")
        self._step("take_back", deliverable, by)
        deliverable.delivered_at = deliverable.delivered_by = None

    def accept(self, deliverable: Deliverable, *, by: Person) -> None:
        """Take a deliverable as done."""
        self._lock(deliverable)
        if deliverable.status is DeliverableStatus.ACCEPTED:
            return  # a double click
        self._require_possible(deliverable, "accept")
        deliverable.accepted_at, deliverable.accepted_by = self.clock(), by
        deliverable.return_reason = ""
        self._step("accept", deliverable, by)
        self.publish(DeliverableAccepted(deliverable=deliverable))

    def give_back(self, deliverable: Deliverable, *, reason: str, by: Person) -> None:
        """Return a deliverable to its team, and tell them what is missing."""
        if not reason.strip():
            raise Incomplete(N_("State what is missing: the team reads it."))
        self._open(deliverable, "return")
        self._step("return", deliverable, by, reason=reason.strip())
        deliverable.return_reason = reason.strip()
        self.publish(DeliverableReturned(deliverable=deliverable))

    def _open(self, deliverable: Deliverable, action: str) -> None:
        """Let one act at a time, and only where the workflow has the step."""
        self._lock(deliverable)
        self._require_possible(deliverable, action)

    def _lock(self, deliverable: Deliverable) -> None:
        self.db.flush()
        names = ["status", "revision", "tab"]
        self.db.refresh(deliverable, names, with_for_update=True)

    def _require_possible(self, deliverable: Deliverable, action: str) -> None:
        try:
            PROJECT_STEPS.target("deliver", deliverable.project.status)
        except NotAllowedNow:
            raise NotAllowedNow(
                N_(
                    "Deliverables are reported while the project is running. Its status is"
                    " “{status}”."
                ),
                status=deliverable.project.status,
            ) from None
        DELIVERABLE_STEPS.target(action, deliverable.status)

    def _write_participants(self, deliverable: Deliverable, groups: Iterable[Group]) -> None:
        """Add up what was written twice, and change only what differs."""
        wanted: Counter[tuple[str, ParticipantKind]] = Counter()
        for group in groups:
            wanted[group.country, group.kind] += group.people
        there = {(it.country, it.kind): it for it in deliverable.participations}
        for key, people in wanted.items():
            if key in there:
                there[key].people = people
            else:
                country, kind = key
                made = Participation(country=country, kind=kind, people=people)
                deliverable.participations.append(made)
        for key in there.keys() - wanted.keys():
            deliverable.participations.remove(there[key])

    def _reread(self, deliverable: Deliverable) -> None:
        self.db.flush()
        self.db.refresh(deliverable, ["evidence"])

    def _step(
        self,
        action: str,
        deliverable: Deliverable,
        by: Person,
        *,
        reason: str = "",
        facts: Mapping[str, object] | None = None,
    ) -> None:
        self.move(
            DELIVERABLE_STEPS,
            deliverable,
            action,
            by=by,
            reference=deliverable_reference(deliverable),
            reason=reason,
            facts=facts,
        )


def within(project: Project) -> tuple[date, date]:
    """Return the first and the last day on which what a project delivers may take place.

    That is the project's period, and as many days around it as its call allows.
    """
    agreed = project.agreement
    return days_around(project.proposal.call, agreed.starts_on, agreed.ends_on)


def _outside(deliverable: Deliverable) -> dict[str, Incomplete]:
    """Return which days are too far from the project's period."""
    first, last = within(deliverable.project)
    days = {"held_on": deliverable.held_on, "held_until": deliverable.held_until}
    sentence = N_("This project accepts dates from {first} to {last}.")
    return {
        name: Incomplete(sentence, first=first, last=last)
        for name, day in days.items()
        if day is not None and not first <= day <= last
    }


def missing(deliverable: Deliverable) -> dict[str, Incomplete]:
    """Return what a deliverable still needs before it can be delivered, for each answer."""
    lacking = _outside(deliverable)
    if deliverable.held_on is None and not deliverable.address:
        sentence = N_("Give the date on which it took place, or its web address.")
        lacking["held_on"] = Incomplete(sentence)
    if not deliverable.description.strip():
        lacking["description"] = Incomplete(N_("Describe what was delivered."))
    if not deliverable.evidence and not deliverable.links:
        lacking["evidence"] = Incomplete(N_("Add at least one file or link as evidence."))
    for name in deliverable.unfinished or ():
        lacking[name] = Incomplete(N_("Complete or clear the partly filled answer."))
    return lacking | too_long(deliverable)


def too_long(deliverable: Deliverable) -> dict[str, Incomplete]:
    """Return which answers must be shortened; they are kept as they were typed."""
    count = text_length.characters(deliverable.description)
    if count <= LONGEST:
        return {}
    return {"description": Incomplete(TOO_MANY_CHARACTERS, count=count, limit=LONGEST)}


def is_told(deliverable: Deliverable) -> bool:
    """Return whether the fund may read what the team wrote: not while it is being written."""
    return deliverable.status in (DeliverableStatus.DELIVERED, DeliverableStatus.ACCEPTED)


def _require_possible(log: Log) -> None:
    if log.held_until is not None and (log.held_on is None or log.held_until < log.held_on):
        raise Incomplete(N_("The last day is before the first one."))
    for address in (log.address, *(it.url for it in log.links)):
        if address and not is_web_address(address):
            raise Incomplete(
                N_("“{address}” is not a web address: it begins with https:// or http://."),
                address=address,
            )
