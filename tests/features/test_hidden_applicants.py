"""Steps of hidden_applicants.feature: in browsers without script."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pypdf
import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from grants.accounts.models import Appointment
from grants.evaluation.models import Assignment
from grants.proposals.models import Proposal
from grants.rules.workflow import Role
from tests.support.evaluating import Evaluating
from tests.support.proposals import written
from tests.support.staging import Staging

scenarios("hidden_applicants.feature")

pytestmark = pytest.mark.usefixtures("portal")

NAMES = ("Granada", "Kunming", "Lucía")


@dataclass
class Scene:
    """One proposal, everybody's browser, and the page that was read last."""

    evaluating: Evaluating
    sign_in: Any
    browser: Any
    proposals: list[Proposal] = field(default_factory=list)
    page: Any = None

    @property
    def granada(self) -> Proposal:
        return self.proposals[0]

    def at(self, name: str, address: str, **how: Any) -> Any:
        self.evaluating.session.commit()
        browser = self.sign_in(getattr(self.evaluating.world, name.lower()))
        self.page = browser.get(address, **how)
        return self.page

    def review(self) -> str:
        """Return the address of Wei's review."""
        wei = self.evaluating.world.wei
        found = self.evaluating.session.query(Assignment).filter_by(reviewer_id=wei.id)
        return f"/reviews/{found.one().id}"

    def words(self) -> str:
        return " ".join(self.page.html.find("main").text.split())


@pytest.fixture
def scene(evaluating, sign_in, browser):
    return Scene(evaluating, sign_in, browser)


@given("a call whose reviewers do not learn who applies")
def hides(scene):
    call = scene.evaluating.world.call
    call.rules = call.rules | {"hides_applicants": True}


@given(parsers.parse('Granada has written "{title}", with its letters'))
def wrote(scene, title):
    it, services = scene.evaluating.world, scene.evaluating.services
    scene.proposals.append(written(services, it.call, it.granada, it.lucia, title))


@given("the proposal is submitted and the call is closed")
@given("the proposal is submitted, checked and the stage is open")
@given("the proposal is submitted, checked and assigned to Wei")
def submitted(scene):
    it, evaluating = scene.evaluating.world, scene.evaluating
    evaluating.services.proposals.submit(scene.granada, by=it.lucia)
    evaluating.close_call()
    evaluating.session.commit()


@given("Viktor, who manages the fund, is a reviewer too")
def two_roles(scene):
    it, evaluating = scene.evaluating.world, scene.evaluating
    place = {"person": it.viktor, "role": Role.REVIEWER, "call_id": it.call.id}
    evaluating.session.add(Appointment(**place, since=evaluating.clock()))


@given("concept notes whose reviewers do not learn who applies, before full proposals")
def two_stages(scene):
    call = scene.evaluating.world.call
    call.rules = {key: it for key, it in call.rules.items() if key != "hides_applicants"}
    Staging(scene.evaluating).plan(hides_applicants=True)


@when("somebody reads the page of the call")
def call_page(scene):
    scene.evaluating.session.commit()
    scene.page = scene.browser.get("/calls/IUC-2020")


@when("Lucía checks the answers of Granada")
def check_answers(scene):
    scene.at("lucia", f"/proposals/{scene.granada.reference}/submit")


@when("she reads it as reviewers do")
def as_reviewers(scene):
    scene.page = scene.page.click("Read it as reviewers do")


@when("Wei opens the request")
def opens(scene):
    open_stage_and_assign(scene)
    scene.at("wei", scene.review())


@when("Wei declares no interest")
def declares(scene):
    form = scene.page.forms["interest"]
    form["interest"] = "none"
    scene.page = form.submit("declare", status=303).follow()


@when("Helena checks the proposal of Granada")
def helena_checks(scene):
    scene.at("helena", f"/proposals/{scene.granada.reference}/check")


@when("Helena assigns Viktor")
def assigns(scene):
    scene.evaluating.open_stage(scene.granada)
    page = scene.at("helena", "/manage/calls/IUC-2020/assign")
    form = next(it for it in page.forms.values() if it.action.endswith("/assign"))
    form["proposal"] = [scene.granada.reference]
    form["reviewer"] = [str(scene.evaluating.world.viktor.id)]
    scene.page = form.submit(status=409)


def open_stage_and_assign(scene):
    it, evaluating = scene.evaluating.world, scene.evaluating
    stage = evaluating.open_stage(scene.granada)
    evaluating.services.assignments.assign(stage, [scene.granada], [it.wei], by=it.helena)


@then(parsers.parse('it tells "{words}"'))
@then(parsers.parse('she reads "{words}"'))
def tells(scene, words):
    assert words in scene.words()


@then(parsers.parse('she is told that the answer "{label}" names the applicant'))
def told(scene, label):
    notice = scene.page.html.find(string="Reviewers do not learn who applies").find_parent("div")
    labels = [it.text for it in notice.parent.find_all("li")]
    assert label in labels
    assert "Objectives" not in labels


@then(parsers.parse('she reads "{title}" and no city'))
@then(parsers.parse('Wei reads "{title}" and nothing of Granada'))
def reads(scene, title):
    words = scene.words()
    assert title in words
    for name in NAMES:
        assert name not in words


@then(parsers.parse('Wei reads the objectives, and for the lead city "{words}"'))
def objectives(scene, words):
    assert "Cities know how to use blockchain." in scene.words()
    city = scene.page.html.find(id="read-lead_city")
    assert words in city.text
    assert "Granada" not in scene.page


@then("the document has no name, no partner and no file")
def document(scene):
    answer = scene.sign_in(scene.evaluating.world.wei).get(f"{scene.review()}/proposal.pdf")
    pages = pypdf.PdfReader(BytesIO(answer.body)).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert "Green roofs for [name hidden]" in text
    assert "Cities know how to use blockchain." in text
    for word in (*NAMES, "mayor_letter", "Partners"):
        assert word not in text


@then("no file of the proposal opens for Wei")
def files(scene):
    wei = scene.sign_in(scene.evaluating.world.wei)
    for file in scene.evaluating.services.files.present(scene.granada):
        wei.get(f"{scene.review()}/file/{file.token}", status=404)


@then(parsers.parse('it tells of hidden applicants for "{stage}" alone'))
def alone(scene, stage):
    words = scene.words()
    assert words.count("Reviewers do not learn who applies") == 1
    assert words.index(stage) < words.index("Reviewers do not learn who applies")
