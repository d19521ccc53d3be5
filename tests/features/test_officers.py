"""Steps of officers.feature."""

from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from pytest_bdd import given, parsers, scenarios, then, when

from grants.accounts.models import Membership, Person
from tests.functional.proposals.test_submission import button
from tests.support import mailbox as mailboxes
from tests.support import world
from tests.support.proposals import written

scenarios("officers.feature")

CHECK_AND_SUBMIT = "/proposals/IUC-2020-001/submit"


@dataclass
class Scene:
    """Who looks at what."""

    iuc: Any
    sign_in: Any
    session: Any
    people: dict[str, Person]
    page: Any = None
    browsers: dict[str, Any] = field(default_factory=dict)

    def browser(self, name: str) -> Any:
        if name not in self.browsers:
            self.browsers[name] = self.sign_in(self.people[name])
        return self.browsers[name]

    def held(self, name: str) -> Membership:
        self.session.rollback()
        mine = sa.select(Membership).where(Membership.person_id == self.people[name].id)
        return self.session.scalars(mine).one()


@pytest.fixture
def scene(iuc, sign_in, session):
    return Scene(iuc, sign_in, session, {"Lucía": iuc.lucia, "Helena": iuc.helena})


@given("the call asks for an authorised officer")
def asks(scene):
    scene.iuc.call.rules = scene.iuc.call.rules | {"handed_in_by": "officers"}
    scene.session.commit()


@given("Lucía and Ana belong to the City of Granada")
def belong(scene, session, clock):
    ana = scene.people["Ana"] = world.person(session, "Ana Soto", "ana@example.org", clock())
    session.add(Membership(person=ana, organisation=scene.iuc.granada, since=clock()))
    session.commit()


@given("Lucía has written a whole proposal")
def whole(scene, services, session):
    written(services, scene.iuc.call, scene.iuc.granada, scene.iuc.lucia)
    session.commit()


@given("Ana is an authorised officer of the City of Granada")
def is_officer(scene, services, session):
    services.officers.name(scene.held("Ana"), by=scene.iuc.helena, fund=scene.iuc.fund)
    session.commit()


@when("Helena of the fund appoints Ana as authorised officer")
def names(scene):
    page = scene.browser("Helena").get(
        f"/manage/funds/IUC-ASIA/organisations/{scene.iuc.granada.id}"
    )
    form = button(page, f"/members/{scene.held('Ana').id}/officer")
    scene.page = form.submit(status=303).follow()


@when("Lucía checks the answers")
def checks(scene):
    scene.page = scene.browser("Lucía").get(CHECK_AND_SUBMIT)


@when("Ana looks at her work")
def looks(scene):
    scene.page = scene.browser("Ana").get("/work")


@when("Ana submits it")
def submits(scene):
    page = scene.browser("Ana").get(CHECK_AND_SUBMIT)
    scene.page = button(page, "/submit").submit(status=303).follow()


@when("Ana leaves the City of Granada")
def leaves(scene):
    page = scene.browser("Ana").get(f"/organisations/{scene.iuc.granada.id}")
    button(page, f"/members/{scene.held('Ana').id}/remove").submit(status=303)


@then(parsers.parse('she reads "{words}"'))
def reads(scene, words):
    assert words in " ".join(scene.page.html.main.text.replace("\xa0", " ").split())


@then("there is no button that submits it")
def no_button(scene):
    assert not [it for it in scene.page.forms.values() if it.action.endswith("/submit")]


@then(parsers.parse('Lucía and Ana get a mail "{subject}"'))
def mailed(portal, subject):
    mailbox = mailboxes.of(portal)
    for address in ("lucia@example.org", "ana@example.org"):
        assert [it["Subject"] for it in mailbox.letters(address)] == [subject]
