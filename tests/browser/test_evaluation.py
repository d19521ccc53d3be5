"""The pages of the evaluation in a real browser: saved as one types, nothing lost, accessible."""

import pytest
from playwright.sync_api import expect

from grants.calls.models import Criterion
from grants.evaluation.models import Assignment
from grants.evaluation.service.reviews import draft_of
from grants.rules.workflow import Interest, Ruling
from tests.support.evaluating import draft

pytestmark = pytest.mark.browser

CALL = "/manage/calls/IUC-2020"


@pytest.fixture
def stage(evaluating):
    return evaluating.open_stage(*evaluating.three())


@pytest.fixture
def review(evaluating, stage):
    """Wei's review of Granada's proposal, accepted."""
    proposals = [each.proposal for each in evaluating.services.stages.in_evaluation(stage)]
    made = evaluating.assign(stage, *proposals)
    mine = next(each for each in made if each.reviewer is evaluating.world.wei)
    evaluating.services.reviews.declare(mine, Interest.NONE, by=mine.reviewer)
    evaluating.session.commit()
    return mine


def saved(evaluating, review):
    evaluating.session.rollback()
    evaluating.session.expire_all()
    return draft_of(evaluating.session.get(Assignment, review.id))


def test_a_review_is_saved_while_it_is_typed(evaluating, review, enter):
    wei = enter(evaluating.world.wei)
    page = wei.go(f"/reviews/{review.id}")
    status = page.locator("[data-save-status]")

    page.get_by_role("radio", name="3.5", exact=True).first.check()
    page.get_by_label("Comment", exact=True).first.fill("Clear and new.")
    expect(status).to_contain_text("Saved")
    expect(page.locator("[data-running-total]")).to_have_text("Total so far: 3.50 of 17.50 points")
    page.get_by_label("Comment", exact=True).first.fill("Clear, new and useful.")
    page.wait_for_timeout(2500)
    expect(status).to_contain_text("Saved")

    score = saved(evaluating, review).scores["excellence"]
    assert (score.halves, score.comment) == (7, "Clear, new and useful.")


def test_a_second_window_is_told_and_keeps_its_words(evaluating, review, enter):
    wei = enter(evaluating.world.wei)
    first = wei.go(f"/reviews/{review.id}")
    second = wei.context.new_page()
    second.goto(first.url)
    first.get_by_label("Comment", exact=True).first.fill("From the first window.")
    expect(first.locator("[data-save-status]")).to_contain_text("Saved")

    second.get_by_label("Comment", exact=True).first.fill("From the second window.")
    expect(second.locator("[data-save-status]")).to_contain_text("Please press “Save” to see why")
    second.get_by_role("button", name="Save", exact=True).click()

    told = second.get_by_text("This review was saved in another window in the meantime.")
    expect(told).to_be_visible()
    expect(second.get_by_label("Comment", exact=True).first).to_have_value(
        "From the second window."
    )
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("Saved.", exact=True)).to_be_visible()
    assert saved(evaluating, review).scores["excellence"].comment == "From the second window."


def test_reviewers_pages_are_accessible(evaluating, review, enter):
    wei = enter(evaluating.world.wei)
    offered = review.id + 3
    for name, path in (
        ("reviews", "/reviews"),
        ("review", f"/reviews/{review.id}"),
        ("review-missing", f"/reviews/{review.id}?check=all"),
        ("review-offer", f"/reviews/{offered}"),
    ):
        wei.go(path)
        wei.require_accessible()
        wei.shoot(name)
    wrong = wei.go(f"/reviews/{review.id}?check=all")
    field = wrong.locator("#review-scores-impact-comment")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby")
    assert "review-scores-impact-comment-error" in described
    assert wrong.locator("fieldset#review-scores-impact > legend").inner_text() == "Impact"


@pytest.fixture
def crowded(evaluating):
    """The call with five criteria, and applicants whose names are as long as any."""
    it = evaluating.world
    for code in ("sustainability", "transferability"):
        it.call.criteria.append(
            Criterion(position=len(it.call.criteria), code=code, name=code.capitalize(), weight="1")
        )
    it.granada.name = (
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    )
    evaluating.session.commit()


def test_managers_pages_are_accessible_to_the_end(evaluating, crowded, review, enter):
    it, granada = evaluating.world, review.proposal
    conflicts = evaluating.services.interests
    helena = enter(it.helena)

    def look(**pages):
        evaluating.session.commit()
        for name, path in pages.items():
            helena.go(path)
            helena.require_accessible()
            helena.require_fit()
            helena.shoot(name)

    declared = conflicts.declare(it.marc, granada, Interest.POTENTIAL, "We wrote a paper.")
    look(
        list=f"{CALL}/proposals",
        stage=f"{CALL}/stage",
        assign=f"{CALL}/assign",
        conflicts=f"{CALL}/interests",
        reviewers=f"/proposals/{granada.reference}/reviewers",
        interest=f"/proposals/{granada.reference}/interest",
    )
    conflicts.rule(declared, Ruling.ALLOWED, reason="Long ago.", by=it.helena)
    finish(evaluating)
    look(ranking=f"{CALL}/ranking")
    evaluating.rank()
    look(
        adopted=f"{CALL}/ranking",
        letters=f"{CALL}/decisions",
        decide=f"/proposals/{granada.reference}/decision",
    )


def finish(evaluating):
    """Have everybody submit what they were asked for, and close the stage."""
    reviews = evaluating.services.reviews
    for number, each in enumerate(evaluating.session.query(Assignment).order_by(Assignment.id)):
        if each.status == "offered":
            reviews.declare(each, Interest.NONE, by=each.reviewer)
        codes = [it.code for it in evaluating.world.call.criteria]
        given = draft(dict.fromkeys(codes, 6 + number // 3), each.reviewer.name)
        reviews.save(each, given, revision=each.review.revision, tab="", by=each.reviewer)
        reviews.submit(each, by=each.reviewer)
    evaluating.close_stage(evaluating.services.stages.of(evaluating.world.call))
