"""Redress in a real browser: asked for by a city, settled by a manager who had no part in it."""

import pytest

from grants.accounts.models import Appointment
from grants.rules.workflow import Role
from tests.support import world
from tests.support.awarding import Awarding

pytestmark = pytest.mark.browser


@pytest.fixture
def lodz(evaluating):
    """Łódź is told that it is not awarded, and the call offers redress."""
    evaluating.world.call.rules = evaluating.world.call.rules | {"redress_days": 14}
    _granada, _mannheim, lodz = Awarding(evaluating).decide()
    evaluating.services.decisions.send_letters(evaluating.world.call, by=evaluating.world.helena)
    evaluating.session.commit()
    return lodz


def look(visitor, name, path):
    visitor.go(path)
    visitor.shoot(name)
    visitor.require_accessible()
    visitor.require_fit()


def test_pages_of_redress(evaluating, lodz, enter):
    it, session, at = evaluating.world, evaluating.session, evaluating.clock()
    olena = world.person(session, "Olena Outside", "olena@fund.example", at)
    session.add(Appointment(person=olena, role=Role.MANAGER, fund=it.fund, since=at))
    session.commit()
    zofia, helena, olena = enter(it.zofia), enter(it.helena), enter(olena)
    look(zofia, "redress-asking", f"/proposals/{lodz.reference}/redress")
    zofia.page.get_by_label("What was not right in the procedure?").fill("The rule on ties.")
    zofia.page.get_by_role("button", name="Ask for redress").click()
    look(zofia, "redress-asked", f"/proposals/{lodz.reference}/redress")
    look(helena, "redress-list", "/manage/calls/IUC-2020/redress")
    session.rollback()
    session.expire_all()
    (asked,) = evaluating.services.redress.of(lodz)
    look(helena, "redress-involved", f"/manage/calls/IUC-2020/redress/{asked.id}")
    look(olena, "redress-settling", f"/manage/calls/IUC-2020/redress/{asked.id}")
