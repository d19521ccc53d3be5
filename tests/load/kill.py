"""Kill server and worker again and again while people save and submit, and look what is lost.

`python -m tests.load.kill --rounds 50` kills `grants run` on SQLite that often;
`--database postgresql` kills a server and a procrastinate worker of its own.
After each restart everything that was acknowledged is looked for; at the end
the queue runs dry, and receipts, letters and the ledger are counted.
"""

import argparse
import hashlib
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants import ledger
from grants.accounts.models import Membership, Person
from grants.cli import migrate
from grants.directory.models import Organisation, OrganisationKind
from grants.kit import settings
from grants.kit.dossiers.models import Document
from grants.kit.jobs import queue_health
from grants.ledger import LedgerEntry
from grants.portal import Portal
from grants.proposals.documents.keeping import RECEIPT
from grants.proposals.models import Proposal, ProposalVersion, Section
from grants.proposals.service.after_closing import WRITING
from tests.load.processes import Processes
from tests.load.visitor import Browser, Told, Writer
from tests.support import databases, world
from tests.support.clock import Clock
from tests.support.proposals import versions_of, written

WRITERS = 4
PATIENCE = 15
"""Seconds that a round lasts at most."""
DRY = 180
"""Seconds in which the queue must have run dry."""


@dataclass
class Figures:
    """What came of it."""

    rounds: int = 0
    saves: int = 0
    submissions: int = 0
    lost_saves: int = 0
    lost_submissions: int = 0
    unlike_the_ledger: int = 0
    """Versions without an entry in the ledger, and entries without a version."""
    double_receipts: int = 0
    versions: int = 0
    receipts: int = 0
    letters: int = 0
    missing_letters: int = 0
    double_letters: int = 0
    failed_jobs: int = 0
    ledger_entries: int = 0
    ledger_whole: bool = False
    restarts: list[float] = field(default_factory=list)
    seconds: float = 0

    @property
    def good(self) -> bool:
        """Whether nothing was lost and nothing was doubled."""
        lost = self.lost_saves + self.lost_submissions + self.unlike_the_ledger
        wrong = lost + self.double_receipts + self.failed_jobs
        letters = self.missing_letters + self.double_letters
        complete = self.receipts == self.versions
        return self.ledger_whole and complete and not wrong and not letters

    def lines(self) -> Iterator[str]:
        """Say it."""
        yield f"killed {self.rounds} times in {self.seconds:.0f} s"
        yield f"saves acknowledged {self.saves}, lost {self.lost_saves}"
        yield f"submissions acknowledged {self.submissions}, lost {self.lost_submissions}"
        yield (
            f"versions {self.versions}, receipts {self.receipts}, "
            f"submissions that gave two receipts {self.double_receipts}"
        )
        yield (
            f"letters {self.letters}, missing {self.missing_letters}, twice {self.double_letters}, "
            f"jobs given up {self.failed_jobs}"
        )
        yield (
            f"ledger {'whole' if self.ledger_whole else 'BROKEN'}, {self.ledger_entries} entries, "
            f"{self.unlike_the_ledger} submissions not as it says"
        )
        yield f"from the start to the first answer: p50 {statistics.median(self.restarts):.1f} s"
        yield "nothing lost, nothing twice" if self.good else "NOT good"


