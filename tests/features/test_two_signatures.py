"""Steps of two_signatures.feature."""

from dataclasses import dataclass
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from grants.rules.workflow import ProjectStatus
from tests.support import mailbox as mailboxes
from tests.support.awarding import Awarding

scenarios("two_signatures.feature")


@dataclass
class Scene:
    """A project, and where what was proposed about it is read."""

    project: Any = None
    act: str = ""

    @property
    def address(self) -> str:
        return f"/projects/{self.project.reference}"


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def mailbox(portal):
    return mailboxes.of(portal)


def buttons(page, *names):
    return [it for it in page.forms.values() if set(names) & set(it.fields)]


@given("Granada has an award whose agreement is not signed")
def awarded(scene, evaluating):
    scene.project = Awarding(evaluating).award()[0]


@given("Granada's agreement is signed")
def signed(scene, evaluating):
    scene.project = Awarding(evaluating).run()[0]


@when(parsers.parse('Helena proposes to cancel the agreement because "{reason}"'))
def gives_up(scene, sign_in, iuc, reason):
    form = sign_in(iuc.helena).get(f"{scene.address}/agreement").forms["fail"]
    form["reason"] = reason
    scene.act = form.submit("fail", status=303).follow().request.path


@when(
    parsers.parse(
        'Helena proposes to terminate the project because "{reason}" with "{amount}" released'
    )
)
def terminates(scene, sign_in, iuc, reason, amount):
    form = sign_in(iuc.helena).get(f"{scene.address}/agreement").forms["terminate"]
    form["reason"], form["freed_cents"] = reason, amount
    scene.act = form.submit("terminate", status=303).follow().request.path


@when("Viktor reads it and signs")
def signs(scene, sign_in, iuc):
    [form] = buttons(sign_in(iuc.viktor).get(scene.act), "sign")
    assert "It is done." in form.submit(status=303).follow()


@when(parsers.parse('Viktor refuses because "{reason}"'))
def refuses(scene, sign_in, iuc, reason):
    form = sign_in(iuc.viktor).get(scene.act).forms["refusal"]
    form["reason"] = reason
    form.submit("refuse", status=303)


@then("nothing has changed for Granada")
def unchanged(scene, session, sign_in, iuc):
    session.rollback()
    session.refresh(scene.project)
    assert scene.project.status is ProjectStatus.PREPARATION
    assert "The city withdrew." not in sign_in(iuc.lucia).get(scene.address)


@then(parsers.parse('the call\'s page names "{words}" as waiting for a second signature'))
def waits(scene, sign_in, iuc, words):
    page = sign_in(iuc.viktor).get(f"/manage/calls/{iuc.call.code}")
    [link] = page.html.find_all("a", href=scene.act)
    assert words in link.text


@then(parsers.parse('Granada reads "{words}" on the project\'s page'))
def granada_reads(scene, sign_in, iuc, words):
    assert words in sign_in(iuc.lucia).get(scene.address)


@then("Helena is offered to withdraw it, and not to sign")
def takes_back(scene, sign_in, iuc):
    page = sign_in(iuc.helena).get(scene.act)
    assert buttons(page, "revoke")
    assert not buttons(page, "sign")


@then(parsers.parse('the auditor reads "{words}" and is offered no button'))
def auditor_reads(scene, sign_in, iuc, words):
    page = sign_in(iuc.olga).get(scene.act)
    assert words in page
    assert not buttons(page, "sign", "refuse", "revoke")


@then(parsers.parse('{who} gets a letter "{subject}" that says "{words}"'))
def gets_a_letter(mailbox, iuc, who, subject, words):
    person = {"Viktor": iuc.viktor, "Granada": iuc.lucia}[who]
    found = [it for it in mailbox.letters(person.email) if subject in it["Subject"]]
    assert words in found[-1].get_body(("plain",)).get_content()


@then(parsers.parse('Helena gets a letter that says "{words}"'))
def helena_gets(mailbox, iuc, words):
    letter = mailbox.letters(iuc.helena.email)[-1]
    assert words in letter.get_body(("plain",)).get_content()


@then("the auditor finds both signatures in the award report's words")
def in_the_report(session, portal, iuc):
    with portal.sessions() as fresh:
        services = portal.services(fresh)
        call = services.calls.get(iuc.call.code)
        [ended] = services.award_reports.report(call).audit.ended
    assert (ended.proposed.name, ended.second.name) == (iuc.helena.name, iuc.viktor.name)
