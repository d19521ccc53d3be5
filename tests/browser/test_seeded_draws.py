"""Pages of a draw by seed and of ties that facts end, in a real browser."""

import pytest

from tests.support.evaluating import HALVES

pytestmark = pytest.mark.browser


@pytest.fixture
def tied(evaluating):
    """Granada and Mannheim are level, Łódź ranks higher by its request; money for two of three."""
    granada, mannheim, lodz = evaluating.three()
    call = evaluating.world.call
    ties = ["impact", "fact:request", "fact:new_country"]
    call.rules = call.rules | {"draw": "SEED", "tie_rules": ties}
    granada.requested_cents, mannheim.requested_cents, lodz.requested_cents = (
        5_000_000,
        5_000_000,
        4_000_000,
    )
    call.envelope_cents = 9_000_000
    stage = evaluating.open_stage(granada, mannheim, lodz)
    evaluating.review_all(stage, [(it, HALVES) for it in (granada, mannheim, lodz)])
    evaluating.close_stage(stage)
    evaluating.services.rankings.compute(call, by=evaluating.world.helena)
    evaluating.session.commit()
    return call


def test_pages_of_a_seeded_draw_are_accessible(tied, evaluating, enter):
    helena = enter(evaluating.world.helena)
    look(helena, "ranking-seed-secret", "/manage/calls/IUC-2020/ranking")
    look(helena, "call-public-seed", "/calls/IUC-2020")
    helena.page.goto(helena.page.url.replace("/calls/IUC-2020", "/manage/calls/IUC-2020/ranking"))
    helena.page.get_by_role("button", name="Draw now").click()
    helena.page.get_by_text("The draw is recorded").wait_for()
    look(helena, "ranking-seed-revealed", "/manage/calls/IUC-2020/ranking")


def look(visitor, name, path):
    visitor.go(path)
    visitor.shoot(name)
