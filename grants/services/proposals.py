"""All that happens to proposals, from the first word until they are judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grants import models
from grants.errors import CallClosed, Incomplete, NotAllowedNow, OutOfDate
from grants.events import ProposalSubmitted
from grants.forms.answers import Answers, Missing
from grants.forms.definition import Definition
from grants.forms.field import Answer, Shape
from grants.forms.lifted import lifted
from grants.i18n import N_
from grants.models import Membership, Organisation, Person, Proposal, ProposalVersion, Section
from grants.models.ledger import LedgerEntry
from grants.services import freezing
from grants.services.access import Access
from grants.services.base import Service
from grants.services.completeness import still_missing
from grants.services.definitions import definition_of
from grants.services.fitting import require_one_currency
from grants.workflow import PROPOSAL_STEPS, ProposalStatus, Role


class SectionChanged(OutOfDate):
    """Somebody saved the section since this page was opened; `section` is what they wrote."""

    def __init__(self, section: Section) -> None:
        super().__init__(N_("Somebody else saved this section while you were writing."))
        self.section = section


class NotComplete(Incomplete):
    """A proposal cannot be handed in yet; `missing` lists why."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(N_("Something is still missing, so it cannot be handed in yet."))
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the ledger, and the name of whoever did it; "" for the portal itself."""

    entry: LedgerEntry
    who: str


@dataclass(frozen=True, slots=True)
class Proposals(Service):
    """All that happens to proposals."""

    def get(self, reference: str) -> Proposal | None:
        """Find a proposal with its call, form and organisation; one query."""
        return self.db.scalar(
            select(Proposal)
            .where(Proposal.reference == reference)
            .options(
                joinedload(Proposal.call).joinedload(models.Call.fund),
                joinedload(Proposal.form).defer(models.FormVersion.definition),
                joinedload(Proposal.organisation),
            )
        )

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
        members = select(Membership.person_id).where(
            Membership.organisation_id == proposal.organisation_id
        )
        asked = select(models.TeamMember.person_id).where(
            models.TeamMember.proposal_id == proposal.id
        )
        return self.db.scalars(
            select(Person).where(Person.id.in_(members.union(asked))).order_by(Person.name)
        ).all()

    def sections(self, proposal: Proposal) -> Mapping[str, Section]:
        """Give what is written so far, by the sections' codes, and who saved it."""
        found = self.db.scalars(
            select(Section)
            .where(Section.proposal_id == proposal.id)
            .options(joinedload(Section.saved_by))
        )
        return {section.code: section for section in found}

    def sections_now(self, proposal: Proposal) -> Mapping[str, Section]:
        """Give what is written at this very moment; ask after `lock`, which others wait for."""
        found = self.db.scalars(
            select(Section)
            .where(Section.proposal_id == proposal.id)
            .execution_options(populate_existing=True)
        )
        return {section.code: section for section in found}

    def answers(self, proposal: Proposal) -> Answers:
        """Give all answers as they are now."""
        return {code: section.answers for code, section in self.sections(proposal).items()}

    def missing(self, proposal: Proposal, answers: Answers) -> tuple[Missing, ...]:
        """List what must be done before it can be handed in."""
        return still_missing(proposal.call, definition_of(proposal.form), answers)

    def versions(self, proposal: Proposal) -> Sequence[ProposalVersion]:
        """List the frozen versions, the first first; the last one counts."""
        return self.db.scalars(
            select(ProposalVersion)
            .where(ProposalVersion.proposal_id == proposal.id)
            .options(joinedload(ProposalVersion.submitted_by))
            .order_by(ProposalVersion.number)
        ).all()

    def newest_version(self, proposal: Proposal) -> ProposalVersion | None:
        """Give the version that counts, if it was ever handed in."""
        return self.db.scalars(
            select(ProposalVersion)
            .where(ProposalVersion.proposal_id == proposal.id)
            .options(joinedload(ProposalVersion.submitted_by))
            .order_by(ProposalVersion.number.desc())
            .limit(1)
        ).first()

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

    def decision(self, proposal: Proposal) -> models.Decision | None:
        """Give the decision, once a letter was sent; before, there is none to tell.

        Its `told_kind` is what may be told: it may have been decided anew since.
        """
        return self.db.scalar(
            select(models.Decision).where(
                models.Decision.proposal_id == proposal.id,
                models.Decision.told_at.is_not(None),
            )
        )

    # What people do -----------------------------------------------------------

    def start(
        self, call: models.Call, organisation: Organisation, *, by: Person, key: str
    ) -> Proposal:
        """Begin a proposal; the same key begins one only. Raises CallClosed."""
        begun = self.db.scalar(
            select(Proposal).where(Proposal.started_by_id == by.id, Proposal.start_key == key)
        )
        if begun:
            return begun
        self._require_open(call)
        if call.form is None:
            raise NotAllowedNow(N_("This call has no form yet."))
        moment = self.clock()
        proposal = Proposal(
            reference=self._next_reference(call),
            call=call,
            organisation=organisation,
            form=call.form,
            started_by=by,
            started_at=moment,
            start_key=key,
            saved_at=moment,
            status=ProposalStatus.DRAFT,
        )
        self.db.add(proposal)
        self.db.flush()
        after = ProposalStatus.DRAFT.value
        self.record("start", PROPOSAL_STEPS.noun, proposal.reference, by=by, after=after)
        return proposal

    def save(
        self,
        proposal: Proposal,
        code: str,
        answers: Mapping[str, Answer],
        *,
        by: Person,
        revision: int,
        tab: str,
    ) -> Section:
        """Keep a section, however incomplete. Raises SectionChanged if it would undo a save.

        Files are not part of what is typed: they keep what `Files` put there.
        """
        self.lock(proposal)
        PROPOSAL_STEPS.target("edit", proposal.status)
        sections = self.sections_now(proposal)
        section = sections.get(code) or self.begin_section(proposal, code, by)
        definition = definition_of(proposal.form)
        typed = {**answers, **_files_in(definition, code, section.answers)}
        if typed == section.answers and section.revision:
            return section
        if section.revision != revision and section.tab != tab:
            raise SectionChanged(section)
        section.answers, section.revision = typed, section.revision + 1
        section.tab, section.saved_at, section.saved_by = tab, self.clock(), by
        self.lift(proposal, {**sections, code: section})
        return section

    def submit(self, proposal: Proposal, *, by: Person) -> ProposalVersion:
        """Hand it in: freeze a version with a receipt. Raises CallClosed, NotComplete.

        Handing in what is handed in already gives the version that there is.
        """
        self.lock(proposal)
        PROPOSAL_STEPS.target("submit", proposal.status)
        if proposal.status is ProposalStatus.SUBMITTED:
            return self.versions(proposal)[-1]
        self._require_open(proposal.call)
        require_one_currency(proposal.call, definition_of(proposal.form))
        written = self.sections_now(proposal)
        answers = {code: section.answers for code, section in written.items()}
        missing = self.missing(proposal, answers)
        if missing:
            raise NotComplete(missing)
        version = freezing.freeze(self.db, proposal, answers, by=by, at=self.clock())
        proposal.submitted_at = version.submitted_at
        self.move(
            PROPOSAL_STEPS,
            proposal,
            "submit",
            by=by,
            reference=proposal.reference,
            facts={"version": version.number, "receipt": version.receipt, "sha256": version.sha256},
        )
        self.db.flush()  # whoever hears of it asks for the version by its number
        self.publish(ProposalSubmitted(proposal=proposal, version=version))
        return version

    def take_back(self, proposal: Proposal, *, by: Person) -> None:
        """Make a draft of it again, until the deadline. Raises CallClosed."""
        self.lock(proposal)
        self._require_open(proposal.call)
        proposal.submitted_at = None
        self.move(PROPOSAL_STEPS, proposal, "take_back", by=by, reference=proposal.reference)

    def withdraw(self, proposal: Proposal, *, by: Person, reason: str = "") -> None:
        """End it, for good; what was handed in is kept."""
        self.lock(proposal)
        PROPOSAL_STEPS.target("withdraw", proposal.status)
        proposal.withdrawn_at = self.clock()
        self.move(
            PROPOSAL_STEPS, proposal, "withdraw", by=by, reference=proposal.reference, reason=reason
        )

    # What the steps share ------------------------------------------------------

    def lock(self, proposal: Proposal) -> None:
        """Have others who change it wait, and see it as it is now."""
        self.db.flush()  # refreshing drops what is not written yet
        self.db.refresh(proposal, ["status", "submitted_at"], with_for_update={"key_share": True})

    def begin_section(self, proposal: Proposal, code: str, by: Person) -> Section:
        """Open a section in which nothing is written yet. Raises KeyError if the form has none."""
        definition_of(proposal.form).section(code)
        section = Section(
            proposal=proposal, code=code, answers={}, revision=0, saved_at=self.clock(), saved_by=by
        )
        self.db.add(section)
        return section

    def lift(self, proposal: Proposal, sections: Mapping[str, Section]) -> None:
        """Copy into the proposal what lists show of its answers."""
        answers = {code: section.answers for code, section in sections.items()}
        facts = lifted(definition_of(proposal.form), answers)
        proposal.title = facts.title
        proposal.requested_cents, proposal.total_cents = facts.requested_cents, facts.total_cents
        proposal.starts_on, proposal.ends_on = facts.starts_on, facts.ends_on
        proposal.topic = next((t for t in proposal.call.topics if t.code == facts.topic), None)
        proposal.saved_at = self.clock()

    def _require_open(self, call: models.Call) -> None:
        moment = self.clock()
        if call.is_open(moment):
            return
        late = moment >= call.closes_at
        there = (call.closes_at if late else call.opens_at).astimezone(ZoneInfo(call.zone))
        message = N_("This call closed on {day} at {time}.")
        raise CallClosed(
            message if late else N_("This call opens on {day} at {time}."),
            day=there.date(),
            time={"clock": there, "zone": call.zone},
        )

    def _next_reference(self, call: models.Call) -> str:
        """Number the call's proposals from 001; others who begin one at the same time wait."""
        self.db.execute(
            select(models.Call.id).where(models.Call.id == call.id).with_for_update(key_share=True)
        )
        begun = self.db.scalar(
            select(sa.func.count()).select_from(Proposal).where(Proposal.call_id == call.id)
        )
        return f"{call.code}-{(begun or 0) + 1:03d}"


def _files_in(
    definition: Definition, code: str, answers: Mapping[str, Answer]
) -> Mapping[str, Any]:
    fields = (f.code for f in definition.section(code).fields if f.shape is Shape.FILES)
    return {field: answers[field] for field in fields if field in answers}
