"""A draw by seed on pages: one press, the seed in sight afterwards and never before."""

import pytest
import sqlalchemy as sa

from grants.calls.models import DrawSeed
from tests.support.evaluating import HALVES

RANKING = "/manage/calls/IUC-2020/ranking"


@pytest.fixture
def three(evaluating):
    """Three proposals that can be evaluated."""
    return evaluating.three()


def form_to(page, action):
    return next(it for it in page.forms.values() if it.action.endswith(action))


def _tied(evaluating, helena, three):
    call = evaluating.world.call
    call.rules = call.rules | {"draw": "SEED"}
    stage = evaluating.open_stage(*three)
    evaluating.review_all(stage, [(each, HALVES) for each in three])
    evaluating.close_stage(stage)
    return form_to(helena.get(RANKING), "/ranking").submit(status=303).follow()


def _seed(evaluating):
    evaluating.session.expire_all()
    return evaluating.session.scalars(sa.select(DrawSeed)).one()


def test_one_press_draws_and_the_seed_is_then_in_sight(evaluating, helena, three):
    page = _tied(evaluating, helena, three)
    seed = _seed(evaluating)
    secret, commitment = seed.secret, seed.sha256
    public = helena.get("/calls/IUC-2020")

    for shown in (page, public):
        assert commitment in shown
        assert "secret until the first draw" in shown
        assert secret not in shown
    assert "before witnesses" not in page
    assert "reason" not in page.forms["draw-1"].fields

    drawn = page.forms["draw-1"].submit("draw", status=303).follow()

    assert secret in drawn
    assert "The order follows from the seed that was committed" in drawn
    assert "Adopt the ranking" in drawn
    assert secret in helena.get("/calls/IUC-2020")


def test_a_draw_on_a_page_that_is_out_of_date_draws_nothing(evaluating, helena, three):
    page = _tied(evaluating, helena, three)
    form_to(helena.get(RANKING), "/ranking").submit(status=303)

    page.forms["draw-1"].submit("draw", status=409)

    assert _seed(evaluating).seed == ""
