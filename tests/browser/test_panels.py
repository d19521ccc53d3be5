"""Panels in a real browser: planned, held, read by a member, with long and foreign names."""

import pytest

from grants.rules.workflow import Interest
from tests.support.evaluating import HALVES
from tests.support.proposals import complete

pytestmark = pytest.mark.browser

CALL = "/manage/calls/IUC-2020"
LONG = "Nachhaltigkeitsverträglichkeitsprüfung für 我们的城市 und مدينة"


def look(visitor, name, path):
    visitor.go(path)
    visitor.shoot(name)
    visitor.require_accessible()
    visitor.require_fit()


@pytest.fixture
def reviewed(evaluating):
    """Four proposals; Marc has an interest in the first."""
    it = evaluating.world
    it.call.rules = it.call.rules | {"panel": {"band_halves": 2}, "minimum_reviews": 2}
    proposals = [
        evaluating.submit(it.granada, it.lucia, "Blockchain", answers=complete()),
        evaluating.submit(it.mannheim, it.jonas, LONG, answers=complete(LONG)),
        evaluating.submit(it.lodz, it.zofia, "Zielone podwórka", answers=complete("Zielone")),
        evaluating.submit(it.mannheim, it.jonas, "Roadshow", answers=complete("Roadshow")),
    ]
    evaluating.services.interests.declare(it.marc, proposals[0], Interest.POTENTIAL, "Perhaps.")
    stage = evaluating.open_stage(*proposals)
    people = [it.wei, it.anna]
    asked = evaluating.services.assignments.assign(stage, proposals, people, by=it.helena)
    for assignment in asked:
        evaluating.review(assignment, HALVES)
    evaluating.session.commit()
    return proposals


def test_a_panel_is_planned_held_and_read(evaluating, reviewed, enter):
    it = evaluating.world
    helena, marc = enter(it.helena), enter(it.marc)
    page = helena.page
    look(helena, "panel-plan", f"{CALL}/panels")
    page.get_by_label("Title").fill("Panel of spring")
    page.get_by_label("Place").fill("Room 1, Brussels")
    page.get_by_label("Starts").fill("2020-05-04T09:30")
    for name in ("Wei Zhang", "Anna Rossi", "Marc Dubois"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_label("Chair").select_option(label="Wei Zhang")
    page.get_by_label("Quorum").fill("2")
    page.get_by_role("button", name="Plan the meeting").click()
    page.get_by_role("button", name="Open the meeting").click()
    for name in ("Wei Zhang", "Anna Rossi", "Marc Dubois"):
        page.get_by_role("button", name=f"{name} arrives").click()
        page.get_by_role("button", name=f"{name} leaves").wait_for()
    look(helena, "panel-meeting", f"{CALL}/panels/1")
    look(helena, "panel-item-before", f"{CALL}/panels/1/4")
    page.get_by_role("button", name="Call it up").click()
    for name in ("Wei Zhang", "Anna Rossi"):
        page.get_by_label(name).select_option(label="For")
    page.get_by_role("textbox", name="Conclusion").fill(
        "To be funded; the annex shows that it can start at once."
    )
    impact = page.get_by_role("group", name="Impact")
    impact.get_by_label("Score of the panel").select_option(label="5")
    helena.shoot("panel-item")
    helena.require_accessible()
    page.get_by_role("button", name="Save the conclusion").click()
    page.get_by_text("State why the panel moves the score.").first.wait_for()
    helena.shoot("panel-item-error")
    impact.get_by_label("Why the panel moves it").fill("The annex shows more.")
    page.get_by_role("button", name="Save the conclusion").click()
    page.get_by_role("heading", name="Agenda").wait_for()
    look(helena, "panel-item-done", f"{CALL}/panels/1/4")
    look(helena, "panel-list", f"{CALL}/panels")
    marc.go("/reviews")
    marc.page.get_by_role("link", name="Panel of spring").click()
    marc.shoot("panel-member")
    marc.require_accessible()
    marc.require_fit()
    assert "IUC-2020-001" not in marc.page.content()
    marc.page.get_by_role("link", name="Zielone podwórka").click()
    marc.page.get_by_label("I have no interest").check()
    marc.page.get_by_role("button", name="Declare").click()
    marc.page.get_by_role("heading", name="The reviews", exact=True).wait_for()
    marc.shoot("panel-member-item")
    marc.require_accessible()
    marc.require_fit()
