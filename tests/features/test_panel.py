"""Steps of panel.feature: in browsers without script."""

import io
from dataclasses import dataclass, field
from typing import Any

import pypdf
import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from grants.evaluation.models import Assignment, Declaration
from grants.evaluation.models.panels import PanelMeeting
from grants.oversight.verification import evaluation
from grants.oversight.verification.entries import Entries
from grants.proposals.models import Proposal
from grants.rules.workflow import DecisionKind, Interest, StageStatus
from tests.support.evaluating import Evaluating
from tests.support.proposals import complete
from tests.support.running import run_waiting

scenarios("panel.feature")

pytestmark = pytest.mark.usefixtures("portal")

CALL = "/manage/calls/IUC-2020"
EVEN = {"excellence": 8, "impact": 8, "implementation": 8}


@dataclass
class Scene:
    """Two proposals by the name of their city, everybody's browser, the page that was read last."""

    evaluating: Evaluating
    sign_in: Any
    portal: Any
    proposals: dict[str, Proposal] = field(default_factory=dict)
    page: Any = None

    def at(self, name: str, address: str, **how: Any) -> Any:
        self.evaluating.session.commit()
        browser = self.sign_in(getattr(self.evaluating.world, name.lower()))
        self.page = browser.get(address, **how)
        return self.page

    @property
    def meeting(self) -> PanelMeeting:
        self.evaluating.session.rollback()
        self.evaluating.session.expire_all()
        return self.evaluating.session.query(PanelMeeting).one()

    def item(self, city: str) -> str:
        """Return the address of a proposal on the agenda."""
        position = next(
            it.position for it in self.meeting.items if it.proposal_id == self.proposals[city].id
        )
        return f"{CALL}/panels/1/{position}"

    def post(self, address: str, status: int = 303, **fields: str) -> Any:
        """Press the button on Helena's page that sends these fields."""
        page = self.at("helena", address)
        form = next(
            it
            for it in page.forms.values()
            if all(name in it.fields and it[name].value == value for name, value in fields.items())
        )
        self.page = form.submit(status=status)
        return self.page

    def words(self) -> str:
        return " ".join(self.page.html.find("main").text.split())


@pytest.fixture
def scene(evaluating, sign_in, portal):
    return Scene(evaluating, sign_in, portal)


@given("a call in which a panel meets and may move scores by one point")
def asks(scene):
    call = scene.evaluating.world.call
    call.rules = call.rules | {"panel": {"band_halves": 2}}


@given("Granada and Mannheim are reviewed with 4 points everywhere")
def reviewed(scene):
    evaluating, it = scene.evaluating, scene.evaluating.world
    titles = ("Blockchain for circular cities", "Advanced manufacturing")
    scene.proposals = {
        "Granada": evaluating.submit(it.granada, it.lucia, titles[0], answers=complete(titles[0])),
        "Mannheim": evaluating.submit(
            it.mannheim, it.jonas, titles[1], answers=complete(titles[1])
        ),
    }
    both = tuple(scene.proposals.values())
    stage = evaluating.open_stage(*both)
    people = [it.wei, it.anna, it.petra] if hasattr(it, "petra") else [it.wei, it.anna, it.marc]
    asked = evaluating.services.assignments.assign(stage, both, people, by=it.helena)
    evaluating.session.commit()
    for assignment in asked:
        evaluating.review(assignment, EVEN)


@given("Marc has declared an interest in Granada")
def interest(scene):
    evaluating, it = scene.evaluating, scene.evaluating.world
    own = evaluating.session.query(Assignment).filter_by(
        reviewer_id=it.marc.id, proposal_id=scene.proposals["Granada"].id
    )
    for assignment in own:
        evaluating.services.reviews.declare(
            assignment, Interest.DISQUALIFYING, explanation="A friend leads it.", by=it.marc
        )
    stage = scene.proposals["Granada"].stage
    stage.minimum_reviews = 2
    evaluating.session.commit()


@when("Helena plans the meeting with Wei as chair, Anna and Marc, and a quorum of 2")
def plans(scene):
    it = scene.evaluating.world
    form = scene.at("helena", f"{CALL}/panels").forms["panel"]
    form["title"], form["place"], form["quorum"] = "Panel of spring", "Room 1, Brussels", "2"
    form["starts"] = "2020-05-04T09:30"
    members = {str(each.id) for each in (it.wei, it.anna, it.marc)}
    for box in form.fields["members"]:
        box.checked = box._value in members
    form["chair"] = str(it.wei.id)
    scene.page = form.submit("plan", status=303).follow()


@given("Helena has planned and opened the meeting")
def planned_and_opened(scene):
    plans(scene)
    opens(scene)


@when("Helena opens the meeting and everybody arrives")
def opens(scene):
    scene.post(f"{CALL}/panels/1", open="yes")
    for member in scene.meeting.members:
        scene.post(f"{CALL}/panels/1", member=str(member.person_id), present="yes")


@given("only Wei is there")
def only_wei(scene):
    for member in scene.meeting.members:
        if member.person.name != "Wei Zhang":
            scene.post(f"{CALL}/panels/1", member=str(member.person_id), present="no")


@when(parsers.parse("Helena calls {city} up"))
def calls_up(scene, city):
    scene.post(scene.item(city), begin="yes")


@when("the panel wants to conclude on Granada")
def wants_to_conclude(scene):
    _conclude(scene, "Granada", "To be funded.", status=409)


@when(
    parsers.parse(
        'the panel concludes "{words}" on {city}, moving its impact to 5, since "{reason}"'
    )
)
def concludes_moving(scene, words, city, reason):
    _conclude(scene, city, words, impact=("10", reason))


