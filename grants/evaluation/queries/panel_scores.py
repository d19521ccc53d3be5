"""What panels decided, and on what: read where scores are combined, and where a stage closes."""

from collections.abc import Collection, Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.evaluation.models import Assignment, Review
from grants.evaluation.models.panels import PanelItem, PanelMeeting
from grants.evaluation.queries.agreed_texts import digest_of
from grants.evaluation.queries.counted_scores import final_reports, marks_of
from grants.proposals.models import Proposal
from grants.rules import canonical
from grants.rules.errors import Refused
from grants.rules.words import N_
from grants.rules.workflow import SUBMITTED_REVIEWS, PanelStatus, ProposalStatus


def decided_scores(db: Session, stage: Stage) -> dict[int, Mapping[str, int]]:
    """Return the scores that panels moved, in halves, by the number of the proposal.

    No query where no panel meets.
    """
    if frozen_rules(stage).panel is None:
        return {}
    found = db.scalars(concluded(stage).options(selectinload(PanelItem.scores)))
    return {it.proposal_id: it.halves for it in found if it.scores}


def concluded(stage: Stage) -> Select[PanelItem]:
    """Select what panels of a stage concluded for good."""
    return (
        select(PanelItem)
        .join(PanelItem.meeting)
        .where(
            PanelMeeting.stage_id == stage.id,
            PanelMeeting.status == PanelStatus.CLOSED,
            PanelItem.concluded_at.is_not(None),
        )
    )


def standing_on(db: Session, stage: Stage, proposals: Collection[int]) -> dict[int, str]:
    """Return the hash of what a panel concludes on, by the number of the proposal.

    The reviews that are in, with their scores, and the final consensus report; three queries.
    """
    rows = db.execute(
        select(Assignment.proposal_id, Review)
        .join(Review, Review.assignment_id == Assignment.id)
        .where(
            Assignment.stage_id == stage.id,
            Assignment.proposal_id.in_(proposals),
            Assignment.status.in_(SUBMITTED_REVIEWS),
        )
        .options(selectinload(Review.marks))
    )
    reviews: dict[int, list[list[object]]] = {number: [] for number in proposals}
    for number, review in rows:
        reviews[number].append([review.id, sorted(marks_of(review).items())])
    reports = final_reports(db, stage, proposals)
    return {
        number: canonical.digest(
            [sorted(given, key=str), digest_of(reports[number]) if number in reports else ""]
        )
        for number, given in reviews.items()
    }


def require_concluded(db: Session, stage: Stage) -> None:
    """Refuse while a panel that the call asks for has not concluded on what stands now."""
    if frozen_rules(stage).panel is None:
        return
    here = select(Proposal).where(
        Proposal.stage_id == stage.id, Proposal.status == ProposalStatus.IN_STAGE
    )
    proposals = db.scalars(here.order_by(Proposal.reference)).all()
    done = {
        it.proposal_id: it
        for it in db.scalars(concluded(stage).options(joinedload(PanelItem.meeting)))
    }
    now = standing_on(db, stage, [it.id for it in proposals])
    for it in proposals:
        if it.id not in done:
            raise Refused(
                N_("The panel has not concluded on {reference}, or its meeting is not closed."),
                reference=it.reference,
            )
        if done[it.id].stands_on != now[it.id]:
            raise Refused(
                N_("The reviews of {reference} have changed since the panel concluded on it."),
                reference=it.reference,
            )
