"""Whoever applies in a call judges nobody else's proposal in it."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from grants.access import Access
from grants.accounts.models import Person
from grants.calls.models import Call, Stage
from grants.evaluation.models import Assignment
from grants.evaluation.service.stages import review_reference
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules.words import N_
from grants.rules.workflow import ASSIGNMENT_STEPS, StageStatus

APPLIES = N_("The reviewer is now an applicant in this call.")


@dataclass(frozen=True, slots=True)
class Applicants(Service):
    """What follows for reviews when somebody becomes an applicant."""

    def withdraw_reviews_of(self, person: Person, *, by: Person) -> None:
        """Take away what somebody reviews in calls in which they apply by now."""
        mine = self._under_way().where(
            Assignment.reviewer_id == person.id, Access(self.db).applies(person)
        )
        for review in self.db.scalars(mine):
            self._recuse(review, by)

    def withdraw_reviews_in(self, call: Call, *, by: Person) -> None:
        """Take away the reviews of all who apply in a call by now."""
        reviews = self.db.scalars(self._under_way().where(Proposal.call_id == call.id)).all()
        applying = Access(self.db).applicants(call, [it.reviewer_id for it in reviews])
        for review in reviews:
            if review.reviewer_id in applying:
                self._recuse(review, by)

    def _under_way(self) -> Select[Assignment]:
        return (
            select(Assignment)
            .join(Assignment.proposal)
            .join(Assignment.stage)
            .where(
                Stage.status == StageStatus.OPEN,
                Assignment.status.in_(ASSIGNMENT_STEPS.sources("recuse")),
            )
            .options(
                contains_eager(Assignment.proposal),
                contains_eager(Assignment.stage),
                joinedload(Assignment.reviewer),
            )
            .order_by(Assignment.id)
        )

    def _recuse(self, review: Assignment, by: Person) -> None:
        review.reason = APPLIES
        self.move(
            ASSIGNMENT_STEPS,
            review,
            "recuse",
            by=by,
            reference=review_reference(review),
            reason=APPLIES,
        )
