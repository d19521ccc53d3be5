"""A manager who reviews reads nothing of the other reviews before their own is submitted."""

import pytest

from grants.accounts.models import Appointment
from grants.evaluation.models import Assignment
from grants.rules.workflow import Interest, Role
from tests.support.evaluating import draft


@pytest.fixture
def three(evaluating):
    return evaluating.three()


@pytest.fixture
def own(evaluating, three, session):
    """Helena's review of Granada's proposal; the others have submitted all of theirs."""
    it, at = evaluating.world, evaluating.clock()
    session.add(Appointment(person=it.helena, role=Role.REVIEWER, call_id=it.call.id, since=at))
    session.commit()
    stage = evaluating.open_stage(*three)
    for each in evaluating.assign(stage, *three):
        evaluating.review(each)
    (made,) = evaluating.services.assignments.assign(stage, [three[0]], [it.helena], by=it.viktor)
    session.commit()
    return made


def addresses(evaluating, three):
    call = evaluating.world.call.code
    return [
        f"/proposals/{three[0].reference}/reviewers",
        f"/manage/calls/{call}/assign",
        f"/manage/calls/{call}/proposals",
        f"/manage/calls/{call}/proposals?order=reviews",
        f"/manage/calls/{call}/proposals.csv",
        f"/manage/calls/{call}/stage",
        f"/manage/funds/{evaluating.world.fund.code}/ledger",
        f"/manage/calls/{call}/ranking",
        "/work",
    ]


def test_no_word_no_score_and_no_count_before_the_own_review(evaluating, helena, own, three):
    page = helena.get(f"/proposals/{three[0].reference}/reviewers")

    assert "You review this proposal yourself" in page
    assert "Wei Zhang" in page
    for told in ("thought Wei", "4.0", "Submitted", "reviews submitted"):
        assert told not in page.html.find("main").text


def test_two_worlds_look_alike_to_a_manager_who_owes_a_review(
    evaluating, helena, own, three, session
):
    from tests.functional.evaluation.test_blindness import said

    everywhere = addresses(evaluating, three)
    helena.get("/work")
    one_world = {address: said(helena, address) for address in everywhere}
    for review in session.query(Assignment).filter_by(proposal=three[0]):
        if review is not own:
            evaluating.services.reviews.reopen(
                review, reason="Look again.", by=evaluating.world.viktor
            )
            for mark in review.review.marks:
                mark.halves, mark.comment = 1, "Quite different."
    session.commit()

    assert {address: said(helena, address) for address in everywhere} == one_world


def test_such_a_manager_neither_closes_the_stage_nor_reopens_a_review(
    evaluating, helena, own, three, session
):
    other = session.query(Assignment).filter_by(proposal=three[0]).first()
    page = helena.get(f"/manage/calls/{evaluating.world.call.code}/stage")
    csrf = page.html.find("input", attrs={"name": "csrf_token"})["value"]

    assert "Submit your own reviews" in page
    for address in (
        f"/manage/calls/{evaluating.world.call.code}/stage",
        f"/proposals/{three[0].reference}/reviewers/{other.id}/reopen",
    ):
        helena.post(address, {"csrf_token": csrf, "close": "yes", "reason": "Why not"}, status=409)


def test_everything_shows_once_the_own_review_is_in(evaluating, helena, own, three):
    reviews, by = evaluating.services.reviews, own.reviewer
    reviews.declare(own, Interest.NONE, by=by)
    reviews.save(
        own,
        draft(dict.fromkeys(("excellence", "impact", "implementation"), 5)),
        revision=0,
        tab="one",
        by=by,
    )
    evaluating.session.commit()
    assert "thought Wei" not in helena.get(f"/proposals/{three[0].reference}/reviewers")

    reviews.submit(own, by=by)
    evaluating.session.commit()

    assert "thought Wei" in helena.get(f"/proposals/{three[0].reference}/reviewers")
