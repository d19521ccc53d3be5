"""Proposals: what is written and submitted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from grants.accounts.models import Person
from grants.calls.models import Call, FormVersion, Stage, Topic
from grants.directory.models import Organisation
from grants.kit.database.tables import Base, Cents, Id, guarded_by
from grants.kit.dossiers.models import HasDossier
from grants.kit.editing import Edited
from grants.rules.errors import NotAllowedNow
from grants.rules.scope import Scope
from grants.rules.words import N_
from grants.rules.workflow import PROPOSAL_STEPS, CallStatus, ProposalStatus


class Proposal(HasDossier, Base):
    """A request for money, made by an organisation under a call.

    Title, topic, amounts and period are lifted from the answers whenever a
    section is saved, so that lists need not read every answer.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("(status = 'draft') <= (submitted_at IS NULL)", name="draft"),
        CheckConstraint(
            "status IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name="submitted"
        ),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        Index("ix_proposal_call_status", "call_id", "status", "organisation_id"),
        Index("ix_proposal_call_reference", "call_id", "reference"),
        Index("uq_proposal_started_by_start_key", "started_by_id", "start_key", unique=True),
    )

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form_version.id"))
    started_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    start_key: Mapped[str | None]
    """Of the form it was started with: pressing the button twice starts one proposal."""
    status: Mapped[ProposalStatus] = mapped_column(default=ProposalStatus.DRAFT)
    __mapper_args__ = guarded_by(status)
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stage.id"))
    """The stage of reviews that it is in, or was in last."""
    invited_to_id: Mapped[int | None] = mapped_column(ForeignKey("stage.id"))
    """The stage for which its form is written, or was; None: the form of the call itself."""
    title: Mapped[str] = mapped_column(default="")
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    requested_cents: Mapped[Cents | None]
    total_cents: Mapped[Cents | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship()
    organisation: Mapped[Organisation] = relationship()
    form: Mapped[FormVersion] = relationship()
    stage: Mapped[Stage | None] = relationship(foreign_keys=[stage_id])
    invited_to: Mapped[Stage | None] = relationship(foreign_keys=[invited_to_id])
    topic: Mapped[Topic | None] = relationship()
    started_by: Mapped[Person] = relationship()
    sections: Mapped[list[Section]] = relationship(back_populates="proposal")
    versions: Mapped[list[ProposalVersion]] = relationship(
        back_populates="proposal", order_by=lambda: ProposalVersion.number
    )
    team: Mapped[list[TeamMember]] = relationship(back_populates="proposal")

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: ProposalStatus) -> ProposalStatus:
        if self.status is not None and not PROPOSAL_STEPS.is_step(self.status, status):
            raise NotAllowedNow(
                N_("A proposal cannot change from {a} to {b}."), a=self.status, b=status
            )
        return status

    @property
    def phase(self) -> int:
        """Which of its forms is written now, or was last, the first being 1."""
        return self.invited_to.phase if self.invited_to else 1

    @property
    def closes_at(self) -> datetime:
        """Until when the form that is written now is submitted."""
        until = self.invited_to.writing_closes_at if self.invited_to else None
        return until or self.call.closes_at

    def is_open(self, at: datetime) -> bool:
        """Return whether its team writes and submits at that moment."""
        if self.invited_to is None:
            return self.call.is_open(at)
        return self.call.status is CallStatus.PUBLISHED and at < self.closes_at

    @property
    def scope(self) -> Scope:
        """Where it belongs."""
        return Scope(fund_id=self.call.fund_id, call_id=self.call_id, proposal_id=self.id)


class Section(Edited, Base):
    """The answers to one section of the form: people write different ones at the same time."""

    __tablename__ = "section"
    __table_args__ = (Index("uq_section_proposal_code", "proposal_id", "code", unique=True),)

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    code: Mapped[str]
    answers: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    proposal: Mapped[Proposal] = relationship(back_populates="sections")
    saved_by: Mapped[Person] = relationship()


class TeamMember(Base):
    """Somebody from outside the applicant's organisation who writes with it."""

    __tablename__ = "team_member"
    __table_args__ = (
        Index("uq_team_member_proposal_person", "proposal_id", "person_id", unique=True),
    )

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship(back_populates="team")
    person: Mapped[Person] = relationship()


class ProposalVersion(Base):
    """A frozen, hashed state of a proposal, with its receipt. Every judgement points at one."""

    __tablename__ = "proposal_version"
    __table_args__ = (
        Index("uq_proposal_version_proposal_number", "proposal_id", "number", unique=True),
    )

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    number: Mapped[int]
    form_id: Mapped[int] = mapped_column(ForeignKey("form_version.id"))
    """The form that it answers: a proposal in several stages has several."""
    answers: Mapped[dict[str, Any]]
    content: Mapped[dict[str, Any]]
    """What the hash is taken of: answers, form, files with their hashes, lifted facts."""
    sha256: Mapped[str]
    receipt: Mapped[str] = mapped_column(unique=True)
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    proposal: Mapped[Proposal] = relationship(back_populates="versions")
    form: Mapped[FormVersion] = relationship()
    submitted_by: Mapped[Person] = relationship()


FULL_TEXT = "proposal_text"
"""SQLite's table for searching; PostgreSQL searches the column itself."""


class ProposalWords(Base):
    """What one proposal is found by (reference, title, organisation, topic), and keys to order."""

    __tablename__ = "proposal_words"
    __table_args__ = (
        Index("ix_proposal_words_title", "call_id", "title_key", "proposal_id"),
        Index("ix_proposal_words_organisation", "call_id", "organisation_key", "proposal_id"),
        Index("ix_proposal_words_words", "words", postgresql_using="gin"),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    title_key: Mapped[str]
    organisation_key: Mapped[str]
    words: Mapped[str] = mapped_column(
        sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), deferred=True
    )


SQLITE_FULL_TEXT = (
    f"CREATE VIRTUAL TABLE {FULL_TEXT} USING fts5(words, tokenize='unicode61 remove_diacritics 0')"
)
"""What a migration executes on SQLite after creating the table."""

event.listen(
    ProposalWords.__table__,
    "after_create",
    sa.DDL(SQLITE_FULL_TEXT).execute_if(dialect="sqlite"),  # type: ignore[no-untyped-call]
)
event.listen(
    ProposalWords.__table__,
    "before_drop",
    sa.DDL(f"DROP TABLE {FULL_TEXT}").execute_if(dialect="sqlite"),  # type: ignore[no-untyped-call]
)
