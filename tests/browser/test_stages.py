"""Pages of a call in several stages, in a real browser: who goes on, and what is written next."""

import pytest

from tests.support.proposals import GRANADA, complete
from tests.support.staging import Staging

pytestmark = pytest.mark.browser


@pytest.fixture
def judged(evaluating):
    """Three concept notes, of which two may go on."""
    it, staging = evaluating.world, Staging(evaluating)
    staging.plan()
    three = (
        evaluating.submit(it.granada, it.lucia, GRANADA, answers=complete()),
        evaluating.submit(it.mannheim, it.jonas, "Advanced Manufacturing Roadshow", 5_000_000),
        evaluating.submit(it.lodz, it.zofia, "Zielone podwórka", 6_000_000),
    )
    staging.judge(dict(zip(three, (9, 8, 7), strict=True)))
    return staging, three


def test_pages_of_a_call_in_stages_are_accessible(judged, evaluating, enter):
    staging, (granada, mannheim, _lodz) = judged
    helena = enter(evaluating.world.helena)
    look(helena, "stage-entry", "/manage/calls/IUC-2020/stage")
    look(helena, "call-public-stages", "/calls/IUC-2020")
    look(helena, "call-form-stages", "/manage/calls/IUC-2020/correct")
    look(helena, "reviews-of-proposal", f"/proposals/{mannheim.reference}/reviewers")
    staging.go_on()
    look(helena, "stage-writing", "/manage/calls/IUC-2020/stage")
    lucia = enter(evaluating.world.lucia)
    look(lucia, "proposal-invited", f"/proposals/{granada.reference}")


def look(visitor, name, path):
    visitor.go(path)
    visitor.shoot(name)
    visitor.require_accessible()
    visitor.require_fit()
