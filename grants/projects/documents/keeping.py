"""The papers of a project: its agreement, and the report on what it delivered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from grants.calls.queries.imprints import hashed, imprint, translator
from grants.decisions.models import Decision
from grants.kit.branding import Branding
from grants.kit.language.formats import Formats, formats
from grants.kit.pdf.parts import BudgetEntry, FileEntry, PartnerEntry, PlannedDeliverableEntry
from grants.kit.pdf.wording import Imprint
from grants.kit.service import Service
from grants.kit.storage import Storage
from grants.projects.documents import agreement as agreement_paper
from grants.projects.documents import deliverables as deliverables_paper
from grants.projects.models import Deliverable, Project
from grants.projects.queries.project_from_award import budget_in
from grants.projects.service.deliverables import is_told
from grants.proposals.models import Document, DocumentKind
from grants.proposals.service.kept_documents import KeptDocuments
from grants.rules import timezones
from grants.rules.labels import PARTNER_KINDS
from grants.rules.words import N_
from grants.rules.workflow import ProjectStatus

DRAFT, SIGNED = 1, 2
"""Numbers of the agreement's documents: as it was sent to be read, and as it was signed.

Each correction of the day of its signature makes one more.
"""


@dataclass(frozen=True, slots=True)
class ProjectPapers(Service):
    """Documents about projects, as PDF."""

    storage: Storage = field(kw_only=True)
    branding: Branding = field(default_factory=Branding, kw_only=True)

    def agreement(self, project: Project, *, language: str = "en") -> bytes:
        """Return the agreement: as it was signed, or as it would be signed now."""
        number = SIGNED + project.agreement.signing_corrections
        kept = self._documents.get(DocumentKind.AGREEMENT, project.proposal, number)
        if kept is not None:
            return self.storage.checked(kept.storage_key, kept.sha256)
        return agreement_paper.render(self._agreement(project, language))

    def keep_agreement(self, project: Project) -> Document:
        """Make the agreement once for each of its states, and keep it."""
        language = ""  # one paper for everybody, in the language of the fund
        signed = SIGNED + project.agreement.signing_corrections
        number = DRAFT if project.status is ProjectStatus.PREPARATION else signed
        return self._documents.keep(
            DocumentKind.AGREEMENT,
            project.proposal,
            number,
            lambda: agreement_paper.render(self._agreement(project, language)),
        )

    def deliverables(self, project: Project, *, as_team: bool, language: str = "en") -> bytes:
        """Print what was owed and delivered; to the fund only what was submitted."""
        language = self._language(project, language)
        said = formats(language)
        entries = [self._entry(it, language, as_team or is_told(it)) for it in project.deliverables]
        proposal = project.proposal
        facts = json.dumps([repr(it) for it in entries])
        paper = deliverables_paper.DeliverablesReport(
            imprint=imprint(
                proposal.call, version=hashed(facts), language=language, branding=self.branding
            ),
            reference=project.reference,
            title=project.title,
            call=proposal.call.title,
            beneficiary=proposal.organisation.name,
            status=said.words(project.status),
            starts_on=project.agreement.starts_on,
            ends_on=project.agreement.ends_on,
            amount_cents=project.awarded_cents,
            currency=project.currency,
            deliverables=entries,
        )
        return deliverables_paper.render(paper)

    @property
    def _documents(self) -> KeptDocuments:
        return KeptDocuments(self.db, self.publish, self.clock, storage=self.storage)

    def _language(self, project: Project, wanted: str) -> str:
        """Return the language that was asked for where it is one of the fund's."""
        return project.proposal.call.fund.branded(self.branding).language(wanted)

    def _agreement(self, project: Project, language: str) -> agreement_paper.AgreementDocument:
        language = self._language(project, language)
        said, proposal, agreed = formats(language), project.proposal, project.agreement
        version = hashed(_frozen(project))
        made = imprint(proposal.call, version=version, language=language, branding=self.branding)
        return agreement_paper.AgreementDocument(
            imprint=made,
            reference=project.reference,
            title=project.title,
            call=proposal.call.title,
            funder=agreement_paper.Party(name=made.fund, address=""),
            beneficiary=agreement_paper.Party(
                name=proposal.organisation.name,
                address=formats(language).country(proposal.organisation.country),
            ),
            starts_on=agreed.starts_on,
            ends_on=agreed.ends_on,
            amount_cents=agreed.granted_cents,
            total_cents=agreed.total_cents,
            currency=project.currency,
            partners=partners(project, made, said),
            budget=budget_lines(project, language),
            deliverables=planned(project, language),
            clauses=self._clauses(project, made),
            signed_on=agreed.signed_on,
        )

    def _clauses(self, project: Project, made: Imprint) -> list[agreement_paper.Clause]:
        """Return what binds this project: the decision's conditions, and how proof is given."""
        say = made.say
        decision = self.db.scalar(
            select(Decision).where(Decision.proposal_id == project.proposal_id)
        )
        conditions = decision.conditions if decision else ""
        proof = N_(
            "Each deliverable is submitted on the fund’s portal with its evidence by the date"
            " above. The fund accepts it, or returns it and states what is missing."
        )
        written = [(N_("Conditions of the award"), conditions), (N_("Deliverables"), say(proof))]
        return [agreement_paper.Clause(title=say(t), text=text) for t, text in written if text]

    def _entry(
        self, it: Deliverable, language: str, told: bool
    ) -> deliverables_paper.DeliverableEntry:
        said = formats(language)
        entry = deliverables_paper.DeliverableEntry(
            number=it.number,
            title=it.planned.title,
            kind=said.words(it.planned.type),
            status=self._status(it, language),
            due_on=it.planned.due_on,
            planned=it.planned.description,
            return_reason=it.return_reason,
        )
        return replace(entry, **_told(it, said)) if told else entry

    def _status(self, it: Deliverable, language: str) -> str:
        say = translator(language)
        words = formats(language).words(it.status)
        today = timezones.day(self.clock(), it.project.proposal.call.zone)
        return say(N_("Overdue"), {}) if it.is_overdue(today) else words


