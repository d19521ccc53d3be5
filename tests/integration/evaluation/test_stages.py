"""Stages: rules frozen at the opening, reviews settled at the closing."""

from datetime import timedelta
from fractions import Fraction

import pytest

from grants.accounts.models import Appointment, Membership
from grants.calls.queries.stage_rules import rules_of
from grants.oversight.queries.waiting.kinds import WaitingKind
from grants.rules import canonical
from grants.rules.errors import NotAllowedNow, Refused
from grants.rules.scoring import Rules, weight_shown
from grants.rules.workflow import AssignmentStatus, ProposalStatus, Role, StageStatus
from tests.support.evaluating import HALVES


def test_opening_freezes_the_rules_and_takes_in_what_is_eligible(evaluating):
    granada, mannheim, lodz = evaluating.three()
    evaluating.close_call()
    evaluating.check(lodz, countries="Only one country.")

    stage = evaluating.open_stage(granada, mannheim)

    assert (granada.status, granada.stage) == (ProposalStatus.IN_STAGE, stage)
    assert (lodz.status, lodz.stage) == (ProposalStatus.INELIGIBLE, None)
    assert Rules.from_dict(stage.rules) == rules_of(evaluating.world.call)
    assert stage.rules_sha256 == canonical.digest(stage.rules)


def test_rules_that_are_frozen_do_not_follow_a_later_change(evaluating):
    stage = evaluating.open_stage(*evaluating.three())

    evaluating.world.call.criteria[0].weight = "7"
    evaluating.session.commit()
    evaluating.session.refresh(stage)

    assert Rules.from_dict(stage.rules).criteria[0].weight == 1


def test_a_stage_waits_until_everything_is_checked(evaluating):
    granada, mannheim, _lodz = evaluating.three()
    evaluating.close_call()
    evaluating.check(granada)

    with pytest.raises(Refused, match=f"2 proposals are not checked yet.*{mannheim.reference}"):
        evaluating.services.stages.open(evaluating.world.call, by=evaluating.world.helena)


def test_a_stage_opens_once_after_the_call_with_something_to_evaluate(evaluating):
    stages, call, helena = (
        evaluating.services.stages,
        evaluating.world.call,
        evaluating.world.helena,
    )

    with pytest.raises(NotAllowedNow, match="after the call has closed"):
        stages.open(call, by=helena)
    evaluating.close_call()
    with pytest.raises(Refused, match="no eligible proposal"):
        stages.open(call, by=helena)


def test_a_stage_does_not_open_twice_or_with_a_date_in_the_past(evaluating):
    three = evaluating.three()
    evaluating.close_call()
    for proposal in three:
        evaluating.check(proposal)
    stages, it = evaluating.services.stages, evaluating.world

    with pytest.raises(Refused, match="later than now"):
        stages.open(it.call, by=it.helena, due_at=evaluating.clock() - timedelta(days=1))
    stages.open(it.call, by=it.helena)
    with pytest.raises(NotAllowedNow, match="begun already"):
        stages.open(it.call, by=it.helena)


def test_closing_waits_for_enough_reviews(evaluating):
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    for assignment in evaluating.assign(stage, *three)[:-1]:
        evaluating.review(assignment)

    with pytest.raises(Refused, match="has 2 reviews and needs 3"):
        evaluating.close_stage(stage)
    assert stage.status is StageStatus.OPEN


def test_closing_locks_reviews_and_passes_by_exact_thresholds(evaluating):
    """3, 3 and 4 reach the sum of 10 exactly; half a point less does not."""
    granada, mannheim, lodz = evaluating.three()
    stage = evaluating.open_stage(granada, mannheim, lodz)
    exact = {"excellence": 6, "impact": 6, "implementation": 8}
    evaluating.review_all(
        stage,
        [
            (granada, exact),
            (mannheim, exact | {"implementation": 7}),
            (lodz, exact | {"impact": 5}),
        ],
    )

    evaluating.close_stage(stage)

    assert [granada.status, mannheim.status, lodz.status] == [
        ProposalStatus.PASSED,
        ProposalStatus.BELOW_THRESHOLD,
        ProposalStatus.BELOW_THRESHOLD,
    ]
    reviews = evaluating.services.stages.locked_reviews(stage)
    assert {len(each) for each in reviews.values()} == {3}
    assert (stage.status, stage.closed_at) == (StageStatus.CLOSED, evaluating.clock())


def test_what_was_not_submitted_is_excluded_at_the_closing(evaluating):
    granada, *_ = evaluating.three()
    evaluating.world.call.rules = evaluating.world.call.rules | {"minimum_reviews": 2}
    stage = evaluating.open_stage(*_, granada)
    assignments = evaluating.assign(stage, granada, *_)
    for assignment in assignments:
        if assignment.reviewer is not evaluating.world.marc:
            evaluating.review(assignment)

    evaluating.close_stage(stage)

    left = [each for each in assignments if each.reviewer is evaluating.world.marc]
    assert {each.status for each in left} == {AssignmentStatus.EXCLUDED}
    assert all(each.reason for each in left)


