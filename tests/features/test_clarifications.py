"""Steps of clarifications.feature: in browsers without script."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from grants.oversight.verification import clarifications
from grants.oversight.verification.entries import Entries
from grants.proposals.clarifications import Clarification
from grants.proposals.models import Proposal
from tests.support.proposals import submitted_version

scenarios("clarifications.feature")

pytestmark = pytest.mark.usefixtures("portal")


@dataclass
class Scene:
    """The proposal, and everybody's browser."""

    services: Any
    session: Any
    iuc: Any
    clock: Any
    sign_in: Any
    proposal: Proposal

    def at(self, name: str) -> Any:
        people = {"Helena": self.iuc.helena, "Lucía": self.iuc.lucia}
        return self.sign_in(people[name])

    @property
    def home(self) -> str:
        return f"/proposals/{self.proposal.reference}"

    def check(self) -> Any:
        return self.at("Helena").get(f"{self.home}/check")


@pytest.fixture
def scene(services, session, iuc, clock, sign_in):
    made = submitted_version(services, iuc.call, iuc.granada, iuc.lucia).proposal
    session.commit()
    return Scene(services, session, iuc, clock, sign_in, made)


@given("Granada has submitted a proposal, and the call has closed")
def closed(scene):
    scene.clock.move_to(scene.iuc.call.closes_at + timedelta(days=1))


@when(parsers.parse('Helena asks "{question}" and opens the population until 10 April'))
def ask(scene, question):
    form = scene.check().click("Clarifications").forms["clarification"]
    form["question"], form["due_on"] = question, "2020-04-10"
    for box in form.fields["fields"]:
        box.checked = box._value == "cities.population"
    form.submit("ask", status=303)


@when(parsers.parse('Lucía answers {population}, "{text}"'))
def answer(scene, population, text):
    page = scene.at("Lucía").get(scene.home).click("Answer the clarification")
    form = page.forms["clarification"]
    form["field_1"], form["answer"] = population, text
    form.submit("send", status=303)


@when("10 April is over")
def over(scene):
    scene.session.expire_all()
    scene.clock.move_to(scene.session.query(Clarification).one().due_at)


@when(parsers.parse('Helena withdraws the question, since "{reason}"'))
def withdraw(scene, reason):
    page = scene.at("Helena").get(f"{scene.home}/clarifications")
    form = next(it for it in page.forms.values() if it.action.endswith("/withdraw"))
    form["reason"] = reason
    form.submit(status=303)


@then("Helena cannot complete the check")
def cannot_complete(scene):
    checks = scene.services.checks
    for item in checks.of(scene.proposal):
        checks.answer(scene.proposal, item.code, met=True, by=scene.iuc.helena)
    scene.session.commit()
    page = scene.check()
    assert "The applicant can answer until 10 April 2020" in page
    assert not [it for it in page.forms.values() if it.action.endswith("/complete")]


@then(parsers.parse('Lucía reads "{words}" on her proposal'))
def reads(scene, words):
    assert words in scene.at("Lucía").get(scene.home)


@then(parsers.parse("Helena reads the population before and after: {before} and {after}"))
def compared(scene, before, after):
    page = scene.at("Helena").get(f"{scene.home}/clarifications")
    row = page.html.select_one(".changed-field").get_text(" ", strip=True)
    assert before in row
    assert after in row


@then(parsers.re(r"there (is|are) (?P<count>\d) versions?, and what is kept agrees .*"))
def versions(scene, count):
    scene.session.expire_all()
    assert len(scene.services.proposals.versions(scene.proposal)) == int(count)
    found = clarifications.findings(scene.session, Entries.read(scene.session))
    assert list(found) == []


@then("Lucía cannot answer any more")
def closed_to_her(scene):
    page = scene.at("Lucía").get(f"{scene.home}/clarification")
    assert "The time for an answer ended" in page
    assert "clarification" not in page.forms


@then(parsers.parse('Helena reads "{words}"'))
def helena_reads(scene, words):
    assert words in scene.at("Helena").get(f"{scene.home}/clarifications")


@then(parsers.parse('Lucía reads "{words}" in place of a form'))
def told(scene, words):
    page = scene.at("Lucía").get(f"{scene.home}/clarification")
    assert words in page
    assert "clarification" not in page.forms
