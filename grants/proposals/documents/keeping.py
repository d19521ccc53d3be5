"""The papers of a proposal: the text as it reads, and the receipt for each version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grants.calls.queries.definitions import named_of
from grants.calls.queries.imprints import imprint
from grants.kit.branding import Branding
from grants.kit.dossiers.documents import KeptDocuments
from grants.kit.dossiers.models import Document
from grants.kit.language.formats import Formats, formats
from grants.kit.language.i18n import translations
from grants.kit.pdf.parts import BudgetEntry, FileEntry, PartnerEntry, PlannedDeliverableEntry
from grants.kit.service import Service
from grants.kit.storage import Storage
from grants.proposals.documents import proposal as proposal_paper
from grants.proposals.documents import receipt as receipt_paper
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries import presentation
from grants.proposals.service.after_closing import WRITING
from grants.proposals.service.proposals import Proposals
from grants.proposals.service.snapshots import present_files
from grants.rules.forms import formtext
from grants.rules.forms.answers import Answers
from grants.rules.forms.definition import Definition
from grants.rules.forms.field import SHOWN_TO_NOBODY, Shape
from grants.rules.forms.key_fields import lifted
from grants.rules.forms.kinds.budgets import BudgetField
from grants.rules.money import apportion
from grants.rules.words import N_

RECEIPT = "receipt"
"""The kind of the documents that say what arrived: one of each version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadVersion:
    """What somebody reads of a version: its answers, and the names of its files by their tokens.

    One that `is_unnamed` does not tell who applies: its document has this title and no name.
    """

    version: ProposalVersion
    title: str
    answers: Answers
    files: Mapping[str, str]
    is_unnamed: bool


@dataclass(frozen=True, slots=True)
class ProposalPapers(Service):
    """Documents about proposals, as PDF."""

    storage: Storage = field(kw_only=True)
    branding: Branding = field(default_factory=Branding, kw_only=True)

    def proposal(self, proposal: Proposal, *, as_team: bool, language: str) -> bytes | None:
        """Print a proposal: a draft as its team sees it now, else the version that counts."""
        proposals = Proposals(self.db, self.publish, self.clock)
        version = proposals.newest_version(proposal)
        if as_team and (version is None or proposal.status in WRITING):
            files = [(it.name, it.size, it.sha256) for it in present_files(self.db, proposal)]
            return self._print(proposal, proposals.answers(proposal), files, None, language)
        if version is None:
            return None
        return self.version(version, language=language)

    def version(self, version: ProposalVersion, *, language: str) -> bytes:
        """Print a frozen version: the same bytes whenever it is asked for."""
        files = [(it["name"], it["size"], it["sha256"]) for it in version.content["files"]]
        return self._print(version.proposal, version.answers, files, version, language)

    def without_applicant(self, read: ReadVersion, *, language: str) -> bytes:
        """Print what a reviewer reads of a version where the stage hides who applies."""
        return proposal_paper.render(self._read(read, language))

    def together(
        self, versions: Sequence[ReadVersion], *, title: str, lead: str, language: str
    ) -> bytes:
        """Print several versions of a call as one document, as their reviewer reads them."""
        papers = [self._read(it, language) for it in versions]
        return proposal_paper.render_together(papers, title=title, lead=lead)

    def _read(self, it: ReadVersion, language: str) -> proposal_paper.ProposalDocument:
        frozen = {each["token"]: each for each in it.version.content["files"]}
        shown = [
            (name, frozen[token]["size"], frozen[token]["sha256"])
            for token, name in it.files.items()
        ]
        proposal, title = it.version.proposal, it.title if it.is_unnamed else ""
        return self._paper(proposal, it.answers, shown, it.version, language, title=title)

    def receipt(self, version: ProposalVersion) -> bytes:
        """Return the receipt of a version; made and kept the first time it is asked for."""
        return self._documents.content(self.keep_receipt(version))

    def keep_receipt(self, version: ProposalVersion) -> Document:
        """Make the receipt of a version once, and keep it."""
        return self._documents.keep(
            version.proposal,
            RECEIPT,
            _made_of(version),
            lambda: receipt_paper.render(self._receipt(version)),
        )

    def has_receipt(self, version: ProposalVersion) -> bool:
        """Return whether the receipt of a version was made already."""
        return self._documents.get(version.proposal, RECEIPT, _made_of(version)) is not None

    @property
    def _documents(self) -> KeptDocuments:
        return KeptDocuments(self.db, self.publish, self.clock, storage=self.storage)

    def _receipt(self, version: ProposalVersion) -> receipt_paper.Receipt:
        proposal = version.proposal
        language = version.submitted_by.language
        return receipt_paper.Receipt(
            imprint=imprint(
                proposal.call, version=version.sha256, language=language, branding=self.branding
            ),
            number=version.receipt,
            reference=proposal.reference,
            title=version.content["lifted"]["title"],
            call=proposal.call.title,
            applicant=version.content["organisation"]["name"],
            submitted_by=version.submitted_by.name,
            submitted_at=version.submitted_at,
            version_number=version.number,
            sha256=version.sha256,
            files=[
                FileEntry(name=it["name"], size=it["size"], sha256=it["sha256"])
                for it in version.content["files"]
            ],
        )

    def _print(
        self,
        proposal: Proposal,
        answers: Answers,
        files: Sequence[tuple[str, int, str]],
        version: ProposalVersion | None,
        language: str,
        *,
        title: str = "",
    ) -> bytes:
        paper = self._paper(proposal, answers, files, version, language, title=title)
        return proposal_paper.render(paper)

    def _paper(
        self,
        proposal: Proposal,
        answers: Answers,
        files: Sequence[tuple[str, int, str]],
        version: ProposalVersion | None,
        language: str,
        *,
        title: str = "",
    ) -> proposal_paper.ProposalDocument:
        """Gather answers; with a `title` of its own the document does not tell who applies."""
        language = proposal.call.fund.branded(self.branding).language(language)
        definition, said = named_of(proposal, version).in_language(language), formats(language)
        facts = lifted(definition, answers)
        draft = translations(language).gettext(N_("Draft, not submitted"))
        # The running foot names the version, so that no page of a draft passes for more.
        named = version.sha256 if version and not title else "" if title else draft
        made = imprint(proposal.call, version=named, language=language, branding=self.branding)
        return proposal_paper.ProposalDocument(
            imprint=made,
            reference=proposal.reference,
            title=title or facts.title or made.say(N_("Proposal without a title")),
            call=proposal.call.title,
            organisation=made.say(SHOWN_TO_NOBODY) if title else _applicant(proposal, version),
            version_number=version.number if version else 0,
            currency=proposal.call.currency,
            sections=_sections(definition, answers, said),
            status=made.say(N_("Submitted")) if version else draft,
            sha256=version.sha256 if version and not title else "",
            submitted_at=version.submitted_at if version else None,
            budget=_budget(definition, answers, facts.requested_cents),
            partners=None if title else _partners(definition, answers, said),
            deliverables=_deliverables(definition, answers, said),
            files=[FileEntry(name=name, size=size, sha256=sha) for name, size, sha in files]
            if files or not title
            else None,
        )


