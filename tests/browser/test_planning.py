"""Pages on which reviewers are planned and many proposals decided, in a real browser."""

import pytest

from tests.browser.test_stages import look

pytestmark = pytest.mark.browser

PLANS = "/manage/calls/IUC-2020/assign/plans"


def test_pages_of_planning_are_accessible(evaluating, enter):
    it = evaluating.world
    it.granada.name = (
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    )
    evaluating.open_stage(*evaluating.three())
    helena = enter(it.helena)
    look(helena, "assign-plans", PLANS)
    look(helena, "assign-matrix", "/manage/calls/IUC-2020/assign/matrix")
    look(helena, "reviewer-pool", "/manage/funds/IUC-ASIA/reviewers")
    helena.go(PLANS)
    helena.page.get_by_role("button", name="Propose assignments").click()
    helena.page.wait_for_url("**/plans/1")
    look(helena, "assign-plan", f"{PLANS}/1")
    look(enter(it.wei), "own-expertise", "/reviews/expertise/IUC-ASIA")


def test_the_page_of_many_decisions_is_accessible(evaluating, enter):
    evaluating.rank_three()
    helena = enter(evaluating.world.helena)
    look(helena, "decide-many", "/manage/calls/IUC-2020/decisions/many")
    look(helena, "ranking-what-if", "/manage/calls/IUC-2020/ranking/what-if")
    look(helena, "new-call-presets", "/manage/funds/IUC-ASIA/calls/new?preset=two-stages")