def _told(it: Deliverable, said: Formats) -> dict[str, Any]:
    return {
        "held_on": it.held_on,
        "held_until": it.held_until,
        "place": it.place,
        "address": it.address,
        "description": it.description,
        "participants": [
            deliverables_paper.Participants(
                country=said.country(who.country), kind=who.kind.value, count=who.people
            )
            for who in it.participations
        ],
        "links": [deliverables_paper.LinkEntry(**link) for link in it.links],
        "evidence": [
            FileEntry(name=file.name, size=file.size, sha256=file.sha256) for file in it.evidence
        ],
    }


def budget_lines(project: Project, language: str) -> list[BudgetEntry]:
    """Return the budget by heading, with the fund's part of each."""
    return [
        BudgetEntry(
            heading=heading,
            total_cents=line.total_cents,
            requested_cents=line.granted_cents,
        )
        for heading, line in budget_in(project, language)
    ]


def partners(project: Project, made: Imprint, said: Formats) -> Sequence[PartnerEntry]:
    """Return who takes part beside the beneficiary, in words."""
    return [
        PartnerEntry(
            name=it.name,
            kind=made.say(PARTNER_KINDS.get(it.kind, it.kind)),
            country=said.country(it.country),
            role=it.role,
        )
        for it in project.agreement.partners
    ]


def planned(project: Project, language: str) -> Sequence[PlannedDeliverableEntry]:
    """Return what the project owes, in words."""
    said = formats(language)
    return [
        PlannedDeliverableEntry(
            title=it.title, kind=said.words(it.type), due=it.due_on, description=it.description
        )
        for it in project.agreement.planned
    ]


def _frozen(project: Project) -> str:
    """Write down all that an agreement binds, for its hash."""
    agreed = project.agreement
    owed = [[it.number, it.type.value, it.title, str(it.due_on)] for it in agreed.planned]
    dates = [str(it) for it in (agreed.starts_on, agreed.ends_on, agreed.signed_on)]
    budget = [_values(it, "code", "name", "total_cents", "granted_cents") for it in agreed.budget]
    amounts = [agreed.granted_cents, agreed.total_cents, project.currency, budget]
    others = [_values(it, "name", "kind", "country", "role") for it in agreed.partners]
    names = [project.reference, project.title, others]
    return json.dumps([names, amounts, dates, owed], sort_keys=True)


def _values(row: object, *names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}