def _applicant(proposal: Proposal, version: ProposalVersion | None) -> str:
    """Name who applies; a name that was corrected since is not what was submitted."""
    name: str = version.content["organisation"]["name"] if version else proposal.organisation.name
    return name


def _made_of(version: ProposalVersion) -> str:
    """Name the state of a proposal that a receipt tells."""
    return f"version/{version.number}"


_ELSEWHERE = ("partners", "deliverables")
"""What these play has a table of its own at the end of the document."""


def _sections(
    definition: Definition, answers: Answers, said: Formats
) -> list[proposal_paper.SectionEntry]:
    printed = []
    for section in presentation.sections(definition, answers, said):
        asked = definition.section(section.code)
        kept = [
            _answer(shown)
            for shown in section.answers
            if asked.field(shown.code).role not in _ELSEWHERE
            and asked.field(shown.code).shape is not Shape.FILES
        ]
        if kept:
            printed.append(proposal_paper.SectionEntry(title=section.title, answers=kept))
    return printed


def _answer(shown: presentation.Shown) -> proposal_paper.TextAnswer | proposal_paper.TableAnswer:
    if shown.form is presentation.Layout.TABLE:
        columns = [column.heading for column in shown.columns]
        return proposal_paper.TableAnswer(label=shown.label, columns=columns, rows=shown.rows)
    return proposal_paper.TextAnswer(label=shown.label, text=shown.text)


def _budget(
    definition: Definition, answers: Answers, requested_cents: int | None
) -> list[BudgetEntry]:
    """Sum the headings; what is asked for is split by their share, exact to the cent."""
    found = definition.playing("budget")
    if found is None or not isinstance(found[1], BudgetField):
        return []
    section, budget = found[0], found[1]
    sums = budget.computed((answers.get(section.code) or {}).get(budget.code))
    lines = [(it.name, cents) for it in sums.headings if (cents := sums.by_heading()[it.code])]
    split = apportion(requested_cents or 0, [cents for _name, cents in lines]) if lines else ()
    return [
        BudgetEntry(heading=name, total_cents=cents, requested_cents=asked)
        for (name, cents), asked in zip(lines, split, strict=True)
    ]


def _options(definition: Definition, role: str, column: str) -> Mapping[str, str]:
    found = definition.playing(role)
    parts = {part.code: part for part in found[1].parts} if found else {}
    return {it.code: it.label for it in getattr(parts.get(column), "options", ())}


def _partners(definition: Definition, answers: Answers, said: Formats) -> list[PartnerEntry]:
    kinds = _options(definition, "partners", "kind")
    say = translations(said.language).gettext
    return [
        PartnerEntry(
            name=it.organisation,
            kind=formtext.said(kinds[it.kind], said.language, say) if it.kind in kinds else it.kind,
            country=said.country(it.country),
            role=it.role,
        )
        for it in lifted(definition, answers).partners
    ]


def _deliverables(
    definition: Definition, answers: Answers, said: Formats
) -> list[PlannedDeliverableEntry]:
    types = _options(definition, "deliverables", "type")
    say = translations(said.language).gettext
    return [
        PlannedDeliverableEntry(
            title=it.title,
            kind=formtext.said(types[it.type], said.language, say) if it.type in types else it.type,
            due=it.due_on,
            description=it.description,
        )
        for it in lifted(definition, answers).deliverables
    ]
