"""Proposals as they stand: found, and with all that belongs to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.access import Access
from grants.accounts.models import Membership, Person
from grants.calls.models import Call, FormVersion
from grants.calls.queries.definitions import asked_of
from grants.directory.models import Organisation
from grants.kit.service import Service
from grants.ledger import LedgerEntry
from grants.proposals.models import Proposal, ProposalVersion, Section, TeamMember
from grants.proposals.queries import newest_version
from grants.proposals.queries.submission_checks import still_missing
from grants.rules.forms.answers import Answers, Missing
from grants.rules.workflow import PROPOSAL_STEPS, Role


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the ledger, and the name of whoever did it; "" for the portal itself."""

    entry: LedgerEntry
    who: str


@dataclass(frozen=True, slots=True)
class ProposalReading(Service):
    """What is asked of proposals."""

    def get(self, reference: str) -> Proposal | None:
        """Find a proposal with its call, the call's topics, form and organisation; one query."""
        found = self.db.scalars(
            select(Proposal)
            .where(Proposal.reference == reference)
            .options(
                joinedload(Proposal.call).joinedload(Call.fund),
                joinedload(Proposal.call).joinedload(Call.topics),
                joinedload(Proposal.form).defer(FormVersion.definition),
                joinedload(Proposal.organisation),
            )
        )
        return found.unique().one_or_none()

    def own(self, person: Person) -> Sequence[Proposal]:
        """List the proposals somebody writes at, the last saved first."""
        return self.db.scalars(
            Access(self.db)
            .proposals_for(person, Role.APPLICANT)
            .options(joinedload(Proposal.call), joinedload(Proposal.organisation))
            .order_by(Proposal.saved_at.desc(), Proposal.id.desc())
        ).all()

    def organisations(self, person: Person) -> Sequence[Organisation]:
        """List the organisations for which somebody may write."""
        return self.db.scalars(
            select(Organisation)
            .join(Membership)
            .where(Membership.person_id == person.id)
            .order_by(Organisation.name)
        ).all()

    def team(self, proposal: Proposal) -> Sequence[Person]:
        """List who writes at a proposal: the organisation's members, and who was asked in."""
        return team_of(self.db, proposal)

    def sections(self, proposal: Proposal) -> Mapping[str, Section]:
        """Return what is written so far, by the sections' codes, and who saved it."""
        found = self.db.scalars(
            select(Section)
            .where(Section.proposal_id == proposal.id)
            .options(joinedload(Section.saved_by))
        )
        return {section.code: section for section in found}

    def sections_now(self, proposal: Proposal) -> Mapping[str, Section]:
        """Return what is written at this very moment; ask after `lock`, which others wait for."""
        found = self.db.scalars(
            select(Section)
            .where(Section.proposal_id == proposal.id)
            .execution_options(populate_existing=True)
        )
        return {section.code: section for section in found}

    def answers(self, proposal: Proposal) -> Answers:
        """Return all answers as they are now."""
        return {code: section.answers for code, section in self.sections(proposal).items()}

    def missing(self, proposal: Proposal, answers: Answers) -> tuple[Missing, ...]:
        """List what must be done before it can be submitted."""
        return still_missing(proposal.call, asked_of(proposal), answers)

    def versions(self, proposal: Proposal) -> Sequence[ProposalVersion]:
        """List the frozen versions, the first first; the last one counts."""
        return self.db.scalars(
            select(ProposalVersion)
            .where(ProposalVersion.proposal_id == proposal.id)
            .options(joinedload(ProposalVersion.submitted_by))
            .order_by(ProposalVersion.number)
        ).all()

    def newest_version(self, proposal: Proposal) -> ProposalVersion | None:
        """Return the version that counts, if it was ever submitted."""
        found = newest_version.version(proposal).options(joinedload(ProposalVersion.submitted_by))
        return self.db.scalar(found)

    def counting_version(self, proposal: Proposal) -> ProposalVersion | None:
        """Return what counts of the form that its team is at, if anything was submitted of it."""
        version = self.newest_version(proposal)
        return version if version and version.form_id == proposal.form_id else None

    def history(
        self, proposal: Proposal, actions: Sequence[str] | None = None
    ) -> Sequence[Happened]:
        """List what the ledger keeps of it, the oldest first, and who did it."""
        entries = select(LedgerEntry, Person.name).where(
            LedgerEntry.subject_kind == PROPOSAL_STEPS.noun,
            LedgerEntry.subject_reference == proposal.reference,
        )
        if actions is not None:
            entries = entries.where(LedgerEntry.action.in_(actions))
        rows = self.db.execute(
            entries.outerjoin(Person, Person.id == LedgerEntry.actor_id).order_by(LedgerEntry.seq)
        )
        return [Happened(entry, name or "") for entry, name in rows]


def team_of(db: Session, proposal: Proposal) -> Sequence[Person]:
    """List who writes at a proposal: the organisation's members, and who was asked in."""
    members = select(Membership.person_id).where(
        Membership.organisation_id == proposal.organisation_id
    )
    asked = select(TeamMember.person_id).where(TeamMember.proposal_id == proposal.id)
    return db.scalars(
        select(Person).where(Person.id.in_(members.union(asked))).order_by(Person.name)
    ).all()
