"""What reviewers read where they must not learn who applies: for its team, and for the fund."""

from dataclasses import dataclass

from grants.calls.queries.stage_plans import hides_applicants_in
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries.unnamed_texts import MASK, applying_with, labels_naming
from grants.rules.forms.answers import Answers
from grants.rules.forms.definition import Definition
from grants.rules.forms.hiding import without_applicant
from schemas.forms.base import _
from views.web.request import Request


@dataclass(frozen=True, kw_only=True)
class Unnamed:
    """The answers as reviewers read them, and the labels of those that name who applies."""

    answers: Answers
    naming: tuple[str, ...]


def unnamed(
    request: Request,
    proposal: Proposal,
    definition: Definition,
    answers: Answers,
    version: ProposalVersion | None,
) -> Unnamed | None:
    """Return what reviewers read; None where they learn who applies."""
    if not hides_applicants_in(proposal.call, proposal.phase):
        return None
    names = [*applying_with(version)] if version else _names(request, proposal)
    mask = str(request.localizer.translate(_(MASK)))
    labels = labels_naming(definition.in_language(request.language), answers, names)
    return Unnamed(answers=without_applicant(definition, answers, names, mask), naming=labels)


def _names(request: Request, proposal: Proposal) -> list[str]:
    """Name who would submit a draft now."""
    name = request.person.name
    return [proposal.organisation.name, *([name] if " " in name.strip() else [])]
