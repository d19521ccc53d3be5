"""Steps of evaluation.feature: in browsers without script, each person in one of their own."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when
from webtest import TestApp

from grants.accounts.models import Appointment
from grants.proposals.models import Proposal
from grants.rules.workflow import DecisionKind, Interest, Role
from schemas.forms.base import VERSION
from tests.support.evaluating import HALVES, Evaluating

scenarios("evaluation.feature")

pytestmark = pytest.mark.usefixtures(
    "portal"
)  # said here, so that each scenario has both databases

CALL = "/manage/calls/IUC-2020"


@dataclass
class Scene:
    """Who looks at what, and the proposals by the name of their city."""

    evaluating: Evaluating
    sign_in: Any
    proposals: dict[str, Proposal]
    browsers: dict[str, TestApp] = field(default_factory=dict)
    page: Any = None
    windows: list[Any] = field(default_factory=list)
    adopted: str = ""

    def at(self, name: str) -> TestApp:
        if name not in self.browsers:
            person = getattr(self.evaluating.world, name.lower())
            self.browsers[name] = self.sign_in(person)
        return self.browsers[name]

    def open(self, name: str, address: str, status: Any = 200) -> Any:
        self.evaluating.session.commit()
        self.page = self.at(name).get(address, status=status)
        return self.page

    def press(self, action: str, field: str = "", status: Any = 303) -> Any:
        """Press the button of the form that leads to an address."""
        forms = [form for form in self.page.forms.values() if form.action.endswith(action)]
        form = next(it for it in forms if not field or field in it.fields)
        self.page = form.submit(status=status)
        if self.page.status_int == 303:
            self.page = self.page.follow()
        return self.page

    def review_of(self, name: str, city: str) -> Any:
        person = getattr(self.evaluating.world, name.lower())
        stage = self.evaluating.services.stages.of(self.evaluating.world.call)
        listed = self.evaluating.services.assignments.with_marks(stage, self.proposals[city])
        return next(each for each in listed if each.reviewer is person)

    def fresh(self, city: str) -> Proposal:
        self.evaluating.session.rollback()
        self.evaluating.session.refresh(self.proposals[city])
        return self.proposals[city]


@pytest.fixture
def scene(evaluating, sign_in):
    return Scene(evaluating, sign_in, {})


@given("Granada, Mannheim and Łódź have submitted")
def submitted(scene):
    cities = ("Granada", "Mannheim", "Łódź")
    scene.proposals = dict(zip(cities, scene.evaluating.three(), strict=True))


@given("the call has closed")
def closed(scene):
    scene.evaluating.close_call()


@given("Granada is checked and eligible")
def checked(scene):
    scene.evaluating.check(scene.proposals["Granada"])


@given("the evaluation is open and Wei, Anna and Marc are assigned to everything")
def asked(scene):
    proposals = scene.proposals.values()
    scene.evaluating.assign(scene.evaluating.open_stage(*proposals), *proposals)


@when(parsers.parse("{name} invites {email} to review"))
def invites(scene, name, email):
    scene.open(name, f"{CALL}/invite")
    scene.page.forms["invite"]["email"] = email
    scene.press("", "email", status=409)


@given(parsers.parse("{name} has accepted the review of {city} and has it open in two windows"))
def two_windows(scene, name, city):
    review = scene.review_of(name, city)
    scene.evaluating.services.reviews.declare(review, Interest.NONE, by=review.reviewer)
    scene.windows = [scene.open(name, f"/reviews/{review.id}") for _ in range(2)]


@given("every proposal has its three reviews")
@given("every proposal has its three reviews, and Granada and Mannheim are level")
def reviewed(scene):
    evaluating, proposals = scene.evaluating, scene.proposals
    stage = evaluating.open_stage(*proposals.values())
    poor = dict.fromkeys(HALVES, 4)
    scores = [(it, poor if city == "Łódź" else HALVES) for city, it in proposals.items()]
    evaluating.review_all(stage, scores)


@given("reviews disagree when their scores of one criterion differ by more than 2 points")
def rule_of_disagreement(scene):
    call = scene.evaluating.world.call
    call.rules = call.rules | {"divergence": {"criterion": "2"}}
    scene.evaluating.session.commit()


@given("every proposal has its three reviews, and Marc gives Granada only 1 point for its impact")
def reviewed_apart(scene):
    evaluating, proposals = scene.evaluating, scene.proposals
    stage = evaluating.open_stage(*proposals.values())
    for assignment in evaluating.assign(stage, *proposals.values()):
        strict = assignment.reviewer is evaluating.world.marc
        apart = strict and assignment.proposal is proposals["Granada"]
        evaluating.review(assignment, HALVES | {"impact": 2} if apart else HALVES)


@when("Helena opens the progress of the reviews")
def opens_the_progress(scene):
    scene.open("Helena", f"{CALL}/stage")


@when("Helena opens the reviews of Granada")
def opens_the_reviews(scene):
    scene.open("Helena", f"/proposals/{scene.proposals['Granada'].reference}/reviewers")


@then("the stage cannot be closed yet")
def not_closed_yet(scene):
    assert not any("close" in form.fields for form in scene.page.forms.values())


@when("Helena asks Viktor for one more review, and he gives 2 points for the impact")
def one_more_review(scene):
    it, evaluating = scene.evaluating.world, scene.evaluating
    since = evaluating.clock()
    evaluating.session.add(
        Appointment(person=it.viktor, role=Role.REVIEWER, call_id=it.call.id, since=since)
    )
    opens_the_reviews(scene)
    form = next(form for form in scene.page.forms.values() if "reviewer" in form.fields)
    form.set("reviewer", True)
    form.submit(status=303)
    evaluating.session.commit()
    evaluating.review(scene.review_of("Viktor", "Granada"), HALVES | {"impact": 4})


@given("the money reaches only one of them")
def little_money(scene):
    stage = scene.evaluating.services.stages.of(scene.evaluating.world.call)
    stage.rules = stage.rules | {"envelope_cents": 6_000_000}
    scene.evaluating.session.commit()


@given("the ranking is adopted with Granada and Mannheim on the main list")
def ranked(scene):
    reviewed(scene)
    evaluating = scene.evaluating
    evaluating.close_stage(evaluating.services.stages.of(evaluating.world.call))
    evaluating.rank()


@when(parsers.parse('Helena says that "{item}" is not met'))
def not_met(scene, item):
    scene.open("Helena", f"/proposals/{scene.proposals['Granada'].reference}/check")
    form = scene.page.forms["check"]
    checklist = scene.evaluating.world.call.checklist
    form[f"met-{next(it['code'] for it in checklist if it['text'] == item)}"] = "no"
    scene.page = form.submit("save", status=422)


@when(parsers.parse('Helena gives the reason "{reason}"'))
def gives_the_reason(scene, reason):
    summary = scene.page.html.select_one(".error-summary a")["href"]
    form = scene.page.forms["check"]
    form[summary.removeprefix("#check-items-")] = reason
    scene.page = form.submit("save", status=303).follow()


@when("Helena says that everything else is met and completes the check of Granada")
def concludes(scene):
    scene.page = scene.page.forms["check"].submit("all_met", status=200)
    scene.page = scene.page.forms["check"].submit("save", status=303).follow()
    scene.press("/check/complete")


@when("Helena opens the evaluation")
def opens_the_evaluation(scene):
    it = scene.evaluating
    token = scene.open("Helena", f"{CALL}/stage").html.find("input", {"name": "csrf_token"})
    fields = {"csrf_token": token["value"], "open": "open", "due_on": ""}
    # The page offers no form yet: this is what one sends that was opened before.
    fields[VERSION] = it.services.versions.stage(it.world.call).token
    scene.page = scene.at("Helena").post(f"{CALL}/stage", fields, status="*")


@then(parsers.parse('she is refused with "{words}"'))
def refused(scene, words):
    assert scene.page.status_int == 409
    assert words in scene.page


@when(parsers.parse("{name} opens the invitation for {city}"))
def opens_the_request(scene, name, city):
    scene.open(name, f"/reviews/{scene.review_of(name, city).id}")


@then(parsers.re(r'(?P<name>\w+) reads "(?P<words>.+)"'))
def reads(scene, name, words):
    if name == "Wei" and "another window" not in words and "City" not in words:
        scene.open("Wei", f"/reviews/{scene.review_of('Wei', 'Granada').id}")
    assert words in scene.page


@then("Wei cannot read the proposal yet")
def cannot_read(scene):
    assert "The proposal" not in [h.text for h in scene.page.html.find_all("h2")]
    review = scene.review_of("Wei", "Granada")
    scene.at("Wei").get(f"/reviews/{review.id}/proposal.pdf", status="4*")


@when("Wei declares to have no interest")
def no_interest(scene):
    scene.open("Wei", f"/reviews/{scene.review_of('Wei', 'Granada').id}")
    scene.page.forms["interest"]["interest"] = "none"
    scene.page = scene.page.forms["interest"].submit("declare", status=303).follow()


@then("Wei can write the review")
def can_write(scene):
    assert "review" in scene.page.forms


@when(parsers.parse('Marc declares that there may be an interest: "{words}"'))
def may_be(scene, words):
    form = scene.page.forms["interest"]
    form["interest"], form["explanation"] = "potential", words
    scene.page = form.submit("declare", status=303).follow()


@then(parsers.parse("{name} finds Granada nowhere"))
def nowhere(scene, name):
    granada = scene.proposals["Granada"]
    addresses = ("/reviews", "/work") if name == "Marc" else ("/work", f"{CALL}/proposals")
    for address in addresses:
        assert granada.title not in scene.open(name, address)
    scene.open(name, f"/proposals/{granada.reference}", status=404)


@when(parsers.parse('Helena rules that Marc may go on, because "{reason}"'))
def rules(scene, reason):
    page = scene.open("Helena", f"{CALL}/interests")
    form = next(form for form in page.forms.values() if "ruling" in form.fields)
    form["ruling"], form["reason"] = "allowed", reason
    form.submit("rule", status=303)


@then("Marc finds Granada among the reviews")
def among_the_reviews(scene):
    assert scene.proposals["Granada"].title in scene.open("Marc", "/reviews")


@when(parsers.re(r'Wei saves "(?P<words>.+)" in the (?P<which>first|second) window'))
def saves(scene, words, which):
    form = scene.windows[which == "second"].forms["review"]
    form.get("comment", index=0).value = words
    scene.page = form.submit("save", status="*")


@then(parsers.parse('Wei sees both "{first}" and "{second}"'))
def sees_both(scene, first, second):
    assert first in scene.page
    assert scene.page.forms["review"].get("comment", index=0).value == second


@when(parsers.parse('Helena reopens Wei\'s review of {city}, because "{reason}"'))
def opens_again(scene, city, reason):
    review = scene.review_of("Wei", city)
    page = scene.open("Helena", f"/proposals/{scene.proposals[city].reference}/reviewers")
    form = page.forms[f"reopen-{review.id}"]
    form["reason"] = reason
    form.submit("reopen", status=303)


@then("Helena cannot close the stage")
def cannot_close(scene):
    page = scene.open("Helena", f"{CALL}/stage")
    assert "A review is reopened" in page
    assert not any("close" in form.fields for form in page.forms.values())


@when("Helena closes the stage and computes the ranking")
def computes(scene):
    scene.open("Helena", f"{CALL}/stage")
    scene.press("/stage", "close")
    scene.press("/ranking")


@then("the ranking cannot be adopted yet")
def not_yet(scene):
    assert not any(form.action.endswith("/adopt") for form in scene.page.forms.values())


@when("Helena records that Mannheim was drawn before Granada")
def records_the_draw(scene):
    form = scene.page.forms["draw-1"]
    for place, city in enumerate(("Mannheim", "Granada"), start=1):
        form[scene.proposals[city].reference] = str(place)
    form["reason"] = "Drawn before two witnesses."
    scene.page = form.submit("draw", status=303).follow()


@when("Olga opens the ranking and has it recomputed")
def computed_again(scene):
    page = scene.open("Olga", f"{CALL}/ranking")
    scene.page = page.click("Recompute the ranking")


@then("Olga finds no button there")
def no_button(scene):
    assert not scene.page.html.find("main").find_all("button")


@when("Helena adopts the ranking")
def adopts(scene):
    scene.press("/adopt")


@then(parsers.parse('{city}\'s proposal is "{status}"'))
def stands_at(scene, city, status):
    assert scene.fresh(city).status.value == status


@when("Helena awards Granada 40000 euros and Mannheim 50000 euros")
def awards(scene):
    for city, amount in (("Granada", "40,000"), ("Mannheim", "50,000")):
        decide(scene, city, DecisionKind.AWARD, amount)


@when("Helena rejects Łódź for its score")
def rejects(scene):
    decide(scene, "Łódź", DecisionKind.REJECT_THRESHOLD)


def decide(scene, city, kind, amount=""):
    reference = scene.proposals[city].reference
    form = scene.open("Helena", f"/proposals/{reference}/decision").forms["decision"]
    form["kind"], form["reasons"] = kind.value, "As the ranking says."
    form["awarded_cents"] = amount
    form.submit("decide", status=303)


@when("Helena sends the letters")
def sends(scene):
    scene.open("Helena", f"{CALL}/decisions")
    scene.press("/decisions")


@then("no letter is left to send")
def none_left(scene):
    page = scene.open("Helena", f"{CALL}/decisions")
    assert not any(form.action.endswith("/decisions") for form in page.forms.values())
    assert "All applicants have been notified." in page


@when("Viktor declares that he was mayor of Granada")
def was_mayor(scene):
    reference = scene.proposals["Granada"].reference
    form = scene.open("Viktor", f"/proposals/{reference}/interest").forms["interest"]
    form["interest"], form["explanation"] = "disqualifying", "I was mayor of Granada."
    form.submit("declare", status=303)


@then(parsers.parse('the ranking tells Viktor "{words}"'))
def tells_viktor(scene, words):
    assert words in scene.open("Viktor", f"{CALL}/ranking", status=403)


MANY = f"{CALL}/decisions/many"


def _many(scene):
    return scene.open("Helena", MANY).forms["many"]


@when("Helena decides on everything that waits, with reasons for each result")
def decides_all(scene):
    form = _many(scene)
    for place, typed in enumerate(form.fields["reasons"]):
        typed.value = f"Reasons {place}."
    scene.page = form.submit("decide", status=303).follow()


@then("Granada is to be awarded what the ranking offers")
def as_offered(scene):
    decision = scene.evaluating.services.decisions.of(scene.fresh("Granada"))
    assert (decision.kind, decision.awarded_cents) == (DecisionKind.AWARD, 4_000_000)
    assert (decision.reasons, decision.departs) == ("Reasons 0.", False)


@when("Helena unticks Mannheim and gives reasons for Łódź alone")
def some_reasons(scene):
    form = _many(scene)
    _tick(form, scene, "Mannheim").checked = False
    form.fields["reasons"][-1].value = "Below the threshold."
    scene.page = form.submit("decide", status=422)


def _tick(form, scene, city):
    reference = scene.proposals[city].reference
    return next(it for it in form.fields["proposals"] if it._value == reference)


@then("Mannheim is still unticked, and the reasons are still there")
def still(scene):
    form = scene.page.forms["many"]
    assert not _tick(form, scene, "Mannheim").checked
    assert _tick(form, scene, "Granada").checked
    assert form.fields["reasons"][-1].value == "Below the threshold."


@when("Helena asks what an envelope of 60,000 would change")
def asks_what_if(scene):
    scene.adopted = scene.evaluating.services.rankings.of(scene.evaluating.world.call).sha256
    form = scene.open("Helena", f"{CALL}/ranking/what-if").forms["what-if"]
    form["envelope_cents"] = "60,000"
    scene.page = form.submit("ask", status=200)


@then("the ranking is the one that was adopted")
def same_ranking(scene):
    scene.evaluating.session.expire_all()
    now = scene.evaluating.services.rankings.of(scene.evaluating.world.call)
    assert (now.sha256, now.number) == (scene.adopted, 1)
