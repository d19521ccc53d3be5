"""Stages that hide their applicants, in a real browser: what team, fund and reviewer see."""

import pytest

from grants.evaluation.models import Assignment
from grants.rules.workflow import Interest
from tests.support.proposals import written

pytestmark = pytest.mark.browser


@pytest.fixture
def granada(evaluating):
    it = evaluating.world
    it.call.rules = it.call.rules | {"hides_applicants": True}
    title = "Green roofs and cool courtyards for Granada, with neighbours who water them"
    return written(evaluating.services, it.call, it.granada, it.lucia, title)


def look(visitor, name, path):
    visitor.go(path)
    visitor.shoot(name)
    visitor.require_accessible()
    visitor.require_fit()


def test_what_team_fund_and_reviewer_see(evaluating, granada, enter):
    it, services = evaluating.world, evaluating.services
    evaluating.session.commit()
    lucia = enter(it.lucia)
    look(lucia, "hidden-submit", f"/proposals/{granada.reference}/submit")
    look(lucia, "hidden-call", "/calls/IUC-2020")
    look(lucia, "hidden-preview", f"/proposals/{granada.reference}/preview?reader=reviewer")
    services.proposals.submit(granada, by=it.lucia)
    stage = evaluating.open_stage(granada)
    services.assignments.assign(stage, [granada], [it.wei], by=it.helena)
    evaluating.session.commit()
    helena, wei = enter(it.helena), enter(it.wei)
    look(helena, "hidden-check", f"/proposals/{granada.reference}/check")
    review = evaluating.session.query(Assignment).one()
    look(wei, "hidden-reviews", "/reviews")
    look(wei, "hidden-offer", f"/reviews/{review.id}")
    services.reviews.declare(review, Interest.NONE, by=it.wei)
    evaluating.session.commit()
    look(wei, "hidden-review", f"/reviews/{review.id}")
    assert "Granada" not in wei.page.content()
