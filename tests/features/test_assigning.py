"""Steps of assigning.feature: in browsers without script."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from grants.evaluation.models import Assignment
from grants.proposals.models import Proposal
from grants.rules.workflow import AssignmentStatus, Interest
from tests.support.evaluating import Evaluating

scenarios("assigning.feature")

pytestmark = pytest.mark.usefixtures("portal")

ASSIGN = "/manage/calls/IUC-2020/assign"


@dataclass
class Scene:
    """Helena's browser, what it shows, and the proposals by the name of their city."""

    evaluating: Evaluating
    sign_in: Any
    proposals: dict[str, Proposal]
    page: Any = None

    def at(self, name: str) -> Any:
        self.evaluating.session.commit()
        return self.sign_in(self.person(name))

    def person(self, name: str) -> Any:
        return getattr(self.evaluating.world, name.lower())

    def interest(self, name: str, city: str) -> None:
        interests = self.evaluating.services.interests
        interests.declare(
            self.person(name), self.proposals[city], Interest.DISQUALIFYING, "I worked there."
        )
        self.evaluating.session.commit()

    def asked(self) -> list[Assignment]:
        self.evaluating.session.rollback()
        self.evaluating.session.expire_all()
        found = self.evaluating.session.query(Assignment).order_by(Assignment.id)
        return [it for it in found if it.status is not AssignmentStatus.DECLINED]


@pytest.fixture
def scene(evaluating, sign_in):
    return Scene(evaluating, sign_in, {})


@given("Granada, Mannheim and Łódź are in evaluation")
def in_evaluation(scene):
    three = scene.evaluating.three()
    scene.proposals = dict(zip(("Granada", "Mannheim", "Łódź"), three, strict=True))
    scene.evaluating.open_stage(*three)


@given("Wei, Anna and Marc review for the fund")
def reviewers(scene):
    call = scene.evaluating.world.call
    found = scene.evaluating.services.assignments.reviewers(call)
    assert {it.name for it in found} == {it.name for it in scene.evaluating.reviewers}


@given(parsers.parse('{name} says that the topic "{topic}" is theirs'))
def knows(scene, name, topic):
    page = scene.at(name).get("/reviews").click("My expertise")
    form, numbered = page.forms["expertise"], page.html.select("[name=topics]")
    said = [
        page.html.find("label", attrs={"for": it["id"]}).get_text(strip=True) for it in numbered
    ]
    form.get("topics", index=said.index(topic)).checked = True
    form.submit("save", status=303)


@given(parsers.parse("{name} has an interest in {city}"))
@when(parsers.parse("{name} declares an interest in {city}"))
def interested(scene, name, city):
    scene.interest(name, city)


@when(
    parsers.re(
        r"Helena asks for (?P<reviews>\d) reviews? of each proposal,"
        r" at most (?P<most>\d) for each reviewer"
    )
)
def plans(scene, reviews, most="3"):
    form = scene.at("Helena").get(f"{ASSIGN}/plans").forms["propose"]
    form["reviews"], form["most"] = reviews, most
    scene.page = form.submit("propose", status=303).follow()


@given(parsers.parse("Helena has a plan of {reviews} reviews of each proposal"))
def has_plan(scene, reviews):
    plans(scene, reviews)


@given(parsers.parse("Helena has approved a plan of {reviews} reviews of each proposal"))
def has_approved(scene, reviews):
    plans(scene, reviews)
    approves(scene)


@when("Helena approves the plan")
def approves(scene):
    scene.page = scene.page.forms["settle"].submit("approve", status="*")
    if scene.page.status_int == 303:
        scene.page = scene.page.follow()


@when("a reviewer declines")
def declines(scene):
    first = scene.asked()[0]
    scene.evaluating.services.reviews.decline(first, reason="No time.", by=first.reviewer)
    scene.evaluating.session.commit()


@when(parsers.parse("Helena marks {name} for {city} in the matrix"))
def marks(scene, name, city):
    form = scene.at("Helena").get(f"{ASSIGN}/matrix").forms["matrix-form"]
    wanted = f"{scene.proposals[city].id}-{scene.person(name).id}"
    for box in form.fields["pair"]:
        box.checked = box._value == wanted
    scene.page = form.submit(status=303).follow()


@when(parsers.parse('Helena uploads "{one}" and "{other}"'))
def uploads(scene, one, other):
    form = scene.at("Helena").get(f"{ASSIGN}/plans").forms["upload"]
    form["file"] = ("assignments.csv", f"{one}\n{other}\n".encode(), "text/csv")
    scene.page = form.submit("upload", status=422)


@then(parsers.parse('Helena reads "{words}"'))
def reads(scene, words):
    assert words in scene.page.html.get_text(" ", strip=True)


@then("nobody is asked yet")
def nobody(scene):
    assert scene.asked() == []


@then(parsers.re(r"(?P<count>\d) reviews? (is|are) asked for"))
def count_asked(scene, count):
    assert len(scene.asked()) == int(count)


@then(parsers.parse("{name} is not asked about {city}"))
def not_asked(scene, name, city):
    pairs = {(it.reviewer_id, it.proposal_id) for it in scene.asked()}
    assert pairs
    assert (scene.person(name).id, scene.proposals[city].id) not in pairs


@then(parsers.parse("every proposal has {count:d} reviewers"))
def every_has(scene, count):
    assert set(Counter(it.proposal_id for it in scene.asked()).values()) == {count}
