"""Questions to an applicant during the check: asked, answered in the named fields, withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Person
from grants.calls.queries.definitions import definition_of
from grants.kit.dossiers.models import File
from grants.kit.service import Service
from grants.proposals.clarifications import Clarification
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.service import snapshots
from grants.proposals.service.authorisation import Authorisation
from grants.proposals.service.proposals import NotComplete, Proposals
from grants.rules.errors import Incomplete, NotAllowedNow, Refused
from grants.rules.events import ClarificationAsked, ClarificationWithdrawn
from grants.rules.forms.answers import Answers
from grants.rules.forms.definition import FormSection
from grants.rules.forms.field import Answer, Field, Shape
from grants.rules.words import N_
from grants.rules.workflow import PROPOSAL_STEPS
from grants.rules.workflow.clarifications import CLARIFICATION_STEPS, ClarificationStatus

NOUN = CLARIFICATION_STEPS.noun


@dataclass(frozen=True, slots=True)
class Clarifications(Service):
    """All that happens to the questions that are asked during the check."""

    def of(self, proposal: Proposal) -> Sequence[Clarification]:
        """List what was asked about a proposal, the first first."""
        return self.db.scalars(
            select(Clarification)
            .where(Clarification.proposal_id == proposal.id)
            .options(
                joinedload(Clarification.asked_by),
                joinedload(Clarification.ended_by),
                joinedload(Clarification.before),
                joinedload(Clarification.version),
            )
            .order_by(Clarification.number)
        ).all()

    def open(self, proposal: Proposal) -> Clarification | None:
        """Find the question that may be answered at this moment; there is one at most."""
        return next((it for it in self.of(proposal) if it.is_open(self.clock())), None)

    def ask(
        self,
        proposal: Proposal,
        *,
        question: str,
        fields: Sequence[str],
        due_at: datetime,
        by: Person,
    ) -> Clarification:
        """Ask a question, and open the named fields until a moment.

        Only while the proposal is checked: a version that a review judges never changes. Raises
        NotAllowedNow, Incomplete, and Refused for a field that cannot be opened.
        """
        proposals = self._proposals
        proposals.lock(proposal)
        PROPOSAL_STEPS.target("check", proposal.status)
        if self.clock() < proposal.closes_at:
            raise NotAllowedNow(N_("Questions are asked after the call has closed."))
        if self.open(proposal) is not None:
            raise NotAllowedNow(N_("A clarification is still open."))
        if not question.strip():
            raise Incomplete(N_("Write the question."))
        if due_at <= self.clock():
            raise Refused(N_("The date must be later than now."))
        offered = {place(section, field) for section, field in openable(proposal)}
        if not fields or not set(fields) <= offered:
            raise Refused(N_("Choose the fields that may be changed."))
        before = proposals.newest_version(proposal)
        if before is None:
            raise LookupError("nothing was submitted that could be asked about")
        last = self.db.scalar(
            select(func.max(Clarification.number)).where(Clarification.proposal_id == proposal.id)
        )
        asked = Clarification(
            proposal=proposal,
            number=(last or 0) + 1,
            status=ClarificationStatus.ASKED,
            question=question.strip(),
            fields=sorted(set(fields)),
            asked_at=self.clock(),
            asked_by=by,
            due_at=due_at.astimezone(UTC),
            before=before,
        )
        self.db.add(asked)
        self.db.flush()
        self.record(
            "ask",
            NOUN,
            asked.reference,
            by=by,
            after=asked.status.value,
            reason=asked.question,
            facts={
                "fields": asked.fields,
                "due_at": asked.due_at.isoformat(),
                "before": before.number,
            },
        )
        self.publish(ClarificationAsked(clarification=asked))
        return asked

    def answer(
        self,
        clarification: Clarification,
        *,
        answers: Mapping[str, Mapping[str, Answer]],
        text: str,
        by: Person,
    ) -> ProposalVersion:
        """Answer a question, and freeze a new version with what was changed.

        Raises NotAllowedNow once its time is over, Refused with the names of fields that were
        not opened, NotComplete if something would be missing. The earlier version is kept.
        """
        proposal, proposals = clarification.proposal, self._proposals
        Authorisation(self.db).require(proposal, by=by)
        proposals.lock(proposal)
        self.db.refresh(clarification)
        PROPOSAL_STEPS.target("clarify", proposal.status)
        if not clarification.is_open(self.clock()):
            raise NotAllowedNow(N_("This clarification is closed."))
        self._require_opened(clarification, answers)
        if not text.strip():
            raise Incomplete(N_("Answer the question."))
        before = clarification.before
        merged = {code: dict(given) for code, given in before.answers.items()}
        for code, given in answers.items():
            merged.setdefault(code, {}).update(given)
        if missing := proposals.missing(proposal, merged):
            raise NotComplete(missing)
        self._write(proposal, answers, by)
        version = self._freeze(proposal, before, merged, by)
        clarification.version, clarification.answer = version, text.strip()
        clarification.ended_at, clarification.ended_by = self.clock(), by
        self.move(
            CLARIFICATION_STEPS,
            clarification,
            "answer",
            by=by,
            reference=clarification.reference,
            reason=clarification.answer,
            facts={"version": version.number},
        )
        return version

    def revoke(self, clarification: Clarification, *, reason: str, by: Person) -> None:
        """Withdraw a question that is still open; the version from before stands."""
        self._proposals.lock(clarification.proposal)
        self.db.refresh(clarification)
        if not clarification.is_open(self.clock()):
            raise NotAllowedNow(N_("This clarification is closed."))
        if not reason.strip():
            raise Incomplete(N_("Give the reason: the applicant reads it."))
        clarification.reason = reason.strip()
        clarification.ended_at, clarification.ended_by = self.clock(), by
        self.move(
            CLARIFICATION_STEPS,
            clarification,
            "revoke",
            by=by,
            reference=clarification.reference,
            reason=clarification.reason,
        )
        self.publish(ClarificationWithdrawn(clarification=clarification))

    def _require_opened(
        self, clarification: Clarification, answers: Mapping[str, Mapping[str, Answer]]
    ) -> None:
        sent = {f"{code}.{field}" for code, given in answers.items() for field in given}
        if closed := sorted(sent - set(clarification.fields)):
            message = N_("These fields are not open for changes: {fields}.")
            raise Refused(message, fields=", ".join(closed))

    def _write(
        self, proposal: Proposal, answers: Mapping[str, Mapping[str, Answer]], by: Person
    ) -> None:
        """Keep the changed answers where the team reads its proposal, too."""
        sections = self._proposals.sections_now(proposal)
        for code, given in answers.items():
            if section := sections.get(code):
                section.answers, section.saved_by = {**section.answers, **given}, by
                section.is_saved(tab="", at=self.clock())

    def _freeze(
        self, proposal: Proposal, before: ProposalVersion, answers: Answers, by: Person
    ) -> ProposalVersion:
        """Freeze the answers with the files of the version before, and say so in the ledger."""
        tokens = [each["token"] for each in before.content["files"]]
        files = self.db.scalars(select(File).where(File.token.in_(tokens)).order_by(File.id))
        self._proposals.lift_answers(proposal, answers)
        version = snapshots.freeze(
            self.db, proposal, answers, by=by, at=self.clock(), files=files.all(), before=before
        )
        facts: dict[str, Any] = {
            "version": version.number,
            "receipt": version.receipt,
            "sha256": version.sha256,
        }
        self.move(
            PROPOSAL_STEPS, proposal, "clarify", by=by, reference=proposal.reference, facts=facts
        )
        self.db.flush()
        return version

    @property
    def _proposals(self) -> Proposals:
        return Proposals(self.db, self.publish, self.clock)


def place(section: FormSection, field: Field) -> str:
    """Name a field of a form: section.field."""
    return f"{section.code}.{field.code}"


def openable(proposal: Proposal) -> Sequence[tuple[FormSection, Field]]:
    """List the fields of a proposal's form that a question may open; files stay as submitted."""
    fields = definition_of(proposal.form).fields()
    return [(section, field) for section, field in fields if field.shape is not Shape.FILES]
