"""Assignments: several at once, idempotent, and never somebody with an interest."""

from dataclasses import replace
from datetime import timedelta

import pytest

from grants.accounts.models import Appointment, Membership
from grants.proposals.models import TeamMember
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate, Refused
from grants.rules.events import ReviewersAssigned
from grants.rules.workflow import AssignmentStatus, Interest, Role, Ruling


@pytest.fixture
def stage(evaluating):
    return evaluating.open_stage(*evaluating.three())


@pytest.fixture
def granada(evaluating, stage):
    return evaluating.services.stages.in_evaluation(stage)[0].proposal


def test_several_reviewers_get_several_proposals_at_once(evaluating, stage):
    heard = []
    services = replace(evaluating.services, publish=heard.append)
    proposals = [each.proposal for each in services.stages.in_evaluation(stage)]

    made = services.assignments.assign(
        stage, proposals, evaluating.reviewers, by=evaluating.world.helena
    )

    assert len(made) == 9
    assert {each.status for each in made} == {AssignmentStatus.OFFERED}
    assert all(each.review.version_id == each.proposal.versions[-1].id for each in made)
    assert [each for each in heard if isinstance(each, ReviewersAssigned)] == [
        ReviewersAssigned(assignments=made)
    ]


def test_asking_twice_is_asking_once(evaluating, stage, granada):
    evaluating.assign(stage, granada)

    assert evaluating.assign(stage, granada) == ()


def test_only_appointed_reviewers_are_asked(evaluating, stage, granada):
    it = evaluating.world

    with pytest.raises(Refused, match="Sam Stranger is not a reviewer"):
        evaluating.services.assignments.assign(stage, [granada], [it.stranger], by=it.helena)


@pytest.mark.parametrize("standing", ["member", "team", "disqualifying", "potential", "barred"])
def test_who_has_an_interest_is_not_asked(evaluating, stage, granada, standing):
    it, at = evaluating.world, evaluating.clock()
    conflicts = evaluating.services.interests
    if standing == "member":
        evaluating.session.add(Membership(person=it.wei, organisation=it.granada, since=at))
    elif standing == "team":
        evaluating.session.add(TeamMember(person=it.wei, proposal=granada, since=at))
    elif standing == "disqualifying":
        conflicts.declare(it.wei, granada, Interest.DISQUALIFYING, "I wrote it.")
    else:
        declared = conflicts.declare(it.wei, granada, Interest.POTENTIAL, "I know them.")
        if standing == "barred":
            conflicts.rule(declared, Ruling.CONFLICTED, reason="Too close.", by=it.helena)

    with pytest.raises(Refused, match="Wei Zhang cannot review"):
        evaluating.assign(stage, granada)


def test_a_cleared_interest_does_not_stand_in_the_way(evaluating, stage, granada):
    it, conflicts = evaluating.world, evaluating.services.interests
    declared = conflicts.declare(it.wei, granada, Interest.POTENTIAL, "I know them.")
    conflicts.rule(declared, Ruling.ALLOWED, reason="Long ago.", by=it.helena)

    assert len(evaluating.assign(stage, granada)) == 3


def test_who_said_no_is_not_asked_again(evaluating, stage, granada):
    wei = evaluating.assign(stage, granada)[0]
    evaluating.services.reviews.decline(wei, reason="No time.", by=wei.reviewer)

    with pytest.raises(Refused, match="Wei Zhang was already assigned"):
        evaluating.assign(stage, granada)


def test_one_bad_pair_refuses_all(evaluating, stage, granada):
    it = evaluating.world
    evaluating.services.interests.declare(it.marc, granada, Interest.DISQUALIFYING, "Mine.")
    evaluating.session.commit()

    with pytest.raises(Refused):
        evaluating.assign(stage, granada)
    evaluating.session.rollback()
    assert evaluating.services.assignments.with_marks(stage, granada) == []


def test_loads_count_only_what_the_reader_sees(evaluating, stage):
    it = evaluating.world
    proposals = [each.proposal for each in evaluating.services.stages.in_evaluation(stage)]
    made = evaluating.assign(stage, *proposals)
    evaluating.review(made[0])
    loads = evaluating.services.assignments.loads

    assert [
        (each.assigned, each.done) for each in loads(stage, seen_by=it.helena, role=Role.MANAGER)
    ] == [
        (3, 0),
        (3, 0),
        (3, 1),
    ]
    evaluating.services.interests.declare(
        it.viktor, proposals[0], Interest.DISQUALIFYING, "My brother works there."
    )
    assert [
        (each.assigned, each.done) for each in loads(stage, seen_by=it.viktor, role=Role.RECUSED)
    ] == [
        (2, 0),
        (2, 0),
        (2, 0),
    ]


