"""How far the proposals of a call have come, from received to signed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func
from sqlalchemy.orm import Session

from grants.models import Call, Project, Proposal
from grants.services.awards import SHOWN
from grants.workflow import ProposalStatus

_ = ProposalStatus
STEPS: dict[str, frozenset[ProposalStatus]] = {
    "received": frozenset({_.SUBMITTED, _.TAKEN_BACK, _.ADMISSIBLE}),
    "checked": frozenset({_.INADMISSIBLE, _.INELIGIBLE, _.ELIGIBLE, _.IN_STAGE}),
    "reviewed": frozenset({_.BELOW_THRESHOLD, _.PASSED}),
    "ranked": frozenset({_.RANKED, _.MAIN, _.RESERVE}),
    "decided": frozenset({_.REJECTED, _.AWARDED}),
}
"""The last step behind a proposal, by its status; drafts and withdrawn ones have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many proposals of a call stand where; `signed` counts awards with a signed agreement."""

    by_status: Mapping[ProposalStatus, int]
    signed: int

    @property
    def line(self) -> dict[str, int]:
        """Count the proposals at each step, each proposal once."""
        counted = {
            step: sum(self.by_status.get(status, 0) for status in statuses)
            for step, statuses in STEPS.items()
        }
        return counted | {"decided": counted["decided"] - self.signed, "signed": self.signed}


def standing_of(seen: Select[Proposal], call: Call, db: Session) -> Standing:
    """Count those of the proposals `seen` that a call has; one query."""
    signed = Project.status.in_(SHOWN)
    rows = db.execute(
        seen.where(Proposal.call_id == call.id)
        .outerjoin(Project, Project.proposal_id == Proposal.id)
        .with_only_columns(Proposal.status, func.count(), func.count().filter(signed))
        .group_by(Proposal.status)
    ).all()
    return Standing(
        by_status={status: count for status, count, _signed in rows},
        signed=sum(it[2] for it in rows if it[0] is ProposalStatus.AWARDED),
    )