@when(parsers.parse('the panel concludes "{words}" on {city}'))
def concludes(scene, words, city):
    calls_up(scene, city)
    _conclude(scene, city, words)


def _conclude(scene, city, words, status=303, **moved):
    form = scene.at("helena", scene.item(city)).forms["conclude"]
    for name in _votes(form):
        form[name] = "for"
    form["conclusion"] = words
    for code, (score, reason) in moved.items():
        _set(form, code, "score", score)
        _set(form, code, "reason", reason)
    scene.page = form.submit("conclude", status=status)


def _votes(form):
    return [
        name
        for name, fields in form.fields.items()
        if name and any(("for", False, "For") in getattr(it, "options", ()) for it in fields)
    ]


def _set(form, code, part, value):
    """Fill in a field of a criterion: it is found by its identifier, since names repeat."""
    wanted = f"conclude-scores-{code}-{part}"
    found = next(it for fields in form.fields.values() for it in fields if it.id == wanted)
    found.value = value


@when("Helena closes the meeting")
def closes_meeting(scene):
    scene.post(f"{CALL}/panels/1", close="yes")


@then("Helena cannot close the stage, since the panel has not concluded")
def stage_waits(scene):
    page = scene.at("helena", f"{CALL}/stage")
    assert not [it for it in page.forms.values() if "close" in it.fields]
    assert "Proposals on which the panel has not concluded: 2." in scene.words()


@then("Helena can close the stage")
def stage_closes(scene):
    page = scene.at("helena", f"{CALL}/stage")
    next(it for it in page.forms.values() if "close" in it.fields).submit(status=303)
    assert scene.meeting.stage.status is StageStatus.CLOSED


@then("the members are written to")
def told(scene):
    run = run_waiting(scene.portal)
    to = {
        str(it["To"])
        for it in run.messages
        if "Meeting of the panel of IUC-2020" in str(it["Subject"])
    }
    assert len(to) == 3


@then("the agenda begins with Mannheim, and Marc leaves the room for Granada")
def agenda(scene):
    items = scene.meeting.items
    assert [it.proposal.organisation.name for it in items] == [
        "City of Mannheim",
        "City of Granada",
    ]
    assert [it.person.name for it in items[1].recusals] == ["Marc Dubois"]


@then("Marc is recorded as out of the room")
def out(scene):
    (recusal,) = scene.meeting.items[1].recusals
    assert recusal.left_at == scene.meeting.items[1].began_at


@then("Granada's total is 15.5, Mannheim's is 14")
def totals(scene):
    ranking = scene.evaluating.rank()
    found = {each["reference"]: each["total"] for each in ranking.result["places"]}
    assert found == {"IUC-2020-001": "31/2", "IUC-2020-002": "14"}


@then(parsers.parse('the minutes tell "{words}"'))
def minutes(scene, words):
    assert words in _text(scene.at("helena", f"{CALL}/panels/1/minutes.pdf").body)


@then(parsers.parse('the award report tells "{words}"'))
def award_report(scene, words):
    it, services = scene.evaluating.world, scene.evaluating.services
    for proposal in scene.proposals.values():
        services.decisions.decide(
            proposal, DecisionKind.AWARD, reasons="Ranked.", awarded_cents=4_000_000, by=it.helena
        )
    assert words in _text(scene.at("helena", f"{CALL}/award-report.pdf").body)


@then("what is kept agrees with the ledger")
def verified(scene):
    session = scene.evaluating.session
    session.commit()
    assert [str(it) for it in evaluation.findings(session, Entries.read(session))] == []


def _text(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@when("Marc reads the agenda")
def marc_reads(scene):
    scene.at("marc", f"/panels/{scene.meeting.id}")


@then(parsers.parse('Marc reads "{title}" and nothing of Granada'))
def nothing(scene, title):
    words = scene.words()
    assert title in words
    for hidden in ("Granada", "Blockchain", "IUC-2020-001"):
        assert hidden not in words


@then("Granada's page of the panel is not there for Marc")
def not_there(scene):
    scene.at("marc", f"/panels/{scene.meeting.id}/proposals/IUC-2020-001", status=404)


@when("Anna opens Granada on the agenda")
def anna_opens(scene):
    it = scene.evaluating.world
    own = scene.evaluating.session.query(Assignment).filter_by(
        reviewer_id=it.anna.id, proposal_id=scene.proposals["Granada"].id
    )
    assert own.count()
    # As if she had not reviewed it: her declaration was made for that.
    scene.evaluating.session.query(Declaration).filter_by(
        person_id=it.anna.id, proposal_id=scene.proposals["Granada"].id
    ).delete()
    scene.at("anna", f"/panels/{scene.meeting.id}/proposals/IUC-2020-001")


@then("Anna is asked for her interests, and reads no answer")
def asked(scene):
    assert "interest" in scene.page.forms
    assert "Cities know how to use blockchain." not in scene.page


@when("Anna declares that she has none")
def anna_declares(scene):
    form = scene.page.forms["interest"]
    form["interest"] = "none"
    scene.page = form.submit("declare", status=303).follow()


@then("Anna reads the text and three reviews without names")
def anna_reads(scene):
    words = scene.words()
    assert "Cities know how to use blockchain." in words
    assert "Reviewer A" in words or "You" in words
    assert "Wei Zhang" not in scene.page.html.find("table").text


@then(parsers.parse('Helena reads "{words}"'))
def reads(scene, words):
    assert words in scene.words()
