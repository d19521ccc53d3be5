"""Two worlds that differ only in one proposal, made by the same steps and the same clock."""

import hashlib
import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from unittest import mock

from sqlalchemy.orm import Session

from grants.accounts.models import Appointment, Person
from grants.calls.models import Stage
from grants.directory.models import Organisation
from grants.evaluation.models import Assignment
from grants.portal import Portal
from grants.proposals.models import Proposal
from grants.rules.workflow import DecisionKind, Interest, Role, Ruling
from grants.services import Services
from tests.support import world
from tests.support.clock import Clock
from tests.support.evaluating import HALVES, Evaluating, draft
from tests.support.proposals import complete
from tests.support.samples import PDF


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What is different about the one proposal."""

    title: str
    objectives: str
    cents: int
    halves: int
    kind: DecisionKind
    taken_back: bool = False
    withdrawn: bool = False
    versions: int = 1
    potential: bool = False
    """Whether somebody else declares a potential interest in it, and the fund rules on it."""


REJECTED = Fate(
    title="Blockchain for smart cities",
    objectives="Cities know how to use blockchain.",
    cents=4_000_000,
    halves=4,
    kind=DecisionKind.REJECT_THRESHOLD,
)
RESERVED = Fate(
    title="Something else altogether, and with a title that is a good deal longer",
    objectives="Nothing of the kind. " * 30,
    cents=5_999_999,
    halves=7,
    kind=DecisionKind.RESERVE,
    versions=2,
    potential=True,
)
WITHDRAWN = replace(RESERVED, halves=9, withdrawn=True)
TAKEN_BACK = Fate(
    title="Reopened",
    objectives="Not yet.",
    cents=1_000_000,
    halves=0,
    kind=DecisionKind.RESERVE,
    taken_back=True,
)


@contextmanager
def no_chance(what: str) -> Iterator[None]:
    """Draw the same random numbers in both worlds, whatever was drawn for other things."""
    numbers = itertools.count()

    def drawn(size: int | None = None) -> bytes:
        wanted, number = size or 32, next(numbers)
        return hashlib.shake_256(f"{what} {number}".encode()).digest(wanted)

    with (
        mock.patch.object(secrets, "token_bytes", drawn),
        mock.patch.object(secrets, "token_hex", lambda size=None: drawn(size).hex()),
        mock.patch.object(
            secrets, "token_urlsafe", lambda size=None: drawn(size).hex()[: (size or 32) * 4 // 3]
        ),
    ):
        yield


@dataclass
class Story:
    """The history of a call, in three chapters."""

    portal: Portal
    session: Session
    clock: Clock
    fate: Fate

    def __post_init__(self) -> None:
        self.services: Services = self.portal.services(self.session)
        self.world = world.make(self.session, self.clock)
        self.session.commit()
        self.evaluating = Evaluating(self.session, self.services, self.clock, self.world)
        self.otto = self._appoint("otto", Role.AUDITOR, fund_id=self.world.fund.id)
        self.petra = self._appoint("petra", Role.REVIEWER, call_id=self.world.call.id)
        self.stage: Stage
        self.hidden: Proposal
        self.others: tuple[Proposal, Proposal]
        self.conflicted: Assignment

    def receive(self) -> None:
        """Three cities submit; a manager and an auditor have an interest in the first."""
        it, fate = self.world, self.fate
        with no_chance("the hidden one"):
            self.hidden = self._submit(it.granada, it.lucia, fate.title, fate.cents)
        with no_chance("the others"):
            self.others = (
                self._submit(it.mannheim, it.jonas, "Advanced Manufacturing", 5_000_000),
                self._submit(it.lodz, it.zofia, "Zielone podwórka", 6_000_000),
            )
        for person in (it.viktor, self.otto):
            self.services.interests.declare(
                person, self.hidden, Interest.DISQUALIFYING, "It is my city."
            )
        self.session.commit()
        self._submit_again()

    def review(self) -> None:
        """The proposals are checked and reviewed; a reviewer has an interest in the first."""
        self.stage = self.evaluating.open_stage(self.hidden, *self.others)
        asked = self.evaluating.assign(self.stage, self.hidden, *self.others)
        (more,) = self.services.assignments.assign(
            self.stage, [self.hidden], [self.petra], by=self.world.helena
        )
        for assignment in (*asked, more):
            self._review(assignment)
        if self.fate.potential:
            self._declare_and_rule()
        if self.fate.withdrawn:
            self.services.proposals.withdraw(self.hidden, by=self.world.lucia)
        self.session.commit()

    def decide(self) -> None:
        """The others are to be awarded, the first is not; nobody was told."""
        it, decisions = self.world, self.services.decisions
        for assignment in self.session.query(Assignment).filter_by(reviewer=it.wei):
            if assignment.proposal is self.others[1]:
                self.services.reviews.submit(assignment, by=it.wei)
        self.evaluating.close_stage(self.stage)
        self.evaluating.rank()
        decided = [(other, DecisionKind.AWARD) for other in self.others]
        if not self.fate.withdrawn:
            decided.insert(0, (self.hidden, self.fate.kind))
        for proposal, kind in decided:
            cents = proposal.requested_cents if kind is DecisionKind.AWARD else None
            decisions.decide(
                proposal, kind, reasons=f"{kind} it is.", awarded_cents=cents, by=it.helena
            )
        self.session.commit()

    def award(self) -> None:
        """Letters leave, projects begin."""
        it = self.world
        self.decide()
        self.services.decisions.send_letters(it.call, by=it.helena)
        for other in self.others:
            project = self.services.projects.of(other)
            assert project is not None
            self.services.projects.sign(project, on=self.clock().date(), by=it.helena)
        self.session.commit()

    def _submit(self, organisation: Organisation, by: Person, title: str, cents: int) -> Proposal:
        proposals = self.services.proposals
        proposal = proposals.start(self.world.call, organisation, by=by, key=organisation.name)
        answers = complete(title)
        answers["budget"]["costs"]["requested"] = cents
        # So that the fund pays no more than it may of any of them.
        answers["budget"]["costs"]["rows"][0]["unit_cost"] = 800_000
        for code, typed in answers.items():
            proposals.save(proposal, code, typed, by=by, revision=0, tab="")
        for name in ("mayor_letter", "paired_confirmation"):
            self.services.files.attach(
                proposal, f"annexes.{name}", name=f"{name}.pdf", content=BytesIO(PDF), by=by
            )
        proposals.submit(proposal, by=by)
        self.session.commit()
        return proposal

    def _submit_again(self) -> None:
        proposals, by = self.services.proposals, self.world.lucia
        self.clock.advance(hours=1)
        for number in range(1, self.fate.versions + self.fate.taken_back):
            proposals.take_back(self.hidden, by=by)
            if number < self.fate.versions:
                proposals.submit(self.hidden, by=by)
        self.session.commit()

    def _review(self, assignment: Assignment) -> None:
        reviews, by = self.services.reviews, assignment.reviewer
        mine, first = by is self.world.wei, assignment.proposal is self.hidden
        if mine and first:
            self.conflicted = assignment
            reviews.declare(assignment, Interest.DISQUALIFYING, explanation="A friend.", by=by)
        elif mine and assignment.proposal is self.others[1]:
            reviews.declare(assignment, Interest.NONE, by=by)
            reviews.save(assignment, draft(HALVES, by.name), revision=0, tab="one", by=by)
        else:
            high = 9 if assignment.proposal is self.others[0] else 8
            given = self.fate.halves if first else high
            self.evaluating.review(assignment, dict.fromkeys(HALVES, given))

    def _declare_and_rule(self) -> None:
        conflicts, it = self.services.interests, self.world
        found = conflicts.declare(it.stranger, self.hidden, Interest.POTENTIAL, "Perhaps.")
        conflicts.rule(found, Ruling.ALLOWED, reason="Long ago.", by=it.helena)

    def _appoint(self, name: str, role: Role, **where: int) -> Person:
        at = self.clock()
        made = world.person(self.session, name.title(), f"{name}@example.org", at)
        self.session.flush()
        self.session.add(Appointment(person=made, role=role, since=at, **where))
        self.session.commit()
        return made

    def rest(self) -> None:
        """Let time pass, so that people sign in anew."""
        self.clock.move_to(self.clock() + timedelta(days=1))
