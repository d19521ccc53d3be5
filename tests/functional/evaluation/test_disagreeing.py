"""Reviews that disagree are seen at once: by managers, and not before their own review is in."""

import pytest

from grants.accounts.models import Appointment
from grants.rules.workflow import Role
from tests.support.evaluating import HALVES

STAGE = "/manage/calls/IUC-2020/stage"


@pytest.fixture
def three(evaluating):
    """All are reviewed; of Granada's proposal Marc finds the impact three points lower."""
    it = evaluating.world
    it.call.rules = it.call.rules | {"divergence": {"total": "3", "both_sides": True}}
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    for assignment in evaluating.assign(stage, *three):
        apart = assignment.reviewer is it.marc and assignment.proposal is three[0]
        evaluating.review(assignment, HALVES | {"impact": 2} if apart else HALVES)
    return three


def text(page):
    return " ".join(page.html.find("main").text.split())


def test_the_stage_says_which_reviews_disagree_and_shows_only_those(helena, three):
    page = helena.get(STAGE)

    row = next(it for it in page.html.find_all("tr") if three[0].reference in it.text)
    assert "Reviews disagree: one more is needed" in row.text
    assert "Close the stage" not in text(page)
    only = page.click("Reviews disagree: 1")
    assert three[0].reference in text(only)
    assert three[1].reference not in text(only)


def test_scores_stand_side_by_side_with_their_spread_and_a_word(helena, three):
    page = helena.get(f"/proposals/{three[0].reference}/reviewers")

    foot = [" ".join(row.get_text(" ").split()) for row in page.html.find("tfoot").find_all("tr")]
    assert foot[0].startswith("Mean 4.00 3.00 4.00 12.50")
    assert "1.00–4.00 (3.00) Reviews disagree" in foot[1]
    assert "Impact: the scores lie on both sides of the threshold of 3." in text(page)
    assert "The totals are 4.5 points apart; more than 3 is a disagreement." in text(page)
    assert "Required: 4." in text(page)


def test_reviews_that_agree_have_no_mark(helena, three):
    page = helena.get(f"/proposals/{three[1].reference}/reviewers")

    assert "The reviews side by side" in text(page)
    assert "disagree" not in text(page)


def test_who_owes_a_review_is_told_nothing_of_it(evaluating, helena, three, session):
    it, at = evaluating.world, evaluating.clock()
    session.add(Appointment(person=it.helena, role=Role.REVIEWER, call_id=it.call.id, since=at))
    session.flush()
    stage = evaluating.services.stages.of(it.call)
    evaluating.services.assignments.assign(stage, [three[0]], [it.helena], by=it.viktor)
    session.commit()

    for address in (f"/proposals/{three[0].reference}/reviewers", STAGE, f"{STAGE}?show=disagree"):
        page = text(helena.get(address))
        assert "one more is needed" not in page
        assert "side by side" not in page
    row = next(x for x in helena.get(STAGE).html.find_all("tr") if three[0].reference in x.text)
    assert row.select_one('[data-label="Needed"]').text.strip() == "3"
    assert "disagree, and need one more" not in helena.get("/work")


def test_the_public_reads_the_rule_and_its_figures(browser, three):
    page = text(browser.get("/calls/IUC-2020"))

    assert "Reviews disagree when their totals differ by more than 3 points." in page
    assert "Such a proposal needs one more review" in page
