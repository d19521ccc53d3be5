"""The next form of a proposal that goes on: opened for its team, with what fits carried over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from grants.calls.models import FormVersion, Stage
from grants.calls.queries.definitions import definition_of
from grants.kit.dossiers.models import File
from grants.kit.service import Service
from grants.proposals.models import Proposal, Section
from grants.proposals.service.proposals import Proposals
from grants.rules.events import ProposalInvited
from grants.rules.forms.answers import Answers
from grants.rules.forms.definition import Definition
from grants.rules.forms.field import Answer, Field, Shape


@dataclass(frozen=True, slots=True)
class NextForms(Service):
    """What is written for a stage by those who go on to it."""

    def open(self, proposal: Proposal, stage: Stage, form: FormVersion) -> None:
        """Have a team write a form; what was submitted before stays as its version keeps it."""
        proposals = Proposals(self.db, self.publish, self.clock)
        version = proposals.newest_version(proposal)
        if version is None:
            raise LookupError("nothing was submitted that could go on")
        carried = carried_over(definition_of(proposal.form), version.answers, definition_of(form))
        self._keep_files(proposal, carried, definition_of(form))
        self.db.execute(delete(Section).where(Section.proposal_id == proposal.id))
        self.db.expire(proposal, ["sections"])
        for code, answers in carried.items():
            self.db.add(
                Section(
                    proposal=proposal,
                    code=code,
                    answers=answers,
                    revision=1,
                    saved_at=version.submitted_at,
                    saved_by=version.submitted_by,
                )
            )
        proposal.invited_to, proposal.form = stage, form
        self.db.flush()
        self.publish(ProposalInvited(proposal=proposal, stage=stage))

    def _keep_files(self, proposal: Proposal, carried: Answers, form: Definition) -> None:
        """Take out of hand the files that no field of the next form holds."""
        held = {
            token
            for section in form.sections
            for field in section.fields
            if field.shape is Shape.FILES
            for token in (carried.get(section.code, {}).get(field.code) or ())
        }
        there = select(File.id).where(
            File.dossier_id == proposal.dossier_id,
            File.removed_at.is_(None),
            File.token.not_in(held),
        )
        now: datetime = self.clock()
        self.db.execute(update(File).where(File.id.in_(there)).values(removed_at=now))


def carried_over(
    before: Definition, answers: Answers, after: Definition
) -> dict[str, dict[str, Answer]]:
    """Return what was answered to questions that the next form asks again, by its sections.

    A question is the same if it has the same codes and kind, or plays the same role. What the
    next form would not take is left out, and asked anew.
    """
    found: dict[str, dict[str, Answer]] = {}
    for section in after.sections:
        for field in section.fields:
            for answer in _answered(before, answers, section.code, field):
                if not field.is_blank(answer) and not _is_wrong(field, answer):
                    found.setdefault(section.code, {})[field.code] = answer
                    break
    return found


def _answered(before: Definition, answers: Answers, section: str, field: Field) -> Iterator[Any]:
    """Return the answers to the same question, the likeliest first."""
    same = next((it for it in before.sections if it.code == section), None)
    if same and any(it.code == field.code and it.kind == field.kind for it in same.fields):
        yield (answers.get(section) or {}).get(field.code)
    playing = before.playing(field.role) if field.role else None
    # A file belongs to the field that it was given to.
    if playing and playing[1].kind == field.kind and field.shape is not Shape.FILES:
        yield (answers.get(playing[0].code) or {}).get(playing[1].code)


def _is_wrong(field: Field, answer: Answer) -> bool:
    """Return whether an answer is wrong under this field, and not only incomplete."""
    return any(not it.missing for it in field.findings(answer))
