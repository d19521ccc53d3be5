"""Steps of endings.feature."""

from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from pytest_bdd import given, parsers, scenarios, then, when

from grants import ledger
from grants.accounts.models import Appointment, Membership
from grants.proposals.models import Proposal, TeamMember
from tests.support import mailbox as mailboxes
from tests.support import world
from tests.support.proposals import proposals_of

scenarios("endings.feature")


@dataclass
class Scene:
    """Who is signed in where, and what they look at."""

    sign_in: Any
    browsers: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    page: Any = None
    proposal: str = ""

    def of(self, name: str) -> Any:
        if name not in self.browsers:
            self.browsers[name] = self.sign_in(self.people[name])
        return self.browsers[name]

    def press(self, name: str, ending: str) -> None:
        """Press the button that leads to an address which ends so."""
        form = next(it for it in self.page.forms.values() if it.action.endswith(ending))
        self.page = form.submit(status=303).follow()


@pytest.fixture
def scene(sign_in, iuc):
    made = Scene(sign_in)
    made.people = {
        name.title(): getattr(iuc, name) for name in ("lucia", "jonas", "wei", "helena", "olga")
    }
    made.people["Lucía"] = iuc.lucia
    return made


@pytest.fixture
def mailbox(portal):
    return mailboxes.of(portal)


@given("Lucía writes alone for the City of Granada")
def writes(scene, services, session, iuc):
    begun: Proposal = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="1")
    session.commit()
    scene.proposal = begun.reference


@given("Lucía and Ana write for the City of Granada")
def write(scene, services, session, iuc, clock):
    ana = world.person(session, "Ana Soto", "ana@example.org", clock())
    session.flush()
    session.add(Membership(person=ana, organisation=iuc.granada, since=clock()))
    writes(scene, services, session, iuc)
    scene.people["Ana"] = ana
    scene.of("Ana").get(f"/proposals/{scene.proposal}", status=200)


@given("Jonas of Mannheim is a guest in her team")
def guest(scene, session, iuc, clock):
    proposal = proposals_of(session).one()
    session.add(TeamMember(person=iuc.jonas, proposal=proposal, since=clock()))
    session.commit()
    scene.of("Jonas").get(f"/proposals/{scene.proposal}", status=200)


@given("Wei reviews for the fund")
def reviews(scene, evaluating):
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    evaluating.assign(stage, *three)
    evaluating.session.commit()
    assert "Competitive fund 2020" in scene.of("Wei").get("/reviews").html.find("main").text


@given("Helena is the only manager of the fund")
def alone(session, iuc):
    session.execute(sa.delete(Appointment).where(Appointment.person_id == iuc.viktor.id))
    session.commit()


@when("Lucía takes Ana out of the City of Granada")
def takes_out(scene, session, iuc):
    ana = scene.people["Ana"].id
    held = session.scalar(sa.select(Membership.id).where(Membership.person_id == ana))
    session.rollback()
    scene.page = scene.of("Lucía").get(f"/organisations/{iuc.granada.id}")
    scene.press("Lucía", f"/members/{held}/remove")


@when("Lucía takes Jonas out of the team")
def takes_the_guest_out(scene, session):
    held = session.scalars(sa.select(TeamMember.id)).one()
    session.rollback()
    scene.page = scene.of("Lucía").get(f"/proposals/{scene.proposal}")
    scene.press("Lucía", f"/team/{held}/remove")


@when("Helena, who manages the fund, ends Wei's role")
def ends_the_role(scene, session, iuc):
    held = session.scalar(sa.select(Appointment.id).where(Appointment.person_id == iuc.wei.id))
    session.rollback()
    scene.page = scene.of("Helena").get(f"/manage/funds/{iuc.fund.code}/people")
    scene.press("Helena", f"/{held}/end")


@when("Lucía looks at her organisation")
def looks(scene, iuc):
    scene.page = scene.of("Lucía").get(f"/organisations/{iuc.granada.id}")


@when("Helena looks at who has access")
def looks_at_the_fund(scene, iuc):
    scene.page = scene.of("Helena").get(f"/manage/funds/{iuc.fund.code}/people")


@then(parsers.parse("{name}, who is still signed in, finds Granada's proposal no more"))
def finds_no_more(scene, name):
    scene.of(name).get("/account", status=200)
    scene.of(name).get(f"/proposals/{scene.proposal}", status=404)


@then("Wei, who is still signed in, finds the call among his reviews no more")
def no_reviews(scene):
    assert "Competitive fund 2020" not in scene.of("Wei").get("/reviews").html.find("main").text


@then(parsers.parse('Ana gets a letter "{subject}"'))
def gets(mailbox, subject):
    assert [it["Subject"] for it in mailbox.letters("ana@example.org")] == [subject]


@then(parsers.parse('Lucía reads "{name}" among the former members'))
def former(scene, name):
    assert name in scene.page.html.find(id="former").find_parent("section").text


@then("the ledger tells that Lucía ended it")
def told(session, iuc):
    session.rollback()
    last = ledger.history(session, kind="organisation", reference=str(iuc.granada.id))[-1]
    assert (last.action, last.actor_id) == ("end", iuc.lucia.id)


@then(parsers.parse('the auditor reads "{name}" among those whose role has ended'))
def auditor_reads(scene, iuc, name):
    scene.page = scene.of("Olga").get(f"/manage/funds/{iuc.fund.code}/people")
    assert name in scene.page.html.find_all("table")[-1].text


@then("the auditor is offered no button to end anything")
def no_button(scene):
    assert not scene.page.html.find("main").find_all("form")


@then(parsers.parse('she reads "{words}"'))
def reads(scene, words):
    assert words in scene.page
