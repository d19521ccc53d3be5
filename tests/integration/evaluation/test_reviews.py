"""Reviews: declared, written, submitted, reopened, locked."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from grants.accounts.models import Appointment
from grants.evaluation.queries.affiliations import partners_in
from grants.evaluation.service.reviews import Draft, Score, draft_of, missing_in
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate
from grants.rules.events import ReviewReopened
from grants.rules.scoring import NotAScore
from grants.rules.workflow import AssignmentStatus, Interest, Role, Ruling
from tests.support.evaluating import HALVES, draft

pytestmark = pytest.mark.both_databases

Status = AssignmentStatus


@pytest.fixture
def stage(evaluating):
    return evaluating.open_stage(*evaluating.three())


@pytest.fixture
def review(evaluating, stage):
    """Wei's review of Granada's proposal, offered."""
    granada = evaluating.services.stages.in_evaluation(stage)[0].proposal
    return next(
        each for each in evaluating.assign(stage, granada) if each.reviewer is evaluating.world.wei
    )


def accepted(evaluating, review):
    evaluating.services.reviews.declare(review, Interest.NONE, by=review.reviewer)


def test_no_interest_accepts_the_review(evaluating, review):
    accepted(evaluating, review)

    assert review.status is Status.ACCEPTED


@pytest.mark.parametrize("interest", [Interest.POTENTIAL, Interest.DISQUALIFYING])
def test_an_interest_bars_and_hides_the_review(evaluating, review, interest):
    reviews, wei = evaluating.services.reviews, review.reviewer

    reviews.declare(review, interest, explanation="We were colleagues.", by=wei)

    assert review.status is Status.CONFLICTED
    assert evaluating.services.review_list.page(wei).reviews == []
    assert evaluating.services.access.roles_in_proposal(wei, review.proposal) == frozenset()


def test_a_potential_interest_is_cleared_by_a_ruling(evaluating, review):
    reviews, it = evaluating.services.reviews, evaluating.world
    reviews.declare(review, Interest.POTENTIAL, explanation="Colleagues once.", by=it.wei)
    declared = evaluating.services.interests.of(it.wei, review.proposal)

    evaluating.services.interests.rule(declared, Ruling.ALLOWED, reason="In 1998.", by=it.helena)

    assert review.status is Status.ACCEPTED
    assert evaluating.services.review_list.page(it.wei).reviews == [review]


def test_an_interest_found_later_bars_too(evaluating, review):
    evaluating.review(review)

    evaluating.services.reviews.declare(
        review, Interest.DISQUALIFYING, explanation="My cousin leads it.", by=review.reviewer
    )

    assert review.status is Status.CONFLICTED


def test_declining_needs_a_reason(evaluating, review):
    reviews, wei = evaluating.services.reviews, review.reviewer

    with pytest.raises(Incomplete):
        reviews.decline(review, reason="", by=wei)
    reviews.decline(review, reason="No time.", by=wei)

    assert (review.status, review.reason) == (Status.DECLINED, "No time.")
    assert evaluating.services.review_list.page(wei).reviews == []


def test_nothing_is_written_before_interests_are_declared(evaluating, review):
    with pytest.raises(NotAllowedNow):
        evaluating.services.reviews.save(
            review, draft(HALVES), revision=0, tab="one", by=review.reviewer
        )


def test_a_draft_is_kept_however_incomplete(evaluating, review):
    accepted(evaluating, review)
    reviews, wei = evaluating.services.reviews, review.reviewer
    begun = Draft(scores={"impact": Score(halves=7)}, private_comment="Hm.")

    assert reviews.save(review, begun, revision=0, tab="one", by=wei) == 1

    assert review.status is Status.DRAFT
    assert draft_of(review).scores["impact"].halves == 7
    assert missing_in(review) == ("Excellence", "Impact", "Implementation")
    with pytest.raises(Incomplete, match="Excellence, Impact, Implementation"):
        reviews.submit(review, by=wei)


def test_saving_the_same_again_changes_nothing(evaluating, review):
    accepted(evaluating, review)
    reviews, wei = evaluating.services.reviews, review.reviewer
    reviews.save(review, draft(HALVES), revision=0, tab="one", by=wei)

    assert reviews.save(review, draft(HALVES), revision=1, tab="one", by=wei) == 1


def test_another_window_does_not_undo_a_later_save(evaluating, review):
    accepted(evaluating, review)
    reviews, wei = evaluating.services.reviews, review.reviewer
    reviews.save(review, draft(HALVES, "first"), revision=0, tab="one", by=wei)

    with pytest.raises(OutOfDate):
        reviews.save(review, draft(HALVES, "second"), revision=0, tab="two", by=wei)
    reviews.save(review, draft(HALVES, "third"), revision=0, tab="one", by=wei)

    assert draft_of(review) == draft(HALVES, "third")


def test_only_scores_of_the_scale_are_kept(evaluating, review):
    accepted(evaluating, review)

    with pytest.raises(NotAScore):
        evaluating.services.reviews.save(
            review, draft({"impact": 11}), revision=0, tab="one", by=review.reviewer
        )


def test_submitting_twice_is_submitting_once(evaluating, review):
    evaluating.review(review)
    at = review.review.submitted_at
    evaluating.clock.advance(hours=1)

    evaluating.services.reviews.submit(review, by=review.reviewer)

    assert (review.status, review.review.submitted_at) == (Status.SUBMITTED, at)


def test_what_is_submitted_is_not_changed_until_it_is_reopened(evaluating, review):
    evaluating.review(review)
    heard = []
    reviews = replace(evaluating.services, publish=heard.append).reviews
    wei, helena = review.reviewer, evaluating.world.helena

    with pytest.raises(NotAllowedNow):
        reviews.save(review, draft(HALVES, "late"), revision=1, tab="one", by=wei)
    with pytest.raises(Incomplete):
        reviews.reopen(review, reason=" ", by=helena)
    reviews.reopen(review, reason="Impact has no argument.", by=helena)
    reviews.save(review, draft(HALVES, "again"), revision=1, tab="one", by=wei)
    reviews.submit(review, by=wei)

    assert review.status is Status.SUBMITTED
    assert ReviewReopened(assignment=review) in heard


def test_a_closed_stage_locks_everything(evaluating, stage):
    proposals = [each.proposal for each in evaluating.services.stages.in_evaluation(stage)]
    assignments = evaluating.assign(stage, *proposals)
    for each in assignments:
        evaluating.review(each)
    evaluating.close_stage(stage)
    reviews, review = evaluating.services.reviews, assignments[0]

    assert review.status is Status.LOCKED
    with pytest.raises(NotAllowedNow):
        reviews.save(review, draft(HALVES), revision=1, tab="one", by=review.reviewer)
    with pytest.raises(NotAllowedNow):
        reviews.reopen(review, reason="Late.", by=evaluating.world.helena)


def test_own_assignments_only(evaluating, review):
    reviews, it = evaluating.services.reviews, evaluating.world

    assert reviews.own(it.wei, review.id) is review
    assert reviews.own(it.anna, review.id) is None
    assert reviews.of_proposal(review.proposal, review.id) is review
    assert reviews.of_proposal(review.proposal, 12345) is None


def test_what_is_to_be_done_comes_first(evaluating, stage):
    proposals = [each.proposal for each in evaluating.services.stages.in_evaluation(stage)]
    mine = [
        each for each in evaluating.assign(stage, *proposals) if each.reviewer.name == "Anna Rossi"
    ]
    evaluating.review(mine[0])
    accepted(evaluating, mine[1])

    listed = evaluating.services.review_list.page(evaluating.world.anna).reviews

    assert [each.status for each in listed] == [Status.OFFERED, Status.ACCEPTED, Status.SUBMITTED]
    beyond = evaluating.services.review_list.page(evaluating.world.anna, 99)
    assert (beyond.number, beyond.pages, beyond.reviews) == (1, 1, listed)


def test_partners_are_named_for_the_declaration(iuc):
    from grants.calls.queries.definitions import definition_of

    section, asked = definition_of(iuc.form).playing("partners")
    rows = [{"organisation": "Xi'an"}, {"organisation": "University of Granada"}, {}]
    cities = {"lead_city": {"name": "Granada", "country": "ES"}, "paired_city": {"name": "Xi'an"}}
    version = SimpleNamespace(
        form=iuc.form,
        answers={section.code: {asked.code: rows, **cities}},
    )

    assert partners_in(version) == ("Granada", "Xi'an", "University of Granada")


def test_a_review_cleared_after_a_ruling_comes_in_again_as_it_was(evaluating):
    it, services = evaluating.world, evaluating.services
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    review = evaluating.assign(stage, three[0])[0]
    evaluating.review(review)
    by, reviews = review.reviewer, services.reviews
    reviews.declare(review, Interest.POTENTIAL, explanation="I know one.", by=by)
    declared = services.interests.of(by, three[0])
    services.interests.rule(declared, Ruling.ALLOWED, reason="Long ago.", by=it.helena)
    assert review.status is AssignmentStatus.ACCEPTED
    loads = services.assignments.loads(stage, seen_by=it.helena, role=Role.MANAGER)
    assert {load.reviewer.id: load.done for load in loads}[by.id] == 0

    reviews.save(review, draft_of(review), revision=review.review.revision, tab="one", by=by)
    reviews.submit(review, by=by)

    assert review.status is AssignmentStatus.SUBMITTED


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_who_came_to_see_the_applicants_judges_no_more_where_they_are_hidden(
    evaluating, session, role
):
    it, reviews = evaluating.world, evaluating.services.reviews
    it.call.rules = it.call.rules | {"hides_applicants": True}
    granada = evaluating.submit(it.granada, it.lucia, "Blockchain")
    first, second, third = evaluating.assign(evaluating.open_stage(granada), granada)
    reviews.declare(first, Interest.NONE, by=first.reviewer)
    written = draft(HALVES, "Wei")
    reviews.save(first, written, revision=0, tab="one", by=first.reviewer)
    for each in (first, second):
        session.add(
            Appointment(
                person=each.reviewer, role=role, fund_id=it.fund.id, since=evaluating.clock()
            )
        )
    session.flush()

    with pytest.raises(NotAllowedNow, match="You see who applies"):
        reviews.submit(first, by=first.reviewer)
    with pytest.raises(NotAllowedNow, match="You see who applies"):
        reviews.declare(second, Interest.NONE, by=second.reviewer)
    assert draft_of(first) == written
    reviews.decline(second, reason="I manage the fund now.", by=second.reviewer)
    evaluating.review(third)
