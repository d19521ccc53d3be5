"""What a reviewer takes along: the proposals of a call that are open to them, and their drafts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from grants.access.roles_towards import CLEARED
from grants.accounts.models import Person
from grants.calls.models import Call, Stage
from grants.evaluation.models import Assignment, Review
from grants.evaluation.queries.review_list import ReviewList
from grants.proposals.models import Proposal, ProposalVersion
from grants.rules.workflow import ASSIGNMENT_STEPS, AssignmentStatus, Role, StageStatus

WRITABLE = tuple(
    it for it in AssignmentStatus if "score" in ASSIGNMENT_STEPS.actions(it, Role.REVIEWER)
)


@dataclass(frozen=True, slots=True)
class OfflineReviews:
    """Reads what one reviewer does in the open stage of a call; few queries for any number."""

    db: Session

    def readable(self, person: Person, code: str) -> Sequence[Assignment]:
        """List the reviews whose proposals are open to somebody, by reference."""
        query = (
            ReviewList(self.db)
            .mine(person)
            .join(Assignment.stage)
            .join(Stage.call)
            .where(
                Call.code == code,
                Stage.status == StageStatus.OPEN,
                Proposal.stage_id == Assignment.stage_id,
                Assignment.status.in_(CLEARED),
            )
            .options(
                contains_eager(Assignment.stage).contains_eager(Stage.call).joinedload(Call.fund),
                contains_eager(Assignment.proposal).joinedload(Proposal.organisation),
                contains_eager(Assignment.proposal).joinedload(Proposal.form),
                contains_eager(Assignment.proposal).joinedload(Proposal.call),
                joinedload(Assignment.review).selectinload(Review.marks),
                joinedload(Assignment.review)
                .joinedload(Review.version)
                .options(
                    joinedload(ProposalVersion.form),
                    joinedload(ProposalVersion.submitted_by),
                    selectinload(ProposalVersion.proposal),
                ),
            )
            .order_by(Proposal.reference)
        )
        return self.db.scalars(query).unique().all()


def writable(reviews: Sequence[Assignment]) -> list[Assignment]:
    """Return those that are being written."""
    return [it for it in reviews if it.status in WRITABLE]
