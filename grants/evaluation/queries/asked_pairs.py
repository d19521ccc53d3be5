"""Pairs of proposals and reviewers that are to be made: which are there, and which must not be."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.access import Access, Pair
from grants.accounts.models import Person
from grants.calls.models import Stage
from grants.evaluation.models import Assignment
from grants.evaluation.queries.reviewed_texts import hides_applicants
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries import newest_version
from grants.rules.errors import Refused
from grants.rules.words import N_
from grants.rules.workflow import AssignmentStatus

ENDED = (AssignmentStatus.DECLINED, AssignmentStatus.EXCLUDED, AssignmentStatus.CONFLICTED)

Asked = tuple[Proposal, Person]
"""A proposal, and who is to review it."""


def statuses(
    db: Session, stage: Stage, proposals: Sequence[Proposal]
) -> dict[Pair, AssignmentStatus]:
    """Return where the reviews of these proposals stand, by reviewer and proposal; one query."""
    query = select(Assignment.reviewer_id, Assignment.proposal_id, Assignment.status).where(
        Assignment.stage_id == stage.id,
        Assignment.proposal_id.in_([proposal.id for proposal in proposals]),
    )
    return {(person, proposal): status for person, proposal, status in db.execute(query)}


def require_fit(
    db: Session, stage: Stage, pairs: Sequence[Asked], *, appointed: Collection[int]
) -> None:
    """Raise Refused for whoever is not appointed, or has an interest in the way.

    Where the stage hides who applies, so is whoever sees it in another role.
    """
    proposals = list({proposal.id: proposal for proposal, _reviewer in pairs}.values())
    conflicts = Access(db).conflicts(proposals, list({it.id for _proposal, it in pairs}))
    knowing = knowing_applicants(db, stage, [it.id for _proposal, it in pairs])
    for proposal, reviewer in pairs:
        if reviewer.id in knowing:
            raise Refused(
                N_(
                    "{name} sees who applies, as a manager or an auditor. This stage hides it from"
                    " its reviewers."
                ),
                name=reviewer.name,
            )
        if reviewer.id not in appointed:
            raise Refused(N_("{name} is not a reviewer of this call."), name=reviewer.name)
        if (reviewer.id, proposal.id) in conflicts:
            raise Refused(
                N_("{name} cannot review {reference} because of a conflict of interest."),
                name=reviewer.name,
                reference=proposal.reference,
            )


def knowing_applicants(db: Session, stage: Stage, people: Collection[int]) -> set[int]:
    """Find who of these people must not review in a stage that hides who applies."""
    if not hides_applicants(stage):
        return set()
    return Access(db).who_sees_applicants(stage.call, people)


def require_not_ended(there: Mapping[Pair, AssignmentStatus], pairs: Sequence[Asked]) -> None:
    """Raise Refused for whoever was asked before and does not review it."""
    for proposal, reviewer in pairs:
        if there.get((reviewer.id, proposal.id)) in ENDED:
            raise Refused(
                N_("{name} was already assigned {reference} and does not review it."),
                name=reviewer.name,
                reference=proposal.reference,
            )


def counting_versions(db: Session, proposals: Sequence[Proposal]) -> dict[int, int]:
    """Number the versions that count, by their proposals."""
    counting = newest_version.versions([proposal.id for proposal in proposals])
    rows = counting.with_only_columns(ProposalVersion.proposal_id, ProposalVersion.id)
    return dict(db.execute(rows).all())