def test_a_reopened_review_keeps_the_stage_open(evaluating):
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    assignments = evaluating.assign(stage, *three)
    for assignment in assignments:
        evaluating.review(assignment)
    evaluating.services.reviews.reopen(
        assignments[0], reason="Please say more.", by=evaluating.world.helena
    )

    with pytest.raises(Refused, match="was reopened"):
        evaluating.close_stage(stage)


def test_a_closed_stage_is_not_closed_again(evaluating):
    evaluating.rank_three()
    stage = evaluating.services.stages.of(evaluating.world.call)

    with pytest.raises(NotAllowedNow):
        evaluating.services.stages.close(stage, by=evaluating.world.helena)


def test_a_stage_whose_proposals_were_all_withdrawn_is_not_closed(evaluating):
    granada, *_ = evaluating.three()
    stage = evaluating.open_stage(granada, *_)
    for proposal in (granada, *_):
        proposal.status, proposal.withdrawn_at = ProposalStatus.WITHDRAWN, evaluating.clock()

    with pytest.raises(Refused, match="no more proposals"):
        evaluating.close_stage(stage)


@pytest.mark.parametrize(
    ("weight", "shown"), [("1", "1"), ("3/2", "1.5"), ("40", "40"), ("1/3", "1/3"), ("1/4", "0.25")]
)
def test_weights_are_shown_as_people_write_them(weight, shown):
    assert weight_shown(Fraction(weight)) == shown


def test_a_review_by_somebody_who_joined_the_applicant_is_taken_out_first(evaluating):
    it, services = evaluating.world, evaluating.services
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    stage.minimum_reviews = 2
    scores = [dict.fromkeys(HALVES, halves) for halves in (9, 8, 4)]
    evaluating.review_all(stage, list(zip(three, scores, strict=True)))
    joined = Membership(person=it.wei, organisation=it.granada, since=evaluating.clock())
    evaluating.session.add(joined)

    for proposal in three:  # whoever applies in a call reviews nothing in it
        with pytest.raises(Refused, match=f"Wei Zhang now has an interest in {proposal.reference}"):
            services.stages.close(stage, by=it.helena)
        [review] = [
            each
            for each in services.assignments.with_marks(stage, proposal)
            if each.reviewer_id == it.wei.id
        ]
        act = services.assignments.propose_exclusion(review, reason="Joined them.", by=it.helena)
        with pytest.raises(Refused, match=f"exclusion of a review of {proposal.reference} awaits"):
            services.stages.close(stage, by=it.helena)
        services.signing.sign(act, read=act.sha256, by=it.viktor)
    services.stages.close(stage, by=it.helena)

    counted = services.stages.locked_reviews(stage)
    for proposal in three:
        assert it.wei not in [each.assignment.reviewer for each in counted[proposal.id]]


APART = {"excellence": 8, "impact": 2, "implementation": 8}


def reviewed_apart(evaluating, stage, three):
    """Have all review everything, and Marc find Granada's impact three points lower."""
    for assignment in evaluating.assign(stage, *three):
        strict = assignment.reviewer is evaluating.world.marc
        apart = strict and assignment.proposal is three[0]
        evaluating.review(assignment, APART if apart else HALVES)


def test_reviews_that_disagree_need_one_more_before_the_stage_closes(evaluating):
    it, services = evaluating.world, evaluating.services
    it.call.rules = it.call.rules | {"divergence": {"criterion": "2.5"}}
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    reviewed_apart(evaluating, stage, three)

    with pytest.raises(
        Refused, match=f"{three[0].reference} disagree, so it needs 4 reviews and has 3. Impact: "
    ):
        evaluating.close_stage(stage)
    evaluating.session.add(
        Appointment(
            person=it.viktor, role=Role.REVIEWER, call_id=it.call.id, since=evaluating.clock()
        )
    )
    evaluating.session.flush()
    [more] = services.assignments.assign(stage, three[:1], [it.viktor], by=it.helena)
    evaluating.review(more)
    evaluating.close_stage(stage)

    assert stage.status is StageStatus.CLOSED
    assert len(services.stages.locked_reviews(stage)[three[0].id]) == 4


def test_the_rule_of_disagreement_is_frozen_with_the_stage(evaluating):
    it = evaluating.world
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    reviewed_apart(evaluating, stage, three)
    it.call.rules = it.call.rules | {"divergence": {"criterion": "1"}}

    evaluating.close_stage(stage)

    assert stage.status is StageStatus.CLOSED
    assert "divergence" not in stage.rules


def test_managers_are_told_that_reviews_disagree(evaluating):
    it = evaluating.world
    it.call.rules = it.call.rules | {"divergence": {"both_sides": True}}
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    reviewed_apart(evaluating, stage, three)

    waiting = {each.kind: each for each in evaluating.services.waits.of(it.helena)}

    assert waiting[WaitingKind.DISAGREE].count == 1
    assert waiting[WaitingKind.DISAGREE].path.endswith("/stage?show=disagree")
    assert WaitingKind.CLOSE_STAGE not in waiting
