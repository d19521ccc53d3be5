"""What each stage came to for each proposal, and from which evidence."""

import sqlalchemy as sa

from grants.evaluation.models import StageResult
from grants.rules.workflow import ProposalStatus, StageKind, StageOutcome
from tests.support.evaluating import HALVES


def results(evaluating, proposal):
    """Return a proposal's results in the order of the stages: kind, outcome and evidence."""
    found = evaluating.session.scalars(
        sa.select(StageResult)
        .join(StageResult.stage)
        .where(StageResult.proposal_id == proposal.id)
        .order_by(sa.text("stage.position"))
    )
    return [(it.stage.kind, it.outcome, it.evidence) for it in found]


ADMISSIBLE = (StageKind.ADMISSIBILITY, StageOutcome.PASSED, {"not_met": []})
ELIGIBLE = (StageKind.ELIGIBILITY, StageOutcome.PASSED, {"not_met": []})


def test_a_check_that_is_completed_leaves_its_results(evaluating):
    granada, mannheim, lodz = evaluating.three()
    evaluating.close_call()
    evaluating.check(granada)
    evaluating.check(mannheim, letter="There is no letter.", countries="Only one.")
    evaluating.check(lodz, countries="Only one country.")

    assert results(evaluating, granada) == [ADMISSIBLE, ELIGIBLE]
    assert results(evaluating, mannheim) == [
        (StageKind.ADMISSIBILITY, StageOutcome.FAILED, {"not_met": ["letter"]})
    ]
    assert results(evaluating, lodz) == [
        ADMISSIBLE,
        (StageKind.ELIGIBILITY, StageOutcome.FAILED, {"not_met": ["countries"]}),
    ]


def test_a_stage_that_closes_leaves_totals_and_the_reviews_they_are_of(evaluating):
    granada, mannheim, lodz = three = evaluating.three()
    stage = evaluating.open_stage(*three)
    scores = [dict.fromkeys(HALVES, halves) for halves in (9, 8, 4)]
    evaluating.review_all(stage, list(zip(three, scores, strict=True)))
    assert results(evaluating, granada) == [ADMISSIBLE, ELIGIBLE]
    evaluating.close_stage(stage)

    reviews = evaluating.services.stages.locked_reviews(stage)
    for proposal, outcome, total in (
        (granada, StageOutcome.PASSED, "63/4"),
        (mannheim, StageOutcome.PASSED, "14"),
        (lodz, StageOutcome.FAILED, "7"),
    ):
        *checks, reviewed = results(evaluating, proposal)
        numbers = sorted(review.id for review in reviews[proposal.id])
        assert checks == [ADMISSIBLE, ELIGIBLE]
        assert reviewed == (
            StageKind.INDIVIDUAL_REVIEW,
            outcome,
            {"total": total, "reviews": numbers},
        )


def test_a_ranking_that_is_adopted_says_on_which_list_each_is(evaluating):
    granada, mannheim, lodz = evaluating.three()
    for proposal in (granada, mannheim, lodz):
        proposal.requested_cents = 6_000_000
    evaluating.world.call.envelope_cents = 7_000_000
    evaluating.session.commit()
    stage = evaluating.open_stage(granada, mannheim, lodz)
    scores = [dict.fromkeys(HALVES, halves) for halves in (9, 8, 4)]
    evaluating.review_all(stage, list(zip((granada, mannheim, lodz), scores, strict=True)))
    evaluating.close_stage(stage)
    evaluating.rank()
    ranking = evaluating.services.rankings.of(evaluating.world.call)

    outcomes = [results(evaluating, it)[-1] for it in (granada, mannheim, lodz)]
    assert [outcome for _kind, outcome, _evidence in outcomes] == [
        StageOutcome.MAIN,
        StageOutcome.RESERVE,
        StageOutcome.FAILED,
    ]
    assert outcomes[0][2] | {"reviews": None} == {
        "total": "63/4",
        "reviews": None,
        "rank": 1,
        "ranking": ranking.sha256,
    }


def test_what_was_rejected_below_a_threshold_is_ranked_and_what_is_withdrawn_is_not(evaluating):
    granada, mannheim, lodz = three = evaluating.three()
    stage = evaluating.open_stage(*three)
    scores = [dict.fromkeys(HALVES, halves) for halves in (9, 8, 4)]
    evaluating.review_all(stage, list(zip(three, scores, strict=True)))
    evaluating.close_stage(stage)
    it = evaluating.world
    evaluating.services.proposals.withdraw(mannheim, by=it.jonas)
    ranking = evaluating.services.rankings.compute(it.call, by=it.helena)

    assert mannheim.status is ProposalStatus.WITHDRAWN
    assert {place["reference"] for place in ranking.result["places"]} == {
        granada.reference,
        lodz.reference,
    }
    assert results(evaluating, mannheim)[-1][1] is StageOutcome.PASSED
