"""Reviewing without a network, in a real browser: what is taken along and brought back."""

import pytest

from grants.evaluation.models import Assignment
from grants.rules.workflow import Interest
from tests.functional.evaluation.test_offline import filled
from tests.support.proposals import complete

pytestmark = pytest.mark.browser

PAGE = "/reviews/calls/IUC-2020/offline"
LONG = "Nachhaltigkeitsverträglichkeitsprüfungsgesellschaft und 我们的城市 " * 2


@pytest.fixture
def mine(evaluating):
    it = evaluating.world
    two = [
        evaluating.submit(it.granada, it.lucia, "Blockchain", answers=complete()),
        evaluating.submit(it.mannheim, it.jonas, LONG, answers=complete(LONG[:110])),
    ]
    stage = evaluating.open_stage(*two)
    evaluating.assign(stage, *two)
    own = evaluating.session.query(Assignment).filter_by(reviewer_id=it.wei.id).all()
    for assignment in own:
        evaluating.services.reviews.declare(assignment, Interest.NONE, by=it.wei)
    evaluating.session.commit()
    return own


def test_what_is_brought_back_is_shown_and_saved(evaluating, mine, enter, tmp_path):
    wei = enter(evaluating.world.wei)
    wei.go(PAGE)
    wei.shoot("offline")
    wei.require_accessible()
    wei.require_fit()
    with wei.page.expect_download() as taken:
        wei.page.get_by_role("link", name="Your reviews as a spreadsheet").click()
    key, text = mine[1].id, "Many cities gain. " * 30
    typed = {f"{key}/impact": (4.5, text), f"{key}/excellence": (3, "Clear.")}
    file = tmp_path / "back.xlsx"
    file.write_bytes(filled(taken.value.path().read_bytes(), typed))
    wei.page.get_by_label("Your spreadsheet").set_input_files(file)
    wei.page.get_by_role("button", name="Show what it changes").click()
    wei.page.get_by_role("heading", name="What your file changes").wait_for()
    wei.shoot("offline-changes")
    wei.require_accessible()
    wei.require_fit()
    wei.page.get_by_role("button", name="Save these changes").click()
    wei.page.get_by_text("Saved in 1 reviews").wait_for()
    wei.go(PAGE)
    file.write_bytes(filled(taken.value.path().read_bytes(), {f"{key}/impact": ("seven", "x")}))
    wei.page.get_by_label("Your spreadsheet").set_input_files(file)
    wei.page.get_by_role("button", name="Show what it changes").click()
    wei.page.get_by_text("Nothing of the file was taken").wait_for()
    wei.shoot("offline-refused")
    wei.require_accessible()