@dataclass
class Ordeal:
    """Rounds of work, killing and looking."""

    portal: Portal
    processes: Processes
    drafts: dict[str, list[str]]
    chance: random.Random = field(default_factory=lambda: random.Random(2020))
    figures: Figures = field(default_factory=Figures)
    running: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)

    def undergo(self, rounds: int) -> Figures:
        """Go through all rounds, let the queue run dry, and count."""
        begun = time.monotonic()
        writers = [
            Writer(Browser(self.processes.port), email, mine, self.running, self.stopping)
            for email, mine in self.drafts.items()
        ]
        threads = [threading.Thread(target=writer.write) for writer in writers]
        for thread in threads:
            thread.start()
        try:
            for _ in range(rounds):
                self._round(writers)
            self._end(writers, threads)
        finally:
            self._stop(threads)
            self.processes.kill()
        self.figures.seconds = time.monotonic() - begun
        return self.figures

    def _round(self, writers: list[Writer]) -> None:
        self.figures.restarts.append(self.processes.start())
        self.running.set()
        self._let_work(writers, self.chance.randint(2, 20))
        if self.chance.random() < 0.5:
            self._let_deliver()
        if self.chance.random() < 0.3:
            self.processes.kill_worker()
            self._let_work(writers, self.chance.randint(1, 10))
        time.sleep(self.chance.uniform(0, 0.1))  # so that the end does not follow an answer
        self.running.clear()
        self.processes.kill()
        self.figures.rounds += 1
        time.sleep(0.3)  # until who was waiting for an answer has seen that there is none
        _no_failure(writers)
        self._look_for_saves(writers)

    def _let_work(self, writers: list[Writer], answers: int) -> None:
        """Wait for so many answers, however slow the machine is today."""
        enough = time.monotonic() + PATIENCE
        goal = sum(writer.answers for writer in writers) + answers
        while sum(writer.answers for writer in writers) < goal and time.monotonic() < enough:
            time.sleep(0.01)

    def _let_deliver(self) -> None:
        """Wait for the worker to have sent something, so that it is killed at its work."""
        enough = time.monotonic() + PATIENCE
        before = len(self._mail())
        while len(self._mail()) == before and time.monotonic() < enough:
            time.sleep(0.02)

    def _mail(self) -> list[Path]:
        return list((self.processes.folder / "mail").glob("*.eml"))

    def _stop(self, threads: list[threading.Thread]) -> None:
        self.stopping.set()
        for thread in threads:
            thread.join(60)

    def _end(self, writers: list[Writer], threads: list[threading.Thread]) -> None:
        """Have everybody finish what they are at, and the worker all that waits."""
        self.processes.start()
        self.running.set()
        time.sleep(1)
        self._stop(threads)
        _no_failure(writers)
        self._run_dry()
        self._look_for_saves(writers)
        self.figures.saves = sum(writer.saves for writer in writers)
        told = [told for writer in writers for told in writer.told.values()]
        self.figures.submissions = sum(each.submitted for each in told)
        with self.portal.sessions() as session:
            self._look_for_submissions(session, told)
            self._look_for_letters(session)
            found = ledger.verify(session)
        self.figures.ledger_whole, self.figures.ledger_entries = found.ok, found.entries

    def _run_dry(self) -> None:
        deadline = time.monotonic() + DRY
        while time.monotonic() < deadline:
            with self.portal.sessions() as session:
                # What is tried again soon counts; what happens when the call closes does not.
                soon = datetime.now(UTC) + timedelta(hours=1)
                health = queue_health(session, at=soon)
            if not health.waiting and not health.running:
                self.figures.failed_jobs = health.failed
                return
            time.sleep(0.2)
        raise AssertionError(f"the queue does not run dry: {health}\n{self.processes.log}")

    def _look_for_saves(self, writers: list[Writer]) -> None:
        """Look whether all that was acknowledged is there; what was not may be, or not."""
        query = sa.select(Proposal.reference, Section.revision, Section.answers).join(
            Section, Section.proposal_id == Proposal.id
        )
        with self.portal.sessions() as session:
            rows = session.execute(query.where(Section.code == "project")).all()
        found = {reference: (revision, answers["title"]) for reference, revision, answers in rows}
        for writer in writers:
            for told in writer.told.values():
                self.figures.lost_saves += not _holds(told, *found[told.reference])

    def _look_for_submissions(self, session: Session, told: list[Told]) -> None:
        versions = versions_of(session).all()
        counts = Counter(version.proposal.reference for version in versions)
        noted = self._noted(session)
        figures = self.figures
        figures.versions = len(versions)
        figures.double_receipts = len(versions) - len({version.receipt for version in versions})
        for each in told:
            there = counts.pop(each.reference, 0)
            figures.lost_submissions += max(0, each.submitted - there)
            figures.double_receipts += max(0, there - each.wanted)
            figures.unlike_the_ledger += abs(there - noted.get(each.reference, 0))
        figures.double_receipts += sum(counts.values())  # nobody asked for these
        for version in versions:
            figures.receipts += self._has_receipt(session, version)

    def _noted(self, session: Session) -> dict[str, int]:
        """Count what the ledger says was submitted, for the first time or after reopening."""
        written_at = [status.value for status in WRITING]
        query = (
            sa.select(LedgerEntry.subject_reference, sa.func.count())
            .where(LedgerEntry.action == "submit", LedgerEntry.from_status.in_(written_at))
            .group_by(LedgerEntry.subject_reference)
        )
        return dict(row for row in session.execute(query))

    def _has_receipt(self, session: Session, version: ProposalVersion) -> bool:
        kept = session.scalars(
            sa.select(Document).where(
                Document.dossier_id == version.proposal.dossier_id,
                Document.kind == RECEIPT,
                Document.made_of == f"version/{version.number}",
            )
        ).all()
        if len(kept) != 1:
            return False
        content = self.portal.storage.get(kept[0].storage_key)
        return hashlib.sha256(content).hexdigest() == kept[0].sha256

    def _look_for_letters(self, session: Session) -> None:
        """Each of a team gets the receipt of each version once."""
        got = Counter(_letters(self.processes.folder / "mail"))
        due: Counter[tuple[str, str]] = Counter()
        query = (
            sa.select(Person.email, ProposalVersion.receipt)
            .join(Membership, Membership.person_id == Person.id)
            .join(Proposal, Proposal.organisation_id == Membership.organisation_id)
            .join(ProposalVersion, ProposalVersion.proposal_id == Proposal.id)
            .where(ProposalVersion.id.in_([it.id for it in versions_of(session)]))
        )
        for email, receipt in session.execute(query):
            due[email, f"{receipt}.pdf"] += 1
        self.figures.letters = got.total()
        self.figures.missing_letters = (due - got).total()
        self.figures.double_letters = (got - due).total()


