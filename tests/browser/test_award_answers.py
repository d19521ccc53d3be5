"""Awards to be accepted or declined, in a real browser."""

from datetime import timedelta

import pytest

from tests.support.awarding import Awarding

pytestmark = pytest.mark.browser


def test_pages_of_an_answer_are_accessible(evaluating, enter):
    granada, _mannheim, _lodz = Awarding(evaluating).decide()
    world, services = evaluating.world, evaluating.services
    desk = f"/manage/calls/{granada.call.code}/decisions"
    helena = enter(world.helena)
    helena.go(desk)
    helena.page.locator(".confirm-twice summary").first.click()
    helena.shoot("letters-to-send")
    helena.require_accessible()
    helena.require_fit()
    day = evaluating.clock().date() + timedelta(days=30)
    services.decisions.send_letters(world.call, by=world.helena, answer_by=day)
    evaluating.session.commit()
    lucia = enter(world.lucia)
    look(lucia, "proposal-to-answer", f"/proposals/{granada.reference}")
    look(lucia, "award-answer", f"/proposals/{granada.reference}/answer")
    decision = services.decisions.notified(granada)
    services.award_answers.answer(
        granada, decision, accepted=False, reason="The partner withdrew.", by=world.lucia
    )
    evaluating.session.commit()
    look(lucia, "award-declined", f"/proposals/{granada.reference}")
    look(helena, "letters-answered", desk)


def look(visitor, name, path):
    visitor.go(path)
    visitor.shoot(name)
    visitor.require_accessible()
    visitor.require_fit()
