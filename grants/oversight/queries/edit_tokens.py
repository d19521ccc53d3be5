"""Versions of what people read and then change: whoever acts on an older one is told.

A form carries the token of the state that its page showed. The same token is computed again
when the form is sent, after the row has been locked: of two who act at the same moment the
second waits, and sees what the first did.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select

from grants.accounts.models import Person
from grants.calls.models import Call, Fund, Programme, Stage
from grants.calls.queries.stage_plans import earlier_stages
from grants.decisions.models import Decision
from grants.directory.models import Organisation, Pairing
from grants.evaluation.models import Assignment, CheckItem, Declaration, Ranking
from grants.evaluation.queries import newest_ranking
from grants.evaluation.service.stages import review_reference, review_stages
from grants.kit.database import db as database
from grants.kit.database.tables import Base, columns
from grants.kit.service import Service
from grants.ledger import LedgerEntry
from grants.oversight.queries.consensus_tokens import ConsensusVersions
from grants.oversight.queries.consensus_tokens import Version as Version
from grants.projects.models import Deliverable, Project
from grants.projects.service.projects import deliverable_reference
from grants.proposals.models import Proposal, ProposalVersion, Section
from grants.rules.errors import OutOfDate
from grants.rules.words import N_
from grants.rules.workflow import (
    ASSIGNMENT_STEPS,
    CALL_STEPS,
    DELIVERABLE_STEPS,
    PROJECT_STEPS,
    PROPOSAL_STEPS,
)
from grants.rules.workflow.applicant_status import applicant_status

OVERTAKEN = N_(
    "This was changed while you had the page open, so nothing was done. Please check it again."
)


@dataclass(frozen=True, slots=True)
class Changed:
    """The newest entry of the ledger about something, and the name of whoever did it."""

    entry: LedgerEntry
    who: str


@dataclass(frozen=True, slots=True)
class Versions(ConsensusVersions, Service):
    """The versions of everything that more than one person may change."""

    def of(
        self,
        subject: str,
        reference: str,
        *,
        locked: Base,
        seen: Callable[[], object],
        anew: Iterable[Base] = (),
    ) -> Version:
        """Return the version of what `seen` reads, which is everything that the form shows of it.

        In a transaction that writes, `locked` is locked before, and read anew as `anew` is.
        """
        if database.writes(self.db):
            self._lock(locked)
            for row in anew:
                self.db.expire(row)
        text = json.dumps(seen(), sort_keys=True, default=_plain, ensure_ascii=False)
        token = hashlib.sha256(f"{subject} {reference} {text}".encode()).hexdigest()[:32]
        return Version(token=token, subject=subject, reference=reference)

    def decision(self, proposal: Proposal) -> Version:
        """Return the version of the decision on a proposal; there may be none yet."""

        def seen() -> object:
            query = select(Decision).where(Decision.proposal_id == proposal.id, Decision.is_current)
            return [columns(it) for it in self._fresh(query)]

        return self.of("decision", proposal.reference, locked=proposal.call, seen=seen)

    def call(self, call: Call) -> Version:
        """Return the version of a call with its topics, criteria and rules."""

        def seen() -> object:
            criteria = [columns(it, but=("id",)) for it in call.criteria]
            stages = [it.to_dict() for it in earlier_stages(call)]
            return columns(call), criteria, sorted(topic.id for topic in call.topics), stages

        return self.of(CALL_STEPS.noun, call.code, locked=call, seen=seen)

    def check(self, proposal: Proposal) -> Version:
        """Return the version of the whole eligibility check of a proposal, and where it stands."""

        def seen() -> object:
            # A clarification may have brought another version, which nobody looked at yet.
            query = select(sa.func.max(ProposalVersion.number))
            version = self.db.scalar(query.where(ProposalVersion.proposal_id == proposal.id))
            return proposal.status, version, self._answers(proposal)

        return self.of(PROPOSAL_STEPS.noun, proposal.reference, locked=proposal, seen=seen)

    def text(self, proposal: Proposal) -> Version:
        """Return the version of all that is written in a proposal."""

        def seen() -> object:
            query = select(Section).where(Section.proposal_id == proposal.id).order_by(Section.code)
            return [(it.code, it.answers) for it in self._fresh(query)]

        return self.of(PROPOSAL_STEPS.noun, proposal.reference, locked=proposal, seen=seen)

    def declaration(self, person: Person, proposal: Proposal) -> Version:
        """Return the version of what somebody declared about a proposal, and of its ruling."""

        def seen() -> object:
            query = select(Declaration).where(
                Declaration.person_id == person.id, Declaration.proposal_id == proposal.id
            )
            return [columns(it) for it in self._fresh(query)]

        query = select(Declaration.id).where(
            Declaration.person_id == person.id, Declaration.proposal_id == proposal.id
        )
        reference = f"{proposal.reference}/D{self.db.scalar(query) or ''}"
        return self.of("declaration", reference, locked=proposal, seen=seen)

    def ruling(self, declaration: Declaration) -> Version:
        """Return the version of a declared interest on which somebody may rule."""
        proposal = declaration.proposal
        return self.of(
            "declaration",
            f"{proposal.reference}/D{declaration.id}",
            locked=proposal,
            anew=(declaration,),
            seen=lambda: columns(declaration),
        )

    def review(self, assignment: Assignment) -> Version:
        """Return the version of a review: where it stands, and all that is written in it."""

        def seen() -> object:
            review = assignment.review
            marks = sorted(review.marks, key=lambda mark: mark.code)
            return columns(assignment), columns(review), [columns(mark) for mark in marks]

        reference, anew = review_reference(assignment), (assignment.review,)
        return self.of(ASSIGNMENT_STEPS.noun, reference, locked=assignment, anew=anew, seen=seen)

    def stage(self, call: Call) -> Version:
        """Return the version of a call's stage of reviews, planned or begun, with what is in it.

        Of the reviews it takes how many stand where, and which: their numbers added up.
        """

        def seen() -> object:
            query = review_stages(call).order_by(Stage.position)
            stages = [columns(it) for it in self._fresh(query)]
            number = sa.cast(Assignment.id, sa.BigInteger)
            which = (sa.func.sum(number), sa.func.sum(number * number))
            asked = (
                select(Assignment.status, sa.func.count(), *which)
                .join(Stage)
                .where(Stage.call_id == call.id)
                .group_by(Assignment.status)
                .order_by(Assignment.status)
            )
            return stages, [
                (status, *(int(it) for it in added)) for status, *added in self.db.execute(asked)
            ]

        # There is one stage of reviews by now; `first_stages` numbers it so.
        return self.of("stage", f"{call.code}/1", locked=call, seen=seen)

    def ranking(self, call: Call) -> Version:
        """Return the version of a call's ranking: its newest run."""
        kept = (Ranking.number, Ranking.status, Ranking.sha256)
        run = newest_ranking.ranking(call).with_only_columns(*kept)
        found = self.db.execute(run).first()

        def seen() -> object:
            return [tuple(row) for row in self.db.execute(run)]

        reference = f"{call.code}/{found.number if found else 1}"
        return self.of("ranking", reference, locked=call, seen=seen)

    def letters(self, call: Call) -> Version:
        """Return the version of all decisions of a call that are still to be told."""

        def seen() -> object:
            table = Decision.__table__
            waits = (table.c.call_id == call.id, table.c.is_current, table.c.notified_at.is_(None))
            query = select(*table.c).where(*waits).order_by(table.c.id)
            return [tuple(row) for row in self.db.execute(query)]

        return self.of(CALL_STEPS.noun, call.code, locked=call, seen=seen)

    def standing(self, proposal: Proposal) -> Version:
        """Return the version of where a proposal stands, as its applicant is told before a letter.

        Its team reads the token: made of the status itself it would tell what the fund decided.
        """
        return self.of(
            PROPOSAL_STEPS.noun,
            proposal.reference,
            locked=proposal,
            seen=lambda: applicant_status(proposal.status, None),
        )

    def project(self, project: Project) -> Version:
        """Return the version of a project with its agreement and the dates of what it owes."""

        def seen() -> object:
            owed = [(it.number, it.planned.due_on, it.status) for it in project.deliverables]
            return columns(project), columns(project.agreement), sorted(owed)

        anew, reference = (project.agreement,), project.reference
        return self.of(PROJECT_STEPS.noun, reference, locked=project, seen=seen, anew=anew)

    def deliverable(self, deliverable: Deliverable) -> Version:
        """Return the version of what a team wrote of a deliverable, and of where it stands."""
        return self.of(
            DELIVERABLE_STEPS.noun,
            deliverable_reference(deliverable),
            locked=deliverable,
            seen=lambda: (columns(deliverable), columns(deliverable.planned)),
        )

    def organisation(self, organisation: Organisation) -> Version:
        """Return the version of what is known of an organisation."""
        it, number = organisation, str(organisation.id)
        return self.of("organisation", number, locked=it, seen=lambda: columns(it))

    def pairing(self, pairing: Pairing) -> Version:
        """Return the version of what is known of cities that cooperate."""

        def seen() -> object:
            cities, topics = (
                sorted(it.id for it in each) for each in (pairing.cities, pairing.topics)
            )
            return columns(pairing), cities, topics

        return self.of("pairing", str(pairing.id), locked=pairing, seen=seen)

    def fund(self, fund: Fund) -> Version:
        """Return the version of what a fund says of itself, with its topics and logo."""

        def seen() -> object:
            return columns(fund, but=("logo_png",)), sorted((it.id, it.name) for it in fund.topics)

        return self.of("fund", fund.code, locked=fund, seen=seen)

    def programme(self, programme: Programme) -> Version:
        """Return the version of what a programme says of itself."""

        def seen() -> object:
            return columns(programme), [columns(it) for it in programme.strands]

        return self.of("programme", programme.code, locked=programme, seen=seen)

    def person(self, person: Person) -> Version:
        """Return the version of what somebody says of themselves."""
        return self.of(
            "person",
            str(person.id),
            locked=person,
            seen=lambda: (person.name, person.language, person.digest),
        )

    def changed(self, version: Version) -> Changed | None:
        """Find who changed something last, and when."""
        query = (
            select(LedgerEntry, Person.name)
            .outerjoin(Person, Person.id == LedgerEntry.actor_id)
            .where(
                LedgerEntry.subject_kind == version.subject,
                LedgerEntry.subject_reference == version.reference,
            )
            .order_by(LedgerEntry.seq.desc())
            .limit(1)
        )
        row = self.db.execute(query).first()
        return Changed(row[0], row[1] or "") if row else None

    def _answers(self, proposal: Proposal) -> object:
        query = select(CheckItem).where(CheckItem.proposal_id == proposal.id)
        return [columns(it) for it in self._fresh(query.order_by(CheckItem.code))]

    def _fresh(self, query: sa.Select[Any]) -> Iterable[Any]:
        # Where nothing is written, what a page has read already is as new.
        anew = database.writes(self.db)
        return self.db.scalars(query.execution_options(populate_existing=anew))

    def _lock(self, row: Base) -> None:
        """Have others wait who act on it, and read it as they left it."""
        self.db.flush()  # reading anew drops what is not written yet
        model, key = type(row), sa.inspect(row).identity
        assert key is not None  # noqa: S101  -- what is on a page is in the database
        # By itself: with what a row is joined to, PostgreSQL locks none.
        columns = sa.inspect(model).primary_key
        own = [column == value for column, value in zip(columns, key, strict=True)]
        self.db.execute(select(*columns).where(*own).with_for_update(key_share=True))
        self.db.expire(row)


def require_current(version: Version, read: str) -> None:
    """Raise OutOfDate unless what was read is what stands."""
    if version.token != read:
        raise OutOfDate(OVERTAKEN)


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return dict(value)
        case _:
            return str(value)
