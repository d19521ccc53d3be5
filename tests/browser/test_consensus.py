"""Scales and consensus reports in a real browser: buttons for scores, both texts, answers."""

import pytest
from playwright.sync_api import expect

from grants.evaluation.models import Assignment
from grants.evaluation.queries.agreed_texts import draft_of

pytestmark = pytest.mark.browser

EVEN = {"excellence": 8, "impact": 8, "implementation": 8}


@pytest.fixture
def granada(evaluating):
    """Wei is rapporteur of Granada's proposal, whose reviews lie apart on impact."""
    it = evaluating.world
    it.call.rules = it.call.rules | {"divergence": {"criterion": "1.5"}, "consensus": "DISAGREEING"}
    granada = evaluating.submit(it.granada, it.lucia, "Blockchain for smart and circular cities")
    stage = evaluating.open_stage(granada)
    impact = {it.wei.id: 4, it.anna.id: 8, it.marc.id: 9}
    for assignment in evaluating.assign(stage, granada):
        evaluating.review(assignment, EVEN | {"impact": impact[assignment.reviewer_id]})
    evaluating.services.consensus.begin(stage, granada, it.wei, by=it.helena)
    evaluating.session.commit()
    return granada


def own(evaluating, granada, person):
    found = evaluating.session.query(Assignment).filter_by(
        proposal_id=granada.id, reviewer_id=person.id
    )
    return f"/reviews/{found.one().id}/consensus"


def look(visitor, name, path):
    visitor.go(path)
    visitor.shoot(name)
    visitor.require_accessible()
    visitor.require_fit()


def test_a_report_is_saved_while_it_is_written_then_answered(evaluating, granada, enter):
    it = evaluating.world
    wei, anna, helena = enter(it.wei), enter(it.anna), enter(it.helena)
    look(wei, "consensus-writing", own(evaluating, granada, it.wei))
    page = wei.page
    impact = page.get_by_role("group", name="Impact")
    impact.get_by_role("radio", name="2.5", exact=True).check()
    impact.get_by_label("Why the score is another one").fill("The annex shows less.")
    expect(page.locator("[data-save-status]")).to_contain_text("Saved")
    for group in page.get_by_label("Comment", exact=True).all():
        group.fill("Agreed.")
    page.get_by_role("button", name="Check and circulate").click()
    expect(page.get_by_role("heading", name="Wait for the answers")).to_be_visible()
    look(anna, "consensus-answering", own(evaluating, granada, it.anna))
    anna.page.get_by_label("Minority view").fill("The impact is higher than that.")
    anna.page.get_by_role("button", name="Submit a minority view").click()
    look(helena, "consensus-of-proposal", f"/proposals/{granada.reference}/consensus")
    look(helena, "consensus-of-call", "/manage/calls/IUC-2020/consensus")

    evaluating.session.rollback()
    evaluating.session.expire_all()
    report = evaluating.services.consensus.of(granada.stage, granada)
    assert draft_of(report).scores["impact"].halves == 5
    assert [each.minority_view for each in report.views] == ["The impact is higher than that."]


def test_scales_are_buttons_or_a_list(evaluating, enter):
    it = evaluating.world
    options = {
        "excellence": {"scale": {"minimum_halves": 0, "maximum_halves": 200, "step_halves": 2}},
        "impact": {"not_assessed": "LEFT_OUT", "meanings": "5 Outstanding\n0 Nothing to see"},
        "implementation": {"scale": {"minimum_halves": 0, "maximum_halves": 2, "step_halves": 2}},
    }
    for criterion in it.call.criteria:
        criterion.options, criterion.threshold_halves = options[criterion.code], None
    granada = evaluating.submit(it.granada, it.lucia, "Blockchain for smart and circular cities")
    stage = evaluating.open_stage(granada)
    mine = next(each for each in evaluating.assign(stage, granada) if each.reviewer is it.wei)
    wei, helena = enter(it.wei), enter(it.helena)
    wei.go(f"/reviews/{mine.id}")
    wei.page.get_by_label("I have no interest in this proposal.").check()
    wei.page.get_by_role("button", name="Declare").click()
    look(wei, "review-scales", f"/reviews/{mine.id}")
    look(helena, "call-scales", "/manage/calls/IUC-2020/correct")
    look(helena, "call-public-scales", "/calls/IUC-2020")