def test_an_assignment_is_excluded_with_a_reason(evaluating, stage, granada):
    assignment = evaluating.assign(stage, granada)[0]
    assignments, helena = evaluating.services.assignments, evaluating.world.helena

    with pytest.raises(Incomplete):
        assignments.exclude(assignment, reason="", by=helena)
    assignments.exclude(assignment, reason="Fell ill.", by=helena)

    assert (assignment.status, assignment.reason) == (AssignmentStatus.EXCLUDED, "Fell ill.")


def test_no_one_person_excludes_a_review_whose_scores_are_known(evaluating, stage, granada):
    assignment, it = evaluating.assign(stage, granada)[0], evaluating.world
    evaluating.review(assignment)
    services = evaluating.services
    assignments, signing = services.assignments, services.signing

    with pytest.raises(NotAllowedNow, match="excluding it needs a second signature"):
        assignments.exclude(assignment, reason="Too low.", by=it.helena)
    services.reviews.reopen(assignment, reason="Look again.", by=it.helena)
    with pytest.raises(NotAllowedNow, match="excluding it needs a second signature"):
        assignments.exclude(assignment, reason="Too low.", by=it.helena)
    act = assignments.propose_exclusion(assignment, reason="It is of another text.", by=it.helena)

    assert assignment.status is AssignmentStatus.REOPENED
    signing.sign(act, read=act.sha256, by=it.viktor)
    assert (assignment.status, assignment.reason) == (
        AssignmentStatus.EXCLUDED,
        "It is of another text.",
    )


def test_what_changed_since_it_was_proposed_is_not_signed(evaluating, stage, granada):
    assignment, it = evaluating.assign(stage, granada)[0], evaluating.world
    evaluating.review(assignment)
    services = evaluating.services
    act = services.assignments.propose_exclusion(assignment, reason="Too short.", by=it.helena)
    assignment.review.marks[0].comment = "Much longer by now."
    evaluating.session.commit()

    assert services.signing.is_stale(act)
    with pytest.raises(OutOfDate, match="has changed since it was proposed"):
        services.signing.sign(act, read=act.sha256, by=it.viktor)
    assert assignment.status is AssignmentStatus.SUBMITTED


def test_neither_the_reviewer_nor_somebody_with_an_interest_takes_part(evaluating, stage, granada):
    assignment, it = evaluating.assign(stage, granada)[0], evaluating.world
    evaluating.review(assignment)
    services, session = evaluating.services, evaluating.session
    session.add(
        Appointment(person=it.wei, role=Role.MANAGER, fund_id=it.fund.id, since=evaluating.clock())
    )
    session.flush()
    act = services.assignments.propose_exclusion(assignment, reason="Too short.", by=it.helena)

    assert assignment.reviewer is it.wei
    assert services.pending_signatures.of(it.wei) == []
    services.interests.declare(it.viktor, granada, Interest.DISQUALIFYING, "A friend.")
    session.flush()
    assert services.pending_signatures.of(it.viktor) == []
    with pytest.raises(Refused, match="Another manager must sign"):
        services.signing.sign(act, read=act.sha256, by=it.viktor)
    services.signatures.take_back(act, by=it.helena)
    with pytest.raises(Refused, match="Only managers without an interest"):
        services.assignments.propose_exclusion(assignment, reason="Too short.", by=it.viktor)


def test_reviews_after_the_stages_date_are_late_however_often_they_come_in(
    evaluating, stage, granada, clock
):
    first, second, third = evaluating.assign(stage, granada)
    evaluating.review(first)
    evaluating.services.reviews.reopen(first, reason="Look again.", by=evaluating.world.helena)
    clock.move_to(stage.due_at + timedelta(days=2))
    evaluating.review(second)
    reviews = evaluating.services.reviews
    reviews.submit(first, by=first.reviewer)
    evaluating.session.commit()

    assert [it.lateness(clock()) for it in (first, second, third)] == [
        None,
        timedelta(days=2),
        timedelta(days=2),
    ]
    [progress] = evaluating.services.stages.progress(stage, [granada])
    assert progress.late == 2
    loads = evaluating.services.assignments.loads(
        stage, seen_by=evaluating.world.helena, role=Role.MANAGER
    )
    assert {it.reviewer.id: it.late for it in loads} == {
        first.reviewer_id: 0,
        second.reviewer_id: 1,
        third.reviewer_id: 1,
    }


def test_nobody_is_asked_once_the_stage_is_closed(evaluating):
    granada, *_ = evaluating.rank_three()
    stage = evaluating.services.stages.of(evaluating.world.call)

    with pytest.raises(NotAllowedNow):
        evaluating.assign(stage, granada)