def _no_failure(writers: list[Writer]) -> None:
    for writer in writers:
        if writer.failure:
            raise writer.failure


def _holds(told: Told, revision: int, title: str) -> bool:
    if not told.revision:
        return True  # nothing was acknowledged yet
    if revision == told.revision:
        return title == told.title
    return revision > told.revision and title in told.unanswered


def _letters(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.glob("*.eml"):
        message: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
        for attached in message.iter_attachments():
            yield str(message["To"].addresses[0].addr_spec), str(attached.get_filename())


def prepare(portal: Portal, drafts: int) -> dict[str, list[str]]:
    """Make an open call and for each writer drafts that lack nothing; a colleague reads along."""
    now = datetime.now(UTC)
    with portal.writing() as services:
        made = world.make(services.db, Clock())
        made.call.closes_at = now + timedelta(days=7)
        teams = [_team(services.db, number, now) for number in range(WRITERS)]
        services.db.flush()
        return {
            person.email: [
                written(services, made.call, organisation, person).reference for _ in range(drafts)
            ]
            for person, organisation in teams
        }


def _team(session: Session, number: int, now: datetime) -> tuple[Person, Organisation]:
    organisation = Organisation(
        name=f"City number {number}", kind=OrganisationKind.CITY, country="ES", population=90_000
    )
    people = [
        world.person(session, f"{name} {number}", f"{name.lower()}{number}@example.org", now)
        for name in ("Writer", "Colleague")
    ]
    for person in people:
        session.add(Membership(person=person, organisation=organisation, since=now))
    return people[0], organisation


@contextmanager
def ordeal(url: str, folder: Path, *, backend: str, rounds: int) -> Iterator[Ordeal]:
    """Set everything up."""
    processes = Processes(url, folder, backend)
    read = settings.load(processes.ini)
    migrate.upgrade(read)
    portal = Portal(read)
    try:
        yield Ordeal(portal, processes, prepare(portal, drafts=10 + 3 * rounds))
    finally:
        portal.engine.dispose()


def run(kind: str, rounds: int) -> Figures:
    """Go through it on one database."""
    with tempfile.TemporaryDirectory(prefix="grants-kill-") as name:
        folder = Path(name)
        if kind == "sqlite":
            return _run(databases.make_sqlite(folder / "kill.sqlite"), folder, "embedded", rounds)
        with databases.postgresql_server() as server:
            url = databases.make_postgresql(server, f"grants_kill_{os.getpid()}")
            return _run(url, folder, "procrastinate", rounds)


def _run(url: str, folder: Path, backend: str, rounds: int) -> Figures:
    with ordeal(url, folder, backend=backend, rounds=rounds) as it:
        return it.undergo(rounds)


def main() -> int:
    """Kill as often as asked, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--database", choices=databases.KINDS, action="append")
    asked = parser.parse_args()
    good = True
    for kind in asked.database or databases.KINDS:
        figures = run(kind, asked.rounds)
        print(f"\n{kind}", *figures.lines(), sep="\n  ", flush=True)
        good = good and figures.good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
